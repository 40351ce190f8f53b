"""From candidate to advisor: one act, nothing typed again, or nothing written."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from conftest import close_mois_brut
from conseillers.enums import Role
from conseillers.models import Affectation, Candidature, Conseiller, Poste, Utilisateur
from conseillers.services import undo_etape
from conseillers.tests.test_recrutement import make_candidature
from permanences.services import recruit_candidature

pytestmark = pytest.mark.usefixtures("mardi_13_octobre")


def recruit(candidature: Candidature, poste: Poste, par: Utilisateur, **champs: Any) -> Affectation:
    defauts = {"date_debut": dt.date(2026, 11, 2), "type_contrat": "CDD"}
    return recruit_candidature(
        candidature=candidature, poste=poste, utilisateur=par, **defauts | champs
    )


def test_a_candidate_becomes_an_advisor_without_typing_again(
    gestionnaire: Utilisateur, poste_1: Poste
) -> None:
    lea = make_candidature(etat="retenue", courriel="Lea.Martin@exemple.fr")
    affectation = recruit(lea, poste_1, gestionnaire)
    lea.refresh_from_db()
    conseiller = Conseiller.objects.get()
    compte = Utilisateur.objects.get(role=Role.CONSEILLER)
    assert (affectation.poste, affectation.conseiller) == (poste_1, conseiller)
    assert (conseiller.prenom, conseiller.nom) == ("Léa", "Martin")
    assert (conseiller.utilisateur, compte.courriel) == (compte, "lea.martin@exemple.fr")
    assert compte.has_usable_password(), "« mot de passe oublié » writes to usable accounts only"
    assert (lea.etat, lea.poste) == ("recrutee", poste_1)
    assert lea.etapes.get().vers == "recrutee"


def test_somebody_who_comes_back_keeps_their_file_and_account(
    gestionnaire: Utilisateur, conseillere: Utilisateur, structure_departement: Any
) -> None:
    autre = Poste.objects.create(
        numero=3, structure=structure_departement, date_attribution=dt.date(2021, 3, 1)
    )
    nadia = make_candidature(etat="retenue", courriel=conseillere.courriel)
    affectation = recruit(nadia, autre, gestionnaire)
    assert affectation.conseiller == conseillere.conseiller
    assert Utilisateur.objects.filter(role=Role.CONSEILLER).count() == 1


def test_nothing_is_written_when_the_poste_is_taken(
    gestionnaire: Utilisateur, conseillere: Utilisateur, poste_1: Poste
) -> None:
    lea = make_candidature(etat="retenue")
    with pytest.raises(ValidationError, match="enregistrez d’abord son départ"):
        recruit(lea, poste_1, gestionnaire)
    lea.refresh_from_db()
    assert (lea.etat, Conseiller.objects.count()) == ("retenue", 1)
    assert not Utilisateur.objects.filter(courriel=lea.courriel).exists()


def test_the_courriel_of_another_role_is_refused(
    gestionnaire: Utilisateur, direction: Utilisateur, poste_1: Poste
) -> None:
    lea = make_candidature(etat="retenue", courriel=direction.courriel)
    with pytest.raises(ValidationError, match="déjà l’adresse d’un compte"):
        recruit(lea, poste_1, gestionnaire)
    assert not Affectation.objects.exists()


def test_nobody_arrives_in_a_closed_month(gestionnaire: Utilisateur, poste_1: Poste) -> None:
    """As for any arrival: the figures of that month are frozen."""
    close_mois_brut(dt.date(2026, 9, 1))
    lea = make_candidature(etat="retenue")
    with pytest.raises(ValidationError, match="clos"):
        recruit(lea, poste_1, gestionnaire, date_debut=dt.date(2026, 9, 15))
    lea.refresh_from_db()
    assert lea.etat == "retenue"


def test_only_a_retained_candidate_is_recruited_and_not_twice(
    gestionnaire: Utilisateur, poste_1: Poste
) -> None:
    lea = make_candidature()
    with pytest.raises(ValidationError, match="Retenue"):
        recruit(lea, poste_1, gestionnaire)
    Candidature.objects.update(etat="retenue")
    recruit(lea, poste_1, gestionnaire)
    with pytest.raises(ValidationError, match="Retenue"):
        recruit(lea, poste_1, gestionnaire)
    with pytest.raises(ValidationError, match="page de son poste"):
        undo_etape(etape=lea.etapes.get(), utilisateur=gestionnaire)
