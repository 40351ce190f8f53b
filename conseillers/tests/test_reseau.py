"""The network: a rencontre is called, told once to each, noted; who lacks which training."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from icalendar import Calendar

from conseillers.models import Affectation, Conseiller, Formation, Poste, Rencontre, Utilisateur
from conseillers.selectors import animation_du_reseau
from conseillers.selectors.reseau import (
    attendance_by_structure,
    attendance_of,
    awaiting,
    bilan_des_parcours,
    without_anything,
)
from conseillers.services import (
    cancel_rencontre,
    note_presences,
    save_rencontre,
    send_invitations,
)

pytestmark = pytest.mark.usefixtures("mardi_13_octobre")
JOUR = dt.date(2026, 10, 13)


def make_rencontre(**champs: Any) -> Rencontre:
    defauts = {
        "intitule": "Réunion du réseau",
        "date": dt.date(2026, 11, 5),
        "heure_debut": dt.time(9, 30),
        "heure_fin": dt.time(12),
        "lieu": "Salle du conseil",
    }
    return Rencontre(**defauts | champs)


@pytest.fixture
def nadia(conseillere: Utilisateur) -> Conseiller:
    return conseillere.conseiller


@pytest.fixture
def hugo(conseiller_voisin: Utilisateur) -> Conseiller:
    return conseiller_voisin.conseiller


@pytest.fixture
def rencontre(nadia: Conseiller) -> Rencontre:
    """In November; Nadia is invited, nothing was sent."""
    return save_rencontre(rencontre=make_rencontre(), conseillers=[nadia])


def calendar_of(message: Any) -> Calendar:
    (piece,) = (p for p in message.attachments if p[0] == "invitation.ics")
    return Calendar.from_ical(piece[1])


def event_of(calendrier: Calendar) -> Any:
    (evenement,) = calendrier.walk("VEVENT")
    return evenement


# --- Invitations -----------------------------------------------------------------------------


def test_an_invitation_is_a_request_that_a_calendar_understands(
    rencontre: Rencontre, gestionnaire: Utilisateur, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        send_invitations(rencontre=rencontre, utilisateur=gestionnaire)
    (message,) = mail.outbox
    assert message.to == ["nadia.brulon@exemple.fr"]
    assert "Réunion du réseau" in message.subject
    calendrier = calendar_of(message)
    evenement = event_of(calendrier)
    assert calendrier["METHOD"] == "REQUEST"
    assert evenement["UID"] == f"{rencontre.uid}@conseillers-numeriques"
    assert evenement["SEQUENCE"] == 0
    # Half past nine in Paris, in winter.
    assert evenement.decoded("DTSTART") == dt.datetime(2026, 11, 5, 8, 30, tzinfo=dt.UTC)
    assert evenement["ORGANIZER"] == f"mailto:{gestionnaire.courriel}"
    assert evenement["ATTENDEE"] == "mailto:nadia.brulon@exemple.fr"
    assert evenement["ATTENDEE"].params["RSVP"] == "TRUE"


def test_nobody_is_told_twice_and_newcomers_get_theirs_only(
    rencontre: Rencontre, nadia: Conseiller, hugo: Conseiller, gestionnaire: Utilisateur,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    def recipients() -> list[str]:
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            send_invitations(rencontre=rencontre, utilisateur=gestionnaire)
        return [message.to[0] for message in mail.outbox]

    assert recipients() == [nadia.courriel]
    assert recipients() == []
    save_rencontre(rencontre=rencontre, conseillers=[nadia, hugo])
    assert rencontre.sequence == 0, "one more person is no news for the others"
    assert recipients() == [hugo.courriel]


def test_a_change_is_told_to_all_with_a_higher_sequence_and_the_same_uid(
    rencontre: Rencontre, nadia: Conseiller, gestionnaire: Utilisateur,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        send_invitations(rencontre=rencontre, utilisateur=gestionnaire)
    rencontre.lieu = "Salle des fêtes"
    save_rencontre(rencontre=rencontre, conseillers=[nadia])
    rencontre.heure_debut = dt.time(10)
    save_rencontre(rencontre=rencontre, conseillers=[nadia])
    assert rencontre.sequence == 1, "two changes before one sending are one piece of news"
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        send_invitations(rencontre=rencontre, utilisateur=gestionnaire)
    (message,) = mail.outbox
    evenement = event_of(calendar_of(message))
    assert message.subject.startswith("Changement")
    assert (evenement["SEQUENCE"], evenement["LOCATION"]) == (1, "Salle des fêtes")
    assert evenement["UID"] == f"{rencontre.uid}@conseillers-numeriques"


def test_what_nobody_has_heard_yet_changes_without_news(
    rencontre: Rencontre, nadia: Conseiller
) -> None:
    rencontre.lieu = "Salle des fêtes"
    assert save_rencontre(rencontre=rencontre, conseillers=[nadia]).sequence == 0


def test_a_cancellation_reaches_whoever_was_told_and_nobody_else(
    rencontre: Rencontre, nadia: Conseiller, hugo: Conseiller, gestionnaire: Utilisateur,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    send_invitations(rencontre=rencontre, utilisateur=gestionnaire)
    save_rencontre(rencontre=rencontre, conseillers=[nadia, hugo])
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        cancel_rencontre(rencontre=rencontre, utilisateur=gestionnaire)
    (message,) = mail.outbox
    calendrier = calendar_of(message)
    assert message.to == [nadia.courriel]
    assert calendrier["METHOD"] == "CANCEL"
    assert (event_of(calendrier)["SEQUENCE"], event_of(calendrier)["STATUS"]) == (1, "CANCELLED")
    with pytest.raises(ValidationError, match="annulée"):
        cancel_rencontre(rencontre=rencontre, utilisateur=gestionnaire)


def test_whoever_excused_themselves_or_is_too_late_is_not_invited(
    rencontre: Rencontre, nadia: Conseiller, mardi_13_octobre: dt.date
) -> None:
    assert awaiting(rencontre).count() == 1
    note_presences(rencontre=rencontre, statuts={nadia.pk: "excuse"})
    assert awaiting(rencontre).count() == 0
    passee = make_rencontre(date=dt.date(2026, 10, 12))
    save_rencontre(rencontre=passee, conseillers=[nadia])
    assert awaiting(passee).count() == 0


def test_whoever_was_told_stays_invited(
    rencontre: Rencontre, nadia: Conseiller, hugo: Conseiller, gestionnaire: Utilisateur
) -> None:
    send_invitations(rencontre=rencontre, utilisateur=gestionnaire)
    save_rencontre(rencontre=rencontre, conseillers=[hugo])
    save_rencontre(rencontre=rencontre, conseillers=[])
    assert [p.conseiller for p in rencontre.presences.all()] == [nadia]


# --- Attendance ------------------------------------------------------------------------------


def test_somebody_who_was_not_invited_may_have_come(nadia: Conseiller, hugo: Conseiller) -> None:
    rencontre = save_rencontre(
        rencontre=make_rencontre(date=dt.date(2026, 10, 12)), conseillers=[nadia]
    )
    assert [(li.conseiller, li.statut) for li in attendance_of(rencontre)] == [
        (nadia, "inscrit"),
        (hugo, ""),
    ]
    assert note_presences(rencontre=rencontre, statuts={nadia.pk: "", hugo.pk: "present"}) == 1
    assert [li.statut for li in attendance_of(rencontre)] == ["inscrit", "present"]


def test_nobody_has_come_before_the_day(rencontre: Rencontre, nadia: Conseiller) -> None:
    with pytest.raises(ValidationError, match="à partir du jour"):
        note_presences(rencontre=rencontre, statuts={nadia.pk: "present"})
    assert note_presences(rencontre=rencontre, statuts={nadia.pk: "excuse"}) == 1


def test_attendance_belongs_to_the_employer_of_that_day(
    gestionnaire: Utilisateur, nadia: Conseiller, poste_1: Poste, poste_2: Poste
) -> None:
    """Nadia worked for the Département in March, for the partner since April."""
    Affectation.objects.update(date_fin=dt.date(2026, 3, 31))
    Affectation.objects.create(
        poste=poste_2, conseiller=nadia, date_debut=dt.date(2026, 4, 1), type_contrat="CDD"
    )
    for mois, statut in ((3, "present"), (5, "absent")):
        rencontre = save_rencontre(
            rencontre=make_rencontre(date=dt.date(2026, mois, 3)), conseillers=[nadia]
        )
        note_presences(rencontre=rencontre, statuts={nadia.pk: statut})
    lignes = attendance_by_structure(gestionnaire, dt.date(2026, 1, 1), JOUR)
    assert [(str(a.structure), a.comptes["present"], a.comptes["absent"]) for a in lignes] == [
        ("Département de la Sarthe", 1, 0),
        ("Pays Fléchois", 0, 1),
    ]


def test_the_database_wants_a_place_and_an_end(db: None) -> None:
    for champs in ({"lieu": ""}, {"heure_fin": dt.time(9)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_rencontre(**champs).save()
    make_rencontre(lieu="", visio="https://visio.exemple.fr/reseau").save()


# --- Trainings -------------------------------------------------------------------------------


def test_who_lacks_what(nadia: Conseiller) -> None:
    Formation.objects.create(
        conseiller=nadia, nature="parcours", intitule="Initiale", date=dt.date(2025, 2, 1),
        heures=175,
    )  # fmt: skip
    pix = Formation.objects.create(
        conseiller=nadia, nature="certification", certification="pix", date=dt.date(2025, 6, 1)
    )
    (bilan,) = bilan_des_parcours(JOUR)
    assert bilan.heures_parcours == 175
    assert bilan.manque == ["Pix", "CCP1"], "presented is not obtained"
    pix.obtenue_le = dt.date(2025, 7, 1)
    pix.save()
    (bilan,) = bilan_des_parcours(JOUR)
    assert bilan.manque == ["CCP1"]
    assert (bilan.derniere, bilan.sans_rien) == (dt.date(2025, 7, 1), True)


def test_nothing_for_a_year_counts_from_the_arrival_and_a_rencontre_is_something(
    nadia: Conseiller, hugo: Conseiller
) -> None:
    Affectation.objects.filter(conseiller=hugo).update(date_debut=dt.date(2026, 2, 1))
    assert [b.conseiller for b in without_anything(JOUR)] == [nadia], "Hugo has just arrived"
    rencontre = save_rencontre(
        rencontre=make_rencontre(date=dt.date(2026, 5, 3)), conseillers=[nadia]
    )
    note_presences(rencontre=rencontre, statuts={nadia.pk: "absent"})
    assert without_anything(JOUR)
    note_presences(rencontre=rencontre, statuts={nadia.pk: "present"})
    assert without_anything(JOUR) == []


def test_the_report_counts_events_and_what_is_obtained(nadia: Conseiller, hugo: Conseiller) -> None:
    """One meeting of two advisors is one; a certification counts the day it is obtained."""
    save_rencontre(rencontre=make_rencontre(date=dt.date(2026, 9, 3)), conseillers=[nadia, hugo])
    annulee = make_rencontre(date=dt.date(2026, 9, 4), intitule="Annulée")
    save_rencontre(rencontre=annulee, conseillers=[nadia])
    Rencontre.objects.filter(pk=annulee.pk).update(annulee_le=dt.datetime.now(dt.UTC))
    make_rencontre(date=dt.date(2026, 9, 30), nature="formation").save()
    for qui in (nadia, hugo):
        Formation.objects.create(
            conseiller=qui, nature="formation", intitule="Module", date=dt.date(2026, 9, 7)
        )
    Formation.objects.create(
        conseiller=nadia, nature="certification", certification="ccp1",
        date=dt.date(2026, 9, 7), obtenue_le=dt.date(2026, 10, 1),
    )  # fmt: skip
    assert animation_du_reseau(dt.date(2026, 9, 1), dt.date(2026, 9, 30)) == {
        "reunion": 1,
        "formation": 3,
        "certification": 0,
    }
    octobre = animation_du_reseau(dt.date(2026, 10, 1), dt.date(2026, 10, 31))
    assert octobre["certification"] == 1


def test_a_certification_says_which_and_a_certificate_its_date(nadia: Conseiller) -> None:
    for champs, phrase in (
        ({"nature": "certification"}, "Choisissez laquelle"),
        ({"nature": "formation", "intitule": "M", "certification": "pix"}, "Choisissez laquelle"),
        ({"nature": "formation"}, "intitulé"),
        ({"nature": "certification", "certification": "pix", "reference": "P1"}, "a une date"),
    ):
        with pytest.raises(ValidationError, match=phrase):
            Formation(conseiller=nadia, date=JOUR, **champs).full_clean()
