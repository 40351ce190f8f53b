"""Activities of La Coop become séances: once, the newest, never over a typed one or a closed
month; what cannot be counted is kept aside with its reason.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conftest import close_mois_brut, make_seance
from conseillers.models import Affectation, Utilisateur
from permanences.enums import (
    EtatCompteRendu,
    Motif,
    NatureCreneau,
    RaisonCoop,
    Source,
    StatutOccurrence,
)
from permanences.models import (
    CompteRenduCoop,
    Creneau,
    LieuAccueil,
    Mois,
    Occurrence,
    Seance,
)
from permanences.services import delete_seance
from permanences.tests.comptes_rendus import (
    MARDI,
    PARIS,
    Importer,
    a_state,
    activite,
    counts,
)

pytestmark = pytest.mark.django_db


def test_an_activity_becomes_a_seance_attached_to_its_creneau(
    importer: Importer, conseillere: Utilisateur, creneau_brulon: Creneau
) -> None:
    assert counts(importer(activite())) == {"crees": 1}
    seance = Seance.objects.get()
    assert str(seance.cle) == activite().id_coop
    assert seance.source == Source.COOP
    assert seance.poste == creneau_brulon.poste
    assert seance.creneau == creneau_brulon
    assert seance.auteur == conseillere.conseiller
    assert seance.lieu == creneau_brulon.lieu
    assert (seance.duree, seance.nb_participants, seance.age_soixante_dix_plus) == (45, 1, 1)
    assert seance.nb_premieres_venues is None
    assert seance.saisie_le == MARDI


def test_the_same_twice_changes_nothing(importer: Importer, creneau_brulon: Creneau) -> None:
    importer(activite())
    avant = a_state()
    with CaptureQueriesContext(
        connection,
    ) as requetes:
        assert counts(importer(activite())) == {"inchanges": 1}
    assert a_state() == avant
    ecrites = [q["sql"] for q in requetes if "permanences_seance" in q["sql"]]
    assert not [sql for sql in ecrites if sql.startswith(("UPDATE", "INSERT"))]


def test_a_changed_activity_changes_its_seance(importer: Importer) -> None:
    importer(activite())
    importation = importer(activite(duree=60, modifie_le=dt.date(2026, 10, 20)))
    assert counts(importation) == {"modifies": 1}
    assert Seance.objects.get().duree == 60


def test_versions_in_any_order_end_with_the_newest(importer: Importer) -> None:
    versions = [
        activite(duree=10 * n, modifie_le=dt.datetime(2026, 10, 20, n, tzinfo=PARIS))
        for n in range(1, 8)
    ]
    # The fourth says nothing new, and still hides what is older than it.
    versions[3] = replace(versions[2], modifie_le=versions[3].modifie_le)
    for graine in range(6):
        CompteRenduCoop.objects.all().delete()
        Seance.objects.all().delete()
        melangees = random.Random(graine).sample(versions, len(versions))
        for version in melangees:
            importer(version)
        assert Seance.objects.get().duree == 70, melangees


def test_what_a_person_typed_is_never_overwritten(
    importer: Importer, conseillere: Utilisateur, mairie_brulon: LieuAccueil
) -> None:
    tapee = make_seance(conseillere, mairie_brulon, MARDI)
    importer(activite(id_coop=str(tapee.cle), duree=90))
    assert Seance.objects.get(pk=tapee.pk).duree == 30
    assert Seance.objects.get(source=Source.COOP).cle != tapee.cle


def test_an_identifier_that_is_no_uuid_has_a_key_of_its_own(importer: Importer) -> None:
    importer(activite(id_coop="CRA-1"), activite(id_coop="CRA-2"))
    assert counts(importer(activite(id_coop="CRA-1"))) == {"inchanges": 1}
    assert Seance.objects.count() == 2


def test_without_a_poste_that_day_it_waits(importer: Importer) -> None:
    Affectation.objects.update(date_fin=dt.date(2026, 10, 1))
    importer(activite())
    assert Seance.objects.get().en_attente


# --- Créneaux --------------------------------------------------------------------------------


def test_two_creneaux_the_same_day_and_none_is_chosen(
    importer: Importer, creneau_brulon: Creneau
) -> None:
    Creneau.objects.create(
        code="apres-midi", poste=creneau_brulon.poste, lieu=creneau_brulon.lieu,
        nature=NatureCreneau.PERMANENCE, date_debut=MARDI, heure_debut=dt.time(14),
        heure_fin=dt.time(17),
    )  # fmt: skip
    importer(activite())
    assert Seance.objects.get().creneau is None


def test_a_date_that_somebody_cancelled_stays_cancelled(
    importer: Importer, creneau_brulon: Creneau
) -> None:
    Occurrence.objects.create(
        creneau=creneau_brulon, date=MARDI, statut=StatutOccurrence.ANNULEE, motif=Motif.PANNE
    )
    importer(activite())
    assert Seance.objects.get().creneau is None


@pytest.mark.parametrize("nature", [NatureCreneau.ATELIER, NatureCreneau.MINI_FORMATION])
def test_a_workshop_takes_the_nature_of_its_creneau(
    importer: Importer, creneau_brulon: Creneau, nature: str
) -> None:
    Creneau.objects.create(
        code="groupe", poste=creneau_brulon.poste, lieu=creneau_brulon.lieu, nature=nature,
        date_debut=MARDI, heure_debut=dt.time(14), heure_fin=dt.time(17),
    )  # fmt: skip
    importer(activite(nature="atelier", nb_participants=6))
    seance = Seance.objects.get()
    assert seance.creneau.code == "groupe"
    assert seance.nature == nature
    assert counts(importer(activite(nature="atelier", nb_participants=6))) == {"inchanges": 1}


# --- Closed months ---------------------------------------------------------------------------


def test_a_new_activity_of_a_closed_month_is_a_regularisation(importer: Importer) -> None:
    close_mois_brut(dt.date(2026, 10, 1))
    assert counts(importer(activite())) == {"crees": 1, "regularisations": 1}
    assert Seance.objects.get().hors_delai
    assert counts(importer(activite())) == {"inchanges": 1}


@pytest.mark.parametrize(
    "apres",
    [
        {"duree": 90},
        {"supprime_le": dt.datetime(2026, 11, 9, tzinfo=PARIS)},
        {"date": dt.date(2026, 11, 3)},
        {"thematiques": ()},
    ],
)
def test_a_seance_of_a_closed_month_does_not_move(
    importer: Importer, apres: dict[str, Any]
) -> None:
    importer(activite())
    close_mois_brut(dt.date(2026, 10, 1))
    changee = activite(modifie_le=dt.date(2026, 11, 9), **apres)
    assert counts(importer(changee)) == {"ecartes": 1}
    assert counts(importer(changee)) == {"inchanges": 1}
    seance, ligne = Seance.objects.get(), CompteRenduCoop.objects.get()
    assert (seance.duree, seance.date, seance.supprimee_le) == (45, MARDI, None)
    assert (ligne.etat, ligne.raison) == (EtatCompteRendu.COMPTE, RaisonCoop.MOIS_CLOS)
    assert "octobre 2026 est clos" in ligne.precision


def test_once_the_month_is_open_again_the_difference_is_written(importer: Importer) -> None:
    importer(activite())
    mois = close_mois_brut(dt.date(2026, 10, 1))
    importer(activite(duree=90, modifie_le=dt.date(2026, 11, 9)))
    Mois.objects.filter(pk=mois.pk).update(statut="rectification")
    assert counts(importer(activite(duree=90, modifie_le=dt.date(2026, 11, 9)))) == {"modifies": 1}
    assert CompteRenduCoop.objects.get().raison == ""


# --- Deleted, withdrawn ----------------------------------------------------------------------


def test_deleted_in_la_coop_is_withdrawn_and_may_come_back(importer: Importer) -> None:
    importer(activite())
    le = dt.datetime(2026, 10, 21, 9, tzinfo=PARIS)
    assert counts(importer(activite(supprime_le=le, modifie_le=le))) == {"supprimes": 1}
    assert not Seance.objects.comptees().exists()
    assert counts(importer(activite(supprime_le=le, modifie_le=le))) == {"inchanges": 1}
    assert counts(importer(activite())) == {"inchanges": 1}, "older than its deletion"
    rendue = activite(modifie_le=dt.datetime(2026, 10, 22, 9, tzinfo=PARIS))
    assert counts(importer(rendue)) == {"crees": 1}
    assert Seance.objects.comptees().count() == 1


def test_a_seance_withdrawn_by_hand_does_not_come_back(
    importer: Importer, conseillere: Utilisateur
) -> None:
    importer(activite())
    delete_seance(seance=Seance.objects.get(), utilisateur=conseillere)
    for _ in range(2):
        assert counts(importer(activite())) == {"ecartes": 1}
    assert CompteRenduCoop.objects.get().raison == RaisonCoop.RETIRE_A_LA_MAIN
    assert not Seance.objects.comptees().exists()
