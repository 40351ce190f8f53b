"""An import of La Coop respects each advisor's source, and what a person decided of doubles."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db.models import QuerySet

from conftest import make_seance
from conseillers.models import Utilisateur
from permanences.models import CompteRenduCoop, DecisionDouble, LieuAccueil, ModeSaisie, Seance
from permanences.services import (
    change_mode_saisie,
    coop,
    delete_mode_saisie,
    merge_seances,
)
from permanences.tests.comptes_rendus import MARDI, Importer, activite

pytestmark = pytest.mark.django_db

AUTRE = "5a1d8c1e-6d4a-4f0b-9a57-2c1d0e9f8a00"


def known() -> tuple[str, str]:
    ligne = CompteRenduCoop.objects.get()
    return ligne.etat, ligne.raison


def live() -> QuerySet[Seance]:
    return Seance.objects.filter(supprimee_le__isnull=True)


@pytest.fixture
def double(
    importer: Importer, conseillere: Utilisateur, mairie_brulon: LieuAccueil
) -> tuple[Seance, Seance, Any]:
    """(typed, La Coop's, the run that brought it)."""
    saisie = make_seance(
        conseillere, mairie_brulon, MARDI, nb_premieres_venues=1, autonomie="autonome"
    )
    importation = importer(activite())
    return saisie, Seance.objects.get(source="coop"), importation


# --- The source --------------------------------------------------------------------------------


def test_what_comes_for_a_day_of_the_platform_is_set_aside_then_counted_if_that_changes(
    importer: Importer, conseillere: Utilisateur, gestionnaire: Utilisateur
) -> None:
    nadia = conseillere.conseiller
    ModeSaisie.objects.create(conseiller=nadia, mode="plateforme", date_debut=dt.date(2026, 10, 1))
    importation = importer(activite())
    assert known() == ("ecarte", "saisie_sur_la_plateforme")
    assert (importation.ecartes, live().count()) == (1, 0)
    assert "se saisissent ici" in CompteRenduCoop.objects.get().precision
    change_mode_saisie(conseiller=nadia, mode="coop", date_debut=MARDI, utilisateur=gestionnaire)
    assert known() == ("compte", "") and live().count() == 1


def test_a_decision_taken_back_counts_what_it_had_set_aside(
    importer: Importer, conseillere: Utilisateur, gestionnaire: Utilisateur
) -> None:
    choix = ModeSaisie.objects.create(
        conseiller=conseillere.conseiller, mode="plateforme", date_debut=dt.date(2026, 10, 1)
    )
    importer(activite(), activite(id_coop=AUTRE, date=dt.date(2026, 9, 8)))
    assert live().count() == 1  # the date before is not concerned
    delete_mode_saisie(choix=choix, utilisateur=gestionnaire)
    assert live().count() == 2


def test_what_was_counted_before_the_decision_stays_counted(
    importer: Importer, conseillere: Utilisateur, gestionnaire: Utilisateur
) -> None:
    importer(activite())
    change_mode_saisie(
        conseiller=conseillere.conseiller, mode="plateforme", date_debut=dt.date(2026, 10, 1),
        utilisateur=gestionnaire,
    )  # fmt: skip
    importer(activite(duree=60, modifie_le=dt.date(2026, 10, 20)))
    assert known() == ("compte", "")
    assert live().get().duree == 60


# --- The doubles -------------------------------------------------------------------------------


def test_a_withdrawn_double_never_comes_back_whatever_la_coop_sends(
    importer: Importer, double: tuple[Seance, Seance, Any], gestionnaire: Utilisateur
) -> None:
    saisie, venue, _ = double
    merge_seances(saisie=saisie, coop=venue, garder=saisie, utilisateur=gestionnaire)
    jour = dt.date(2026, 10, 20)
    for version in (
        activite(),
        activite(duree=50, modifie_le=jour),
        activite(duree=50, modifie_le=jour, supprime_le=dt.datetime(2026, 10, 20, tzinfo=dt.UTC)),
        activite(duree=55, modifie_le=dt.date(2026, 10, 21)),
    ):
        importer(version)
        assert list(live()) == [saisie]
    assert known() == ("ecarte", "double")


def test_what_was_taken_over_stays_while_la_coop_says_nothing_of_it(
    importer: Importer, double: tuple[Seance, Seance, Any], gestionnaire: Utilisateur
) -> None:
    saisie, venue, _ = double
    merge_seances(saisie=saisie, coop=venue, garder=venue, utilisateur=gestionnaire)
    importer(activite(duree=60, modifie_le=dt.date(2026, 10, 20)))
    seance = live().get()
    assert (seance.duree, seance.nb_premieres_venues, seance.autonomie) == (60, 1, "autonome")
    importer(
        activite(duree=60, modifie_le=dt.date(2026, 10, 21), autonomie="partiellement_autonome")
    )
    assert live().get().autonomie == "partiellement_autonome"


def test_the_undo_of_an_import_gives_back_the_typed_one_that_it_had_replaced(
    double: tuple[Seance, Seance, Any], gestionnaire: Utilisateur
) -> None:
    saisie, venue, importation = double
    merge_seances(saisie=saisie, coop=venue, garder=venue, utilisateur=gestionnaire)
    coop.cancel_import(importation=importation, utilisateur=gestionnaire)
    assert list(live()) == [saisie]
    assert DecisionDouble.objects.get().annulee_le


def test_the_undo_of_a_later_import_does_not_revive_a_withdrawn_double(
    importer: Importer, double: tuple[Seance, Seance, Any], gestionnaire: Utilisateur
) -> None:
    saisie, venue, _ = double
    suivant = importer(activite(duree=60, modifie_le=dt.date(2026, 10, 20)))
    venue.refresh_from_db()
    merge_seances(saisie=saisie, coop=venue, garder=saisie, utilisateur=gestionnaire)
    coop.cancel_import(importation=suivant, utilisateur=gestionnaire)
    assert list(live()) == [saisie]
    assert known() == ("ecarte", "double")
