"""A training is noted from the page that says who lacks what."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from conseillers.models import Formation, Utilisateur

CHAMPS: dict[str, Any] = {"date": "2026-09-01", "heures": "", "date_fin": "", "reference": ""}


@pytest.fixture
def page(client: Client, gestionnaire: Utilisateur) -> Client:
    client.force_login(gestionnaire)
    return client


def test_the_advisor_is_chosen_already_and_the_usual_hours_suggested(
    page: Client, conseillere: Utilisateur
) -> None:
    adresse = reverse("admin:conseillers_formation_add")
    liste = page.get(reverse("admin:conseillers_reseau_formations")).content.decode()
    assert f"{adresse}?conseiller={conseillere.conseiller.pk}" in liste
    texte = page.get(f"{adresse}?conseiller={conseillere.conseiller.pk}").content.decode()
    assert "Nadia Brulon" in texte
    for heures in (70, 105, 175, 280, 315, 350, 420):
        assert f'<option value="{heures}">' in texte


@pytest.mark.parametrize("heures", ["175", "123"])
def test_any_number_of_hours_is_accepted_and_the_page_of_everybody_comes_back(
    page: Client, conseillere: Utilisateur, heures: str
) -> None:
    champs = CHAMPS | {
        "conseiller": conseillere.conseiller.pk, "nature": "parcours", "intitule": "Initiale",
        "heures": heures,
    }  # fmt: skip
    reponse = page.post(reverse("admin:conseillers_formation_add"), champs)
    assert reponse.url == reverse("admin:conseillers_reseau_formations")
    assert Formation.objects.get().heures == int(heures)


def test_a_certification_without_its_name_is_refused_in_words(
    page: Client, conseillere: Utilisateur
) -> None:
    champs = CHAMPS | {"conseiller": conseillere.conseiller.pk, "nature": "certification"}
    texte = page.post(reverse("admin:conseillers_formation_add"), champs).content.decode()
    assert "Choisissez laquelle pour une certification" in texte
    assert not Formation.objects.exists()
