"""Somebody leaves a poste: what it writes, what it refuses, and that it is done once."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connections

from conftest import close_mois_brut, make_seance
from conseillers.models import Absence, Affectation, Poste, Utilisateur
from permanences.enums import SortCreneau, StatutOccurrence
from permanences.models import Creneau, Occurrence
from permanences.selectors.passation import Destin, Destins
from permanences.tests.passation import (
    DECEMBRE,
    NOVEMBRE,
    TERMINER,
    leaves,
    said,
    states,
)


@pytest.fixture
def tenue(conseillere: Utilisateur, poste_1: Poste) -> Affectation:
    return Affectation.objects.select_related("poste", "conseiller").get(poste=poste_1)


# --- Departure -------------------------------------------------------------------------------


def test_a_departure_leaves_the_dates_to_come_to_a_vacant_poste(
    mardi_10_novembre: Any, tenue: Affectation, creneau_brulon: Creneau
) -> None:
    leaves(tenue, NOVEMBRE)
    tenue.refresh_from_db()
    assert tenue.date_fin == NOVEMBRE
    creneau_brulon.refresh_from_db()
    assert creneau_brulon.date_fin is None
    decembre = states(dt.date(2026, 11, 24), dt.date(2026, 12, 8))
    assert decembre[dt.date(2026, 11, 24)] == ("a_renseigner", "")
    assert decembre[dt.date(2026, 12, 1)] == ("annulee", "poste_vacant")


def test_a_departure_may_end_the_creneaux_and_what_was_cancelled_after(
    mardi_10_novembre: Any, tenue: Affectation, creneau_brulon: Creneau
) -> None:
    Occurrence.objects.create(
        creneau=creneau_brulon, date=dt.date(2026, 12, 1), statut="annulee", motif="intemperies"
    )
    leaves(tenue, NOVEMBRE, TERMINER)
    creneau_brulon.refresh_from_db()
    assert creneau_brulon.date_fin == NOVEMBRE
    assert not Occurrence.objects.exists()


def test_a_creneau_that_had_not_begun_is_gone(
    mardi_10_novembre: Any, tenue: Affectation, creneau_brulon: Creneau
) -> None:
    creneau_brulon.date_debut = dt.date(2026, 12, 1)
    creneau_brulon.save()
    leaves(tenue, NOVEMBRE, TERMINER)
    assert not Creneau.objects.exists()


def test_creneaux_are_entrusted_to_another_poste_from_the_day_after(
    mardi_10_novembre: Any, tenue: Affectation, creneau_brulon: Creneau, poste_2: Poste,
    conseiller_voisin: Utilisateur,
) -> None:  # fmt: skip
    Occurrence.objects.create(
        creneau=creneau_brulon, date=dt.date(2026, 12, 8), statut="annulee", motif="remplacee"
    )
    leaves(tenue, NOVEMBRE, Destins(Destin(SortCreneau.CONFIER, poste_2)))
    ancien, nouveau = Creneau.objects.order_by("date_debut")
    assert (ancien.date_fin, ancien.poste) == (NOVEMBRE, tenue.poste)
    assert (nouveau.date_debut, nouveau.poste) == (dt.date(2026, 12, 1), poste_2)
    assert nouveau.occurrences.get().date == dt.date(2026, 12, 8)


def test_one_creneau_may_have_another_fate_than_the_rest(
    mardi_10_novembre: Any, tenue: Affectation, creneau_brulon: Creneau
) -> None:
    sauf = {creneau_brulon.pk: Destin(SortCreneau.TERMINER)}
    leaves(tenue, NOVEMBRE, Destins(Destin(SortCreneau.GARDER), sauf))
    creneau_brulon.refresh_from_db()
    assert creneau_brulon.date_fin == NOVEMBRE


def test_one_week_out_of_two_stays_the_same_one_at_another_poste(
    mardi_10_novembre: Any, tenue: Affectation, creneau_brulon: Creneau, poste_2: Poste
) -> None:
    creneau_brulon.recurrence = "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"
    creneau_brulon.save()
    avant = Creneau.objects.get().dates_entre(dt.date(2026, 12, 1), DECEMBRE)
    leaves(tenue, NOVEMBRE, Destins(Destin(SortCreneau.CONFIER, poste_2)))
    assert Creneau.objects.get(poste=poste_2).dates_entre(dt.date(2026, 12, 1), DECEMBRE) == avant


def test_two_places_at_once_are_refused_with_the_other_one_named(
    mardi_10_novembre: Any, tenue: Affectation, creneau_brulon: Creneau,
    atelier_la_fleche: Creneau, poste_2: Poste,
) -> None:  # fmt: skip
    atelier_la_fleche.recurrence = "FREQ=WEEKLY;BYDAY=TU"
    atelier_la_fleche.heure_debut, atelier_la_fleche.heure_fin = dt.time(11), dt.time(13)
    atelier_la_fleche.save()
    with pytest.raises(ValidationError) as refus:
        leaves(tenue, NOVEMBRE, Destins(Destin(SortCreneau.CONFIER, poste_2)))
    assert "Poste 2 est déjà ailleurs" in said(refus) and "Médiathèque" in said(refus)
    tenue.refresh_from_db()
    assert tenue.date_fin is None


def test_absences_end_with_the_functions(mardi_10_novembre: Any, tenue: Affectation) -> None:
    for debut, fin in ((25, 35), (40, 45)):
        Absence.objects.create(
            poste=tenue.poste,
            conseiller=tenue.conseiller,
            date_debut=dt.date(2026, 11, 1) + dt.timedelta(debut),
            date_fin=dt.date(2026, 11, 1) + dt.timedelta(fin),
        )
    leaves(tenue, NOVEMBRE)
    assert Absence.objects.get().date_fin == NOVEMBRE


def test_the_account_closes_after_its_day_and_not_before(
    mardi_10_novembre: Any, tenue: Affectation, client: Any
) -> None:
    leaves(tenue, dt.date(2026, 11, 12), compte_jusqu_au=dt.date(2026, 11, 16))
    compte = Utilisateur.objects.get(conseiller=tenue.conseiller)
    client.force_login(compte)
    for jour, code in ((16, 200), (17, 302)):
        mardi_10_novembre.move_to(dt.datetime(2026, 11, jour, 9, tzinfo=dt.UTC))
        assert client.get("/compte/").status_code == code


def test_the_account_of_someone_who_holds_another_poste_is_not_closed(
    mardi_10_novembre: Any, tenue: Affectation, poste_2: Poste
) -> None:
    Affectation.objects.create(
        poste=poste_2, conseiller=tenue.conseiller, date_debut=dt.date(2026, 1, 1),
        type_contrat="CDD",
    )  # fmt: skip
    with pytest.raises(ValidationError) as refus:
        leaves(tenue, NOVEMBRE, compte_jusqu_au=NOVEMBRE)
    assert "tient aussi le Poste 2" in said(refus)


# --- Refusals of a departure -----------------------------------------------------------------


def test_the_last_day_of_a_closed_month_is_a_day_one_may_leave(
    mardi_10_novembre: Any, tenue: Affectation, creneau_brulon: Creneau
) -> None:
    """The first day that changes is the first of an open month."""
    close_mois_brut(dt.date(2026, 10, 1))
    leaves(tenue, dt.date(2026, 10, 31))
    tenue.refresh_from_db()
    assert tenue.date_fin == dt.date(2026, 10, 31)


def test_the_day_before_is_refused_and_says_why(mardi_10_novembre: Any, tenue: Affectation) -> None:
    close_mois_brut(dt.date(2026, 10, 1))
    with pytest.raises(ValidationError) as refus:
        leaves(tenue, dt.date(2026, 10, 30))
    assert "Le mois d’octobre 2026 est clos" in said(refus)
    tenue.refresh_from_db()
    assert tenue.date_fin is None


def test_an_open_month_before_a_closed_one_is_refused_too(
    mardi_10_novembre: Any, tenue: Affectation
) -> None:
    close_mois_brut(dt.date(2026, 10, 1))
    with pytest.raises(ValidationError, match="octobre 2026 est clos"):
        leaves(tenue, dt.date(2026, 9, 15))


def test_what_was_done_after_the_date_is_named(
    mardi_10_novembre: Any, tenue: Affectation, conseillere: Utilisateur, mairie_brulon: Any,
    creneau_brulon: Creneau,
) -> None:  # fmt: skip
    make_seance(conseillere, mairie_brulon, dt.date(2026, 11, 9))
    Occurrence.objects.create(
        creneau=creneau_brulon, date=dt.date(2026, 11, 10), statut=StatutOccurrence.TENUE
    )
    with pytest.raises(ValidationError) as refus:
        leaves(tenue, dt.date(2026, 11, 6))
    assert "séances de Nadia Brulon" in said(refus) and "9 novembre 2026" in said(refus)
    assert "notée tenue" in said(refus) and "10 novembre 2026" in said(refus)
    leaves(tenue, dt.date(2026, 11, 10))


def test_the_dates_of_someone_else_do_not_hold_back_who_leaves(
    mardi_10_novembre: Any, tenue: Affectation, creneau_brulon: Creneau, poste_1: Poste,
    conseiller_voisin: Utilisateur,
) -> None:  # fmt: skip
    Affectation.objects.create(
        poste=poste_1, conseiller=conseiller_voisin.conseiller, date_debut=dt.date(2026, 11, 2),
        type_contrat="CDD", role="remplacement",
    )  # fmt: skip
    Occurrence.objects.create(
        creneau=creneau_brulon, date=dt.date(2026, 11, 10), statut=StatutOccurrence.TENUE
    )
    leaves(tenue, dt.date(2026, 11, 6))


@pytest.mark.parametrize(
    ("jour", "phrase"),
    [
        (dt.date(2024, 12, 31), "a pris ses fonctions"),
        (dt.date(2062, 11, 30), "vérifiez l’année"),
    ],
)
def test_a_date_that_cannot_be_is_refused(
    mardi_10_novembre: Any, tenue: Affectation, jour: dt.date, phrase: str
) -> None:
    with pytest.raises(ValidationError, match=phrase):
        leaves(tenue, jour)


@pytest.mark.django_db(transaction=True)
def test_two_people_who_confirm_at_once_do_it_once(
    tenue: Affectation, creneau_brulon: Creneau, poste_2: Poste
) -> None:
    """The second waits, then reads that it is done."""
    jour = dt.date.today() + dt.timedelta(days=20)
    confie = Destins(Destin(SortCreneau.CONFIER, poste_2))
    issues: list[str] = []
    depart = threading.Barrier(2)

    def confirm() -> None:
        depart.wait()
        try:
            leaves(tenue, jour, confie)
            issues.append("fait")
        except ValidationError as erreur:
            issues.append(erreur.messages[0])
        finally:
            connections.close_all()

    fils = [threading.Thread(target=confirm) for _ in range(2)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert issues.count("fait") == 1
    assert any("déjà enregistré" in issue for issue in issues)
    assert Creneau.objects.filter(poste=poste_2).count() == 1
