"""A text that leads to somebody says so while it is typed, in a real browser."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from conseillers.models import Utilisateur
from permanences.models import Creneau
from permanences.tests.conftest import Ouvrir, check
from territoires.tests.test_traces import EXEMPLES
from territoires.traces import MOTIFS, PUBLIC

pytestmark = [pytest.mark.navigateur, pytest.mark.usefixtures("mardi_13_octobre")]


def test_the_browser_and_the_server_read_the_same_examples(
    ouvrir: Ouvrir, conseillere: Utilisateur, creneau_brulon: Creneau
) -> None:
    page = ouvrir(360, conseillere)
    page.goto("/agenda/creneaux/nouveau/")
    textes = [(trace, texte) for trace, liste in EXEMPLES.items() for texte in liste]
    lus = page.evaluate(
        """([traces, textes]) => textes.map((value) => {
             const lu = self.Traces.lire({ value, dataset: { traces } });
             return lu && lu.phrase;
           })""",
        [json.dumps([[m, str(t), True] for t, m in MOTIFS.items()]), [t for _, t in textes]],
    )
    assert [(texte, lu) for (_, texte), lu in zip(textes, lus, strict=True)] == [
        (texte, str(trace) if trace else None) for trace, texte in textes
    ]


@pytest.mark.parametrize("largeur", [360, 1280])
def test_a_title_is_warned_about_while_typing_and_left_in_peace_once_mended(
    ouvrir: Ouvrir, largeur: int, conseillere: Utilisateur, creneau_brulon: Creneau
) -> None:
    page = ouvrir(largeur, conseillere)
    page.goto("/agenda/creneaux/nouveau/")
    page.get_by_label("Atelier", exact=True).check()
    champ = page.get_by_label("Titre")
    alerte = page.locator(".champ__alerte")
    expect(alerte).to_be_hidden()
    champ.press_sequentially("Appeler le 06 12 34 56 78")
    expect(alerte).to_be_visible()
    expect(alerte).to_have_attribute("role", "status")
    expect(alerte).to_have_text(PUBLIC.phrase(next(iter(MOTIFS))))
    expect(champ).to_have_accessible_description(re.compile("Aucun nom.*numéro de téléphone"))
    check(page, "alerte de saisie")
    champ.fill("Le téléphone")
    expect(alerte).to_be_hidden()
    expect(champ).to_have_accessible_description("Aucun nom de personne.")


@pytest.mark.parametrize("largeur", [768, 1280])
def test_the_admin_warns_of_a_telephone_and_of_a_social_security_number(
    ouvrir: Ouvrir, largeur: int, gestionnaire: Utilisateur, creneau_brulon: Creneau
) -> None:
    page = ouvrir(largeur, gestionnaire)
    page.goto(reverse("admin:permanences_lieuaccueil_add"))
    champ = page.get_by_role("textbox", name="Adresse")
    champ.fill("Salle 2, 02 43 00 00 00")
    alerte: Any = champ.locator("xpath=following-sibling::p[@role='status']")
    expect(alerte).to_contain_text("seulement s’il est professionnel")
    champ.fill("1 85 05 78 006 084 36")
    expect(alerte).to_contain_text("numéro de sécurité sociale : retirez")
