"""The public pages in a real browser: axe-core, a phone's width, a desk's, and paper."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from config.tests.accessible import REGLES_AXE, run_axe
from config.tests.test_admin_navigateur import sign_in
from config.tests.test_pages_publiques import PAGES

pytestmark = pytest.mark.navigateur


@pytest.mark.parametrize("role", ["", "conseillere", "prefecture", "gestionnaire"])
def test_they_are_accessible_and_never_wider_than_the_screen(
    navigateur: Page, live_server: Any, db: None, request: pytest.FixtureRequest, role: str
) -> None:
    """Each page once, then narrower; what an account adds is the same at every width."""
    if role:
        sign_in(navigateur, request.getfixturevalue(role), live_server.url)
    for nom in PAGES:
        navigateur.goto(live_server.url + reverse(nom))
        for largeur in (1280, 360, 180):
            navigateur.set_viewport_size({"width": largeur, "height": 800})
            assert navigateur.evaluate("document.documentElement.scrollWidth <= innerWidth"), nom
            if largeur == 360 or not role:
                constats = run_axe(navigateur, runOnly=REGLES_AXE)
                assert constats.violations_count == 0, f"{nom}\n{constats.generate_report()}"


@pytest.mark.parametrize("nom", PAGES)
def test_on_paper_they_keep_their_text_and_lose_what_is_pressed(
    navigateur: Page, live_server: Any, db: None, nom: str
) -> None:
    navigateur.goto(live_server.url + reverse(nom))
    navigateur.emulate_media(media="print")
    assert navigateur.get_by_role("heading", level=1).is_visible()
    assert not navigateur.locator("footer").is_visible()
