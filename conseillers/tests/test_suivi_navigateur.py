"""The journal and the messages in a real browser: by keyboard, on a tablet, for a reader."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from config.tests.accessible import run_axe
from config.tests.test_admin_navigateur import OPTIONS, sign_in
from conseillers.models import Courriel, Poste

pytestmark = pytest.mark.navigateur


@pytest.fixture
def ecran(navigateur: Page, live_server: Any, gestionnaire: Any, poste_1: Poste) -> Page:
    sign_in(navigateur, gestionnaire, live_server.url)
    Poste.objects.update(date_attribution="2022-01-01")
    return navigateur


@pytest.fixture
def courriel(db: None) -> Courriel:
    return Courriel.objects.create(
        nature="rappel", destinataire="nadia@exemple.fr", objet="Votre mois", gabarit="rappel",
        texte="Bonjour,\n\nVotre mois est à déclarer.", html="<p>Bonjour</p>", statut="echec",
        cause="Le serveur de messagerie ne répond pas.", essais=1,
    )  # fmt: skip


@pytest.mark.parametrize("largeur", [768, 1280])
def test_the_pages_are_accessible_at_both_widths(
    ecran: Page, courriel: Courriel, poste_1: Poste, largeur: int
) -> None:
    paroles: list[str] = []
    ecran.on("console", lambda message: paroles.append(message.text))
    ecran.set_viewport_size({"width": largeur, "height": 900})
    journal = reverse("admin:conseillers_journal")
    for adresse in (
        journal,
        f"{journal}?q=introuvable",
        f"{journal}?du=2026-10-02&au=2026-10-01",
        f"{journal}?modele=conseillers.poste&cle={poste_1.pk}",
        reverse("admin:conseillers_poste_history", args=[poste_1.pk]),
        reverse("admin:conseillers_courriels"),
        reverse("admin:conseillers_courriel_change", args=[courriel.pk]),
    ):
        paroles.clear()
        ecran.goto(adresse)
        assert not [p for p in paroles if "Content Security Policy" in p], adresse
        assert ecran.evaluate("document.documentElement.scrollWidth <= innerWidth"), adresse
        constats = run_axe(ecran, **OPTIONS)
        assert constats.violations_count == 0, f"{adresse}\n{constats.generate_report()}"


def test_a_change_is_found_from_the_home_by_keyboard_alone(ecran: Page, poste_1: Poste) -> None:
    """Three pages: the home, the journal, the row's story."""
    ecran.goto(reverse("admin:index"))
    ecran.get_by_role("link", name="Suivi").focus()
    ecran.keyboard.press("Enter")
    expect(ecran).to_have_title("Journal – Conseillers numériques")
    ecran.get_by_label("Objet ou mot").focus()
    ecran.keyboard.type("1")
    ecran.keyboard.press("Tab")
    ecran.keyboard.type("Poste")
    ecran.keyboard.press("Tab")
    ecran.keyboard.press("Tab")
    ecran.keyboard.type("mod")
    ecran.get_by_label("Objet ou mot").focus()
    ecran.keyboard.press("Enter")
    expect(ecran.get_by_role("status")).to_have_text("1\u00a0changement")
    ligne = ecran.get_by_role("row").nth(1)
    expect(ligne).to_contain_text("01/03/2021")
    expect(ligne).to_contain_text("01/01/2022")
    ligne.get_by_role("link", name="Son histoire").focus()
    ecran.keyboard.press("Enter")
    expect(ecran.get_by_text("Seulement Poste : Poste 1")).to_be_visible()
    ecran.locator("summary").focus()
    ecran.keyboard.press("Enter")
    expect(ecran.get_by_text("Type : Conseiller")).to_be_visible()


def test_a_failure_is_read_and_sent_again_by_keyboard_alone(
    ecran: Page, courriel: Courriel
) -> None:
    """Three pages: the list, its failures, the message."""
    ecran.goto(reverse("admin:conseillers_courriels"))
    ecran.get_by_role("link", name="Voir et renvoyer").focus()
    ecran.keyboard.press("Enter")
    ecran.get_by_role("link", name="Votre mois").focus()
    ecran.keyboard.press("Enter")
    expect(ecran.get_by_text("Le serveur de messagerie ne répond pas.")).to_be_visible()
    ecran.get_by_role("button", name="Renvoyer maintenant").focus()
    ecran.keyboard.press("Enter")
    expect(ecran.get_by_text("Le message à nadia@exemple.fr est parti.")).to_be_visible()
    expect(ecran.get_by_role("button", name="Renvoyer maintenant")).to_have_count(0)
