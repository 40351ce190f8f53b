"""A candidate's identity is kept as long as promised, then erased; counts remain."""

from __future__ import annotations

import datetime as dt
import io
import json
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from conseillers.models import Candidature, Courriel, Poste, Utilisateur
from conseillers.services import anonymise_candidatures, move_candidature
from conseillers.tests.test_recrutement import make_candidature
from reporting.tasks import apply_conservation as chaque_nuit
from territoires.models import Evenement

JOUR = dt.date(2026, 10, 13)


@pytest.mark.parametrize(
    ("champs", "garder_jusqu_au"),
    [
        # Three months after the refusal…
        ({"etat": "refusee", "etat_le": dt.date(2026, 7, 13)}, dt.date(2026, 10, 13)),
        ({"etat": "refusee", "etat_le": dt.date(2026, 7, 14)}, dt.date(2026, 10, 14)),
        # … counted by months: the 30th of November leads to the end of February.
        ({"etat": "refusee", "etat_le": dt.date(2025, 11, 30)}, dt.date(2026, 2, 28)),
        # Two years with the candidate's agreement.
        (
            {
                "etat": "refusee",
                "etat_le": dt.date(2025, 3, 1),
                "accord_le": dt.date(2025, 2, 1),
            },
            dt.date(2027, 3, 1),
        ),
        # Never answered: two years after reception, wherever it stopped.
        ({"recue_le": dt.date(2024, 10, 13)}, dt.date(2026, 10, 13)),
        ({"recue_le": dt.date(2024, 10, 14), "etat": "entretien"}, dt.date(2026, 10, 14)),
        # A refusal that comes late does not add to these two years.
        (
            {
                "etat": "refusee",
                "recue_le": dt.date(2024, 10, 1),
                "etat_le": dt.date(2026, 9, 30),
            },
            dt.date(2026, 10, 1),
        ),
    ],
)
def test_how_long_an_identity_is_kept(
    db: None, champs: dict[str, Any], garder_jusqu_au: dt.date
) -> None:
    recue = {"recue_le": dt.date(2025, 1, 1), "etat_le": champs.get("recue_le", JOUR)}
    make_candidature(**recue | champs)
    assert Candidature.objects.avec_echeance().get().garder_jusqu_au == garder_jusqu_au
    echue = garder_jusqu_au <= JOUR
    assert bool(anonymise_candidatures(jour=JOUR)) is echue
    assert Candidature.objects.filter(anonymisee_le=None).exists() is not echue


def test_dates_state_and_poste_remain(db: None, poste_1: Poste) -> None:
    refus = {"etat": "refusee", "etat_le": dt.date(2026, 1, 5), "poste": poste_1}
    make_candidature(code_insee="72050", recue_le=dt.date(2025, 12, 1), **refus)
    make_candidature(courriel="b@exemple.fr", recue_le=dt.date(2025, 12, 1), **refus)
    anonymise_candidatures(jour=JOUR)
    for reste in Candidature.objects.all():
        assert (reste.courriel, reste.prenom, reste.nom, reste.code_insee) == (None, "", "", "")
        assert (reste.etat, reste.poste, reste.recue_le.year) == ("refusee", poste_1, 2025)
        assert reste.anonymisee_le == JOUR
        assert str(reste) == f"Candidature anonymisée n° {reste.pk}"


def test_whoever_was_recruited_keeps_their_name(db: None, poste_1: Poste) -> None:
    make_candidature(recue_le=dt.date(2020, 1, 1), etat="recrutee", poste=poste_1)
    """As long as their file as an advisor does, and no longer (test_conservation)."""
    assert anonymise_candidatures(jour=JOUR) == []


def test_half_an_identity_is_refused_by_the_database(db: None) -> None:
    make_candidature()
    for champs in ({"courriel": None}, {"nom": ""}, {"anonymisee_le": JOUR}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Candidature.objects.update(**champs)


def test_simulation_says_and_writes_nothing(db: None, mardi_13_octobre: dt.date) -> None:
    make_candidature(recue_le=dt.date(2024, 1, 1), etat_le=dt.date(2024, 1, 1))
    sortie = io.StringIO()
    call_command("anonymise_candidatures", "--simulation", stdout=sortie)
    assert "1 candidature à anonymiser (simulation" in sortie.getvalue().replace("\u00a0", " ")
    assert "Martin" not in sortie.getvalue()
    assert Candidature.objects.filter(anonymisee_le=None).count() == 1
    call_command("anonymise_candidatures", stdout=sortie)
    assert Candidature.objects.filter(anonymisee_le=None).count() == 0


def test_every_night_does_it_once(db: None, mardi_13_octobre: dt.date) -> None:
    make_candidature(recue_le=dt.date(2024, 1, 1), etat_le=dt.date(2024, 1, 1))
    chaque_nuit()
    avant = Candidature.objects.get()
    chaque_nuit()
    assert Candidature.objects.get() == avant
    assert avant.anonymisee_le == mardi_13_octobre


def test_an_anonymous_candidature_no_longer_moves(
    db: None, gestionnaire: Utilisateur, mardi_13_octobre: dt.date
) -> None:
    lea = make_candidature(etat="refusee", recue_le=dt.date(2024, 1, 1))
    anonymise_candidatures(jour=JOUR)
    with pytest.raises(Exception, match="anonymisée"):
        move_candidature(candidature=lea, vers="preselectionnee", le=JOUR, utilisateur=gestionnaire)


def test_the_journal_keeps_nothing_of_what_is_erased(db: None) -> None:
    make_candidature(code_insee="72050", recue_le=dt.date(2024, 1, 1), etat_le=dt.date(2024, 1, 1))
    anonymise_candidatures(jour=JOUR)
    ecrit = json.dumps(
        list(Evenement.objects.filter(modele="conseillers.candidature").values_list("valeurs"))
    )
    assert "anonymisee_le" in ecrit
    for identite in ("Martin", "L\\u00e9a", "lea.martin", "72050"):
        assert identite not in ecrit


@pytest.mark.parametrize("est_conseillere", [False, True])
def test_messages_are_forgotten_unless_the_person_works_here(
    est_conseillere: bool, conseillere: Utilisateur
) -> None:
    courriel = conseillere.courriel if est_conseillere else "lea@exemple.fr"
    make_candidature(courriel=courriel, recue_le=dt.date(2024, 1, 1), etat_le=dt.date(2024, 1, 1))
    Courriel.objects.create(
        nature="rappel", destinataire=courriel, objet="Entretien", gabarit="rappel"
    )
    anonymise_candidatures(jour=JOUR)
    assert (Courriel.objects.get().destinataire == courriel) is est_conseillere
