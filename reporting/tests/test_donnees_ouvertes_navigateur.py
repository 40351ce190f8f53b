"""The two pages of the open data in a real browser: axe-core, a phone's width and a desk's."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from config.tests.accessible import REGLES_AXE, run_axe
from config.tests.test_admin_navigateur import sign_in

pytestmark = pytest.mark.navigateur


def test_both_pages_are_accessible_and_never_wider_than_the_screen(
    navigateur: Page, live_server: Any, gestionnaire: Any, creneau_brulon: Any
) -> None:
    sign_in(navigateur, gestionnaire, live_server.url)
    for nom in ("rapports:donnees_ouvertes", "admin:reporting_donnees_ouvertes"):
        for largeur in (360, 1280):
            navigateur.set_viewport_size({"width": largeur, "height": 800})
            navigateur.goto(live_server.url + reverse(nom))
            navigateur.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            assert navigateur.evaluate("document.documentElement.scrollWidth <= innerWidth"), nom
            constats = run_axe(navigateur, runOnly=REGLES_AXE)
            assert constats.violations_count == 0, f"{nom}\n{constats.generate_report()}"
