"""On a phone, nothing moves under the finger: what is touched is what was meant."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from permanences.models import Creneau
from permanences.tests.reseau import BON, COUPE, Reseau
from permanences.tests.telephone import Telephone, fill, save, send_now

pytestmark = pytest.mark.navigateur


def test_nothing_moves_under_the_finger(
    installe: Telephone, reseau: Reseau, creneau_du_jour: Creneau
) -> None:
    page, bandeau = installe.page, installe.page.locator("[data-file-bandeau]")
    reseau.etat = COUPE
    for n in (1, 2):
        fill(page, personnes=n)
        save(page)
    page.goto("/aujourdhui/")
    expect(bandeau).to_contain_text("Pas de réseau")
    lien = page.get_by_role("link", name=re.compile("Saisir une séance : Mairie"))
    place = lien.bounding_box()
    assert place
    page.mouse.move(place["x"] + place["width"] / 2, place["y"] + 4)
    page.mouse.down()
    reseau.etat = BON
    send_now(page)
    installe.wait_until_empty()
    expect(bandeau).to_be_visible()
    page.mouse.up()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nouvelle séance")


def test_what_waits_is_said_as_the_page_opens_and_moves_nothing_afterwards(
    installe: Telephone, reseau: Reseau, creneau_du_jour: Creneau
) -> None:
    page = installe.page
    reseau.etat = COUPE
    for n in (1, 2):
        fill(page, personnes=n)
        save(page)
    page.goto("/aujourdhui/")
    expect(page.locator("[data-file-bandeau]")).to_contain_text("Pas de réseau")
    # How far the créneaux are moved once the page is read, without what a finger causes itself.
    page.add_init_script("""
        self.deplacements = 0;
        new PerformanceObserver((liste) => {
            for (const un of liste.getEntries()) self.deplacements += un.value;
        }).observe({ type: "layout-shift", buffered: true });
    """)
    page.goto("/aujourdhui/")
    expect(page.locator("[data-file-bandeau]")).to_contain_text("Pas de réseau")
    page.wait_for_timeout(1500)
    assert page.evaluate("self.deplacements") < 0.01
