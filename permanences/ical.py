"""A calendar to subscribe to, as RFC 5545 writes it. Pure.

One VEVENT a date: a phone that knows little of recurrence rules shows the same as the others.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone

PRODID = "-//Conseillers numeriques//Agenda 1.0//FR"
PARIS = ZoneInfo("Europe/Paris")
# The rule in force since 1996, as two sentences: shorter and better read than lists of dates.
VTIMEZONE = b"""BEGIN:VTIMEZONE
TZID:Europe/Paris
BEGIN:DAYLIGHT
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
""".replace(b"\n", b"\r\n")
RAFRAICHIR = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Evenement:
    """One date of a créneau, hours on the clock of Paris. `url` may be empty."""

    uid: str
    date: dt.date
    debut: dt.time
    fin: dt.time
    titre: str
    lieu: str
    description: str
    annule: bool
    url: str = ""


def fingerprint(nom: str, evenements: Iterable[Evenement]) -> str:
    """SHA-256 of what a calendar says, whenever it is written."""
    contenu = repr((nom, [astuple(e) for e in evenements]))
    return hashlib.sha256(contenu.encode()).hexdigest()


def write_calendar(
    nom: str, evenements: Iterable[Evenement], *, version: int, change_le: dt.datetime
) -> bytes:
    """The file. `version` and `change_le` say the last change of any of its events."""
    calendrier = Calendar()
    calendrier.add("prodid", PRODID)
    calendrier.add("version", "2.0")
    calendrier.add("calscale", "GREGORIAN")
    calendrier.add("name", nom)
    calendrier.add("x-wr-calname", nom)
    calendrier.add("x-wr-timezone", "Europe/Paris")
    calendrier.add("refresh-interval", RAFRAICHIR, parameters={"VALUE": "DURATION"})
    calendrier.add("x-published-ttl", "PT1H")
    calendrier.add_component(Timezone.from_ical(VTIMEZONE))
    for evenement in evenements:
        calendrier.add_component(_event(evenement, version, change_le))
    return calendrier.to_ical()


def _event(evenement: Evenement, version: int, change_le: dt.datetime) -> Event:
    event = Event()
    event.add("uid", evenement.uid)
    event.add("dtstamp", change_le)
    event.add("last-modified", change_le)
    event.add("sequence", version)
    event.add("dtstart", dt.datetime.combine(evenement.date, evenement.debut, PARIS))
    event.add("dtend", dt.datetime.combine(evenement.date, evenement.fin, PARIS))
    # Some calendars do not show the status: the title says it too.
    event.add("summary", f"Annulé : {evenement.titre}" if evenement.annule else evenement.titre)
    event.add("status", "CANCELLED" if evenement.annule else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if evenement.annule else "OPAQUE")
    event.add("location", evenement.lieu)
    if evenement.description:
        event.add("description", evenement.description)
    if evenement.url:
        event.add("url", evenement.url)
    return event
