"""The pages of the plan in a real browser, and « a library closes for three weeks » as played."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from config.tests.accessible import run_axe
from config.tests.test_admin_navigateur import OPTIONS, sign_in
from conseillers.models import Utilisateur
from permanences import services
from permanences.models import ActeFermeture, Creneau

pytestmark = [pytest.mark.navigateur, pytest.mark.usefixtures("mardi_10_novembre")]
PAGES = (
    "permanences_semaine", "permanences_conflits", "permanences_fermer",
    "permanences_creneaux_en_nombre", "permanences_a_rattacher", "reporting_tableau_mois",
)  # fmt: skip


@pytest.fixture
def plan(
    transactional_db: None, creneau_brulon: Creneau, atelier_la_fleche: Creneau, conseillere: Any
) -> Creneau:
    creneau_brulon.lieu.nom = "Médiathèque de Brûlon"
    creneau_brulon.lieu.save()
    services.load_vacances()
    return creneau_brulon


def check_page(page: Page, adresse: str) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), adresse
    constats = run_axe(page, **OPTIONS)
    assert constats.violations_count == 0, f"{adresse}\n{constats.generate_report()}"


@pytest.mark.parametrize("largeur", [1280, 768])
def test_the_pages_are_accessible_and_fit(
    plan: Creneau, gestionnaire: Utilisateur, navigateur: Page, live_server: Any, largeur: int
) -> None:
    sign_in(navigateur, gestionnaire, live_server.url)
    page = navigateur
    page.set_viewport_size({"width": largeur, "height": 900})
    apercu = f"?portee=lieu&lieu={plan.lieu.pk}&debut=2026-11-16&fin=2026-12-06"
    for adresse in (
        *(reverse(f"admin:{nom}") for nom in PAGES),
        reverse("admin:permanences_fermer") + apercu + "&motif=fermeture_du_lieu&apercu=1",
        reverse("admin:reporting_relancer", args=["2026-10"]),
        reverse("admin:reporting_mois_poste", args=["2026-10", 1]),
    ):
        page.goto(adresse)
        check_page(page, adresse)


def test_a_library_closes_for_three_weeks(
    plan: Creneau, gestionnaire: Utilisateur, ouvrir: Callable[..., Page]
) -> None:
    """From the home: 4 pages, 4 clicks and 4 answers; lifted again: 2 pages, 2 clicks."""
    page, clics = ouvrir(1280, gestionnaire), []

    def click(role: str, nom: str, **precis: Any) -> None:
        # Each click leads to a page: the next one is for that page, once it is whole.
        page.wait_for_load_state("load")
        with page.expect_navigation():
            page.get_by_role(role, name=nom, **precis).click()
        clics.append(nom)

    page.goto(reverse("admin:index"))
    click("link", "Plan", exact=True)
    click("link", "Fermer", exact=True)
    page.get_by_label("Lieu", exact=True).select_option("Médiathèque de Brûlon")
    expect(page.get_by_label("EPCI", exact=True)).to_be_hidden()
    page.get_by_label("Du", exact=True).fill("2026-11-16")
    page.get_by_label("Au", exact=True).fill("2026-12-06")
    page.get_by_label("Motif", exact=True).select_option("Fermeture du lieu")
    click("button", "Voir les conséquences")
    expect(page.get_by_text("3\u00a0dates seront annulées")).to_be_visible()
    expect(page.get_by_role("cell", name="Nadia Brulon")).to_be_visible()
    expect(page.get_by_text("Ce que le public lira")).to_be_visible()
    click("button", "Fermer : 3\u00a0dates annulées")
    expect(page.get_by_text("Médiathèque de Brûlon : fermeture du 16")).to_be_visible()
    assert len(clics) == 4
    page.goto(reverse("permanences:lieu", args=[plan.lieu.code]))
    expect(page.get_by_text("17 novembre 2026").first).to_be_visible()
    page.goto(reverse("admin:permanences_fermer"))
    click("link", "Lever : Médiathèque de Brûlon", exact=False)
    click("button", "Lever la fermeture")
    expect(page.get_by_text("la fermeture est levée")).to_be_visible()
    assert ActeFermeture.objects.get().leve_par == gestionnaire


def test_it_is_done_with_the_keyboard_alone(
    plan: Creneau, gestionnaire: Utilisateur, ouvrir: Callable[..., Page]
) -> None:
    page = ouvrir(1280, gestionnaire)
    page.goto(reverse("admin:permanences_fermer") + f"?portee=lieu&lieu={plan.lieu.pk}")
    page.get_by_label("Du", exact=True).fill("2026-11-16")
    page.get_by_label("Au", exact=True).fill("2026-12-06")
    page.get_by_label("Motif", exact=True).focus()
    page.keyboard.type("Fermeture du")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    bouton = page.get_by_role("button", name="Fermer : 3\u00a0dates annulées")
    bouton.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Médiathèque de Brûlon : fermeture du 16")).to_be_visible()


def test_the_week_prints_without_its_buttons(
    plan: Creneau, gestionnaire: Utilisateur, ouvrir: Callable[..., Page]
) -> None:
    page = ouvrir(1280, gestionnaire)
    page.goto(reverse("admin:permanences_semaine"))
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Afficher")).to_be_hidden()
    expect(page.get_by_role("rowheader", name="Poste 1")).to_be_visible()
