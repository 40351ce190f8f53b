"""« An advisor leaves on the 30th and a new one arrives on the 15th », by mouse and by keyboard.

From the home, nothing known beforehand: 9 pages and 8 clicks, the two forms apart.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from config.tests.accessible import run_axe
from config.tests.test_admin_navigateur import OPTIONS, sign_in
from conseillers.models import Affectation, Conseiller

pytestmark = [pytest.mark.navigateur, pytest.mark.usefixtures("mardi_10_novembre")]

PAGES, CLICS = 9, 8


class Parcours:
    """Counts what a person sees and does, the first page included."""

    def __init__(self, page: Page) -> None:
        self.page, self.clics = page, 0
        self.pages = 1
        page.on("framenavigated", lambda cadre: self._see())

    def _see(self) -> None:
        self.pages += 1

    def clique(self, role: Any, nom: str) -> None:
        self.page.get_by_role(role, name=nom, exact=True).first.click()
        self.page.wait_for_load_state()
        self.clics += 1


@pytest.fixture(params=[(1280, True), (768, False)], ids=["1280", "768 sans script"])
def page(request: Any, chromium: Any, live_server: Any, gestionnaire: Any) -> Iterator[Page]:
    largeur, script = request.param
    contexte = chromium.new_context(
        base_url=live_server.url,
        java_script_enabled=script,
        viewport={"width": largeur, "height": 900},
    )
    onglet = contexte.new_page()
    sign_in(onglet, gestionnaire, live_server.url)
    yield onglet
    contexte.close()


def test_one_leaves_on_the_30th_and_another_arrives_on_the_15th(
    page: Page, conseillere: Any, creneau_brulon: Any
) -> None:
    page.goto(reverse("admin:index"))
    parcours = Parcours(page)
    parcours.clique("link", "Postes")
    parcours.clique("link", "Histoire du Poste 1")
    parcours.clique("link", "Enregistrer un départ")
    page.get_by_label("Dernier jour de fonctions").fill("2026-11-30")
    parcours.clique("button", "Voir ce qui va changer")
    expect(page.get_by_text("27 dates gardées")).to_be_visible()
    assert Affectation.objects.get().date_fin is None
    parcours.clique("button", "Confirmer le départ")
    expect(page.get_by_text("Le départ de Nadia Brulon est enregistré")).to_be_visible()
    expect(page.locator("#content a.bouton:not(.bouton-second)")).to_have_text(
        "Enregistrer une arrivée"
    )
    parcours.clique("link", "Enregistrer une arrivée")
    for champ, reponse in (
        ("Prénom", "Lou"),
        ("Nom", "Neuve"),
        ("Courriel professionnel", "lou.neuve@exemple.fr"),
        ("Premier jour", "2026-12-15"),
    ):
        page.get_by_label(champ, exact=True).fill(reponse)
    parcours.clique("button", "Voir ce qui va changer")
    expect(page.get_by_text("Lou Neuve prend le Poste 1")).to_be_visible()
    parcours.clique("button", "Confirmer l’arrivée")
    expect(page.get_by_text("Lou Neuve arrive le 15 décembre 2026")).to_be_visible()
    expect(page.locator("#content a.bouton:not(.bouton-second)")).to_have_count(0)
    assert (parcours.pages, parcours.clics) == (PAGES, CLICS)
    depart, arrivee = Affectation.objects.order_by("date_debut")
    assert (depart.date_fin, arrivee.date_debut) == (dt.date(2026, 11, 30), dt.date(2026, 12, 15))
    assert Conseiller.objects.get(nom="Neuve").utilisateur.role == "conseiller"


def test_a_refusal_says_why_and_keeps_the_answers(
    page: Page, conseillere: Any, creneau_brulon: Any
) -> None:
    page.goto(reverse("admin:reporting_poste_acte", args=[1, "depart"]))
    page.get_by_label("Dernier jour de fonctions").fill("2024-12-31")
    page.get_by_role("button", name="Voir ce qui va changer").click()
    expect(page.get_by_role("alert")).to_contain_text("a pris ses fonctions le 6 janvier 2025")
    expect(page.get_by_label("Dernier jour de fonctions")).to_have_value("2024-12-31")
    expect(page.get_by_role("button", name="Confirmer le départ")).to_have_count(0)


def test_the_menu_and_the_acts_are_reached_by_keyboard(
    page: Page, conseillere: Any, creneau_brulon: Any
) -> None:
    page.goto(reverse("admin:permanences_histoire_poste", args=[1]))
    page.keyboard.press("Tab")
    expect(page.locator(".skip-to-content-link")).to_be_focused()
    menu = page.get_by_role("navigation", name="Menu principal")
    menu.get_by_role("link", name="Financements").focus()
    page.keyboard.press("Enter")
    expect(menu.locator("[aria-current]")).to_have_text("Financements")
    page.goto(reverse("admin:reporting_poste_acte", args=[1, "depart"]))
    champ = page.get_by_label("Dernier jour de fonctions")
    champ.fill("2026-11-30")
    champ.press("Enter")
    page.get_by_role("button", name="Confirmer le départ").press("Enter")
    expect(page.get_by_text("Le départ de Nadia Brulon est enregistré")).to_be_visible()


def test_the_story_prints_without_the_menu(page: Page, conseillere: Any) -> None:
    page.goto(reverse("admin:permanences_histoire_poste", args=[1]))
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="Menu principal")).to_be_hidden()
    expect(page.get_by_role("link", name="Enregistrer un départ")).to_be_hidden()
    expect(page.get_by_role("heading", name="Affectations")).to_be_visible()


def test_the_title_of_a_page_weighs_more_than_those_under_it(page: Page, conseillere: Any) -> None:
    taille = "e => [parseFloat(getComputedStyle(e).fontSize), +getComputedStyle(e).fontWeight]"
    for adresse in (
        reverse("admin:index"),
        reverse("admin:permanences_histoire_poste", args=[1]),
        reverse("admin:conseillers_financements"),
        reverse("admin:reporting_tableau_mois"),
    ):
        page.goto(adresse)
        grand, gras = page.locator("#content h1").evaluate(taille)
        for titre in page.locator("#content h2").all():
            petit, moins_gras = titre.evaluate(taille)
            assert grand > petit and gras >= moins_gras, adresse


@pytest.mark.parametrize("largeur", [768, 1280])
def test_home_story_and_acts_are_accessible(
    navigateur: Page,
    live_server: Any,
    conseillere: Any,
    creneau_brulon: Any,
    gestionnaire: Any,
    largeur: int,
) -> None:
    sign_in(navigateur, gestionnaire, live_server.url)
    navigateur.set_viewport_size({"width": largeur, "height": 900})
    affectation = Affectation.objects.get().pk
    depart = reverse("admin:reporting_poste_acte", args=[1, "depart"])
    reponses = f"vu=&affectation={affectation}&creneaux=garder&compte=garde"
    for adresse in (
        reverse("admin:index"),
        reverse("admin:reporting_dates_du_mois"),
        reverse("admin:permanences_histoire_poste", args=[1]),
        depart,
        f"{depart}?{reponses}",
        f"{depart}?{reponses}&dernier_jour=2026-12-31",
        f"{depart}?{reponses}&dernier_jour=2020-12-31",
        reverse("admin:reporting_poste_acte", args=[1, "arrivee"]),
    ):
        navigateur.goto(adresse)
        assert navigateur.evaluate("document.documentElement.scrollWidth <= innerWidth"), adresse
        constats = run_axe(navigateur, **OPTIONS)
        assert constats.violations_count == 0, f"{adresse}\n{constats.generate_report()}"
