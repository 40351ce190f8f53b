"""An invitation, or its cancellation, for one person's calendar (RFC 5546, iTIP). Pure.

The same UID from the first message to the last; SEQUENCE grows with each change that the
person has to hear of. Times are written in UTC: one date needs no rule of summer time.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

PRODID = "-//Conseillers numeriques//Invitations 1.0//FR"
PARIS = ZoneInfo("Europe/Paris")
DEMANDE, ANNULATION = "REQUEST", "CANCEL"


@dataclass(frozen=True)
class Personne:
    courriel: str
    nom: str


@dataclass(frozen=True)
class Invitation:
    """One event; `lieu` and `visio` may be empty, not both."""

    uid: str
    sequence: int
    titre: str
    debut: dt.datetime
    fin: dt.datetime
    lieu: str
    visio: str
    description: str


def on_clock(jour: dt.date, heure: dt.time) -> dt.datetime:
    """An hour of the clock of Paris, as an instant."""
    return dt.datetime.combine(jour, heure, PARIS)


def write_invitation(
    invitation: Invitation,
    *,
    methode: str,
    organisateur: Personne,
    invite: Personne,
    ecrite_le: dt.datetime,
) -> bytes:
    calendrier = Calendar()
    calendrier.add("prodid", PRODID)
    calendrier.add("version", "2.0")
    calendrier.add("calscale", "GREGORIAN")
    calendrier.add("method", methode)
    calendrier.add_component(_event(invitation, methode, organisateur, invite, ecrite_le))
    return calendrier.to_ical()


def _event(
    invitation: Invitation,
    methode: str,
    organisateur: Personne,
    invite: Personne,
    ecrite_le: dt.datetime,
) -> Event:
    event = Event()
    event.add("uid", invitation.uid)
    event.add("sequence", invitation.sequence)
    event.add("dtstamp", ecrite_le.astimezone(dt.UTC))
    event.add("dtstart", invitation.debut.astimezone(dt.UTC))
    event.add("dtend", invitation.fin.astimezone(dt.UTC))
    event.add("summary", invitation.titre)
    event.add("status", "CANCELLED" if methode == ANNULATION else "CONFIRMED")
    event.add("location", invitation.lieu or invitation.visio)
    if invitation.visio:
        event.add("url", invitation.visio)
    if invitation.description:
        event.add("description", invitation.description)
    event["organizer"] = _address(organisateur)
    participant = _address(invite)
    participant.params["ROLE"] = vText("REQ-PARTICIPANT")
    if methode == DEMANDE:
        participant.params["PARTSTAT"] = vText("NEEDS-ACTION")
        participant.params["RSVP"] = vText("TRUE")
    event.add("attendee", participant, encode=0)
    return event


def _address(personne: Personne) -> vCalAddress:
    adresse = vCalAddress(f"mailto:{personne.courriel}")
    adresse.params["CN"] = vText(personne.nom)
    return adresse
