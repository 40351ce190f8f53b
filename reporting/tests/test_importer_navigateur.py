"""« 96 candidatures come as a CSV with ten bad lines », played in the browser by a newcomer."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from config.tests.accessible import REGLES_AXE, run_axe
from conseillers.models import Candidature

pytestmark = pytest.mark.navigateur


@pytest.fixture
def bureau(navigateur: Page, live_server: Any, gestionnaire: Any, brulon: Any) -> Page:
    client = Client()
    client.force_login(gestionnaire)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    navigateur.context.add_cookies(
        [{"name": cookie.key, "value": cookie.value, "url": live_server.url}]
    )
    return navigateur


@pytest.fixture
def fichier(tmp_path: Path) -> Path:
    chemin = tmp_path / "candidatures-2026.csv"
    with chemin.open("w", newline="", encoding="utf-8") as flux:
        lignes = csv.writer(flux, delimiter=";")
        lignes.writerow(["courriel", "prenom", "nom", "code_insee", "recue_le", "etat"])
        for rang in range(96):
            recue = "31/02/2026" if rang % 10 == 0 else "10/02/2026"
            lignes.writerow([f"c{rang}@exemple.fr", "Élise", f"N{rang}", "72050", recue, "recue"])
    return chemin


class Parcours:
    """Counts what a person does: pages that open, clicks."""

    def __init__(self, page: Page) -> None:
        self.page, self.pages, self.clics = page, 0, 0
        page.on("framenavigated", lambda _: setattr(self, "pages", self.pages + 1))

    def click(self, role: Any, nom: str) -> None:
        self.clics += 1
        self.page.get_by_role(role, name=nom).first.click()

    def choose(self, chemin: Path) -> None:
        """One click opens the chooser, whose own clicks are the system's."""
        self.clics += 1
        self.page.get_by_label("Fichier CSV").set_input_files(chemin)

    def accessible(self) -> None:
        constats = run_axe(self.page, runOnly=REGLES_AXE)
        assert constats.violations_count == 0, constats.generate_report()
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("largeur", [1280, 768])
def test_96_candidatures_with_ten_bad_lines_from_the_home_page_to_the_last_one(
    bureau: Page, fichier: Path, tmp_path: Path, largeur: int
) -> None:
    bureau.set_viewport_size({"width": largeur, "height": 900})
    parcours = Parcours(bureau)
    bureau.goto(reverse("admin:index"))
    parcours.click("link", "Imports")
    parcours.accessible()
    parcours.choose(fichier)
    parcours.click("button", "Envoyer et voir l’aperçu")
    expect(bureau.get_by_text("Rien n’est encore écrit.")).to_be_visible()
    expect(bureau.get_by_role("cell", name="n’existe pas dans le calendrier")).to_have_count(10)
    parcours.accessible()
    assert not Candidature.objects.exists()

    parcours.click("button", "Écrire 86 lignes, laisser les refusées")
    expect(bureau.get_by_text("86 créées")).to_be_visible()
    parcours.accessible()
    with bureau.expect_download() as telechargement:
        parcours.click("link", "Télécharger les lignes refusées")
    refus = tmp_path / telechargement.value.suggested_filename
    telechargement.value.save_as(refus)
    texte = refus.read_text(encoding="utf-8-sig")
    assert len(texte.splitlines()) == 11 and "erreur" in texte
    refus.write_text(texte.replace("31/02/2026", "28/02/2026"), encoding="utf-8-sig")

    parcours.click("link", "Envoyer un autre fichier")
    parcours.choose(refus)
    parcours.click("button", "Envoyer et voir l’aperçu")
    parcours.click("button", "Écrire 10 lignes")
    expect(bureau.get_by_text("10 créées")).to_be_visible()
    assert Candidature.objects.count() == 96
    expect(bureau.get_by_role("link", name="Voir la liste")).to_have_attribute(
        "href", reverse("admin:conseillers_candidature_changelist")
    )
    # Home, sending, preview, result; then sending, preview, result.
    assert (parcours.pages, parcours.clics) == (7, 9)


def test_a_file_is_sent_with_the_keyboard_alone_and_without_a_script(
    bureau: Page, fichier: Path
) -> None:
    bureau.goto(reverse("admin:reporting_import"))
    bureau.get_by_label("Fichier CSV").set_input_files(fichier)
    bureau.get_by_role("button", name="Envoyer et voir l’aperçu").focus()
    bureau.keyboard.press("Enter")
    bouton = bureau.get_by_role("button", name="Écrire 86 lignes")
    bouton.focus()
    bureau.keyboard.press("Enter")
    expect(bureau.get_by_text("86 créées")).to_be_visible()
