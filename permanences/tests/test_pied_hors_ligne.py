"""The legal pages are not kept on the phone: without network they say so, and nothing else ends."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from permanences.models import Creneau
from permanences.tests.reseau import BON, COUPE, Reseau
from permanences.tests.telephone import Telephone

pytestmark = pytest.mark.navigateur


def test_without_network_the_footer_leads_to_a_page_that_says_it(
    installe: Telephone, reseau: Reseau, creneau_du_jour: Creneau
) -> None:
    page = installe.page
    reseau.etat = COUPE
    page.goto("/aujourdhui/")
    page.get_by_role("navigation", name="Informations légales").get_by_text("Aide").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Pas de réseau")
    page.get_by_role("link", name="Aujourd’hui", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Aujourd’hui")
    reseau.etat = BON
    page.goto("/aide/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Aide")
