"""« A candidate becomes an advisor », played by somebody who has never done it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from config.tests.parcours import Parcours
from config.tests.test_admin_navigateur import sign_in
from conseillers.models import Affectation, Candidature, Poste, Utilisateur
from territoires.models import Commune

pytestmark = pytest.mark.navigateur


@pytest.fixture
def lea(brulon: Commune) -> Candidature:
    hier = timezone.localdate() - dt.timedelta(days=20)
    return Candidature.objects.create(
        courriel="lea.martin@exemple.fr", prenom="Léa", nom="Martin", recue_le=hier, etat_le=hier,
        code_insee=brulon.code,
    )  # fmt: skip


def test_a_candidate_becomes_an_advisor(
    navigateur: Page, live_server: Any, gestionnaire: Utilisateur, lea: Candidature,
    poste_1: Poste, lbn_communaute: Any,
) -> None:  # fmt: skip
    """Received to recruited: three moves on the board, then one form with a single date to type."""
    poste_1.epcis.add(lbn_communaute)
    sign_in(navigateur, gestionnaire, live_server.url)
    navigateur.goto(reverse("admin:index"))
    parcours = Parcours(navigateur)
    menu = navigateur.get_by_role("navigation").first
    parcours.click(menu.get_by_role("link", name="Recrutement", exact=True))
    for etat in ("Présélectionnée", "Entretien", "Retenue"):
        parcours.click(navigateur.get_by_role("button", name=f"Passer à « {etat} » : Léa Martin"))
        expect(navigateur.get_by_role("button", name="Annuler ce passage")).to_be_visible()
    parcours.click(navigateur.get_by_role("link", name="Recruter… Léa Martin"))
    # The vacant poste that serves where she lives is proposed.
    expect(navigateur.get_by_label("Poste").locator("option:checked")).to_contain_text(
        "Poste 1, vacant depuis"
    )
    debut = timezone.localdate() + dt.timedelta(days=7)
    navigateur.get_by_label("Prise de poste").fill(debut.isoformat())
    parcours.click(navigateur.get_by_role("button", name="Recruter", exact=True))
    expect(navigateur.get_by_text("Léa Martin prend le poste 1")).to_be_visible()
    affectation = Affectation.objects.get()
    assert (affectation.conseiller.nom, affectation.date_debut) == ("Martin", debut)
    assert (parcours.pages, parcours.clics) == (6, 6)


def test_the_board_is_worked_with_the_keyboard_alone(
    navigateur: Page, live_server: Any, gestionnaire: Utilisateur, lea: Candidature
) -> None:
    """The button has the person's name; Enter moves the card, and the page comes back to it."""
    sign_in(navigateur, gestionnaire, live_server.url)
    navigateur.goto(reverse("admin:conseillers_recrutement"))
    bouton = navigateur.get_by_role("button", name="Passer à « Présélectionnée » : Léa Martin")
    for _ in range(60):
        navigateur.keyboard.press("Tab")
        if bouton.evaluate("b => b === document.activeElement"):
            break
    navigateur.keyboard.press("Enter")
    colonne = navigateur.get_by_role("region", name="Présélectionnée")
    expect(colonne.get_by_role("link", name="Léa Martin")).to_be_visible()
    assert navigateur.url.endswith(f"#c{lea.pk}")
