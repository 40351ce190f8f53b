"""What search engines and assistants read of a page: schema.org, as JSON-LD. Pure."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from permanences.annonces import DateAnnoncee
from permanences.enums import NatureCreneau
from permanences.proximite import LieuAnnonce

PARIS = ZoneInfo("Europe/Paris")
TENUE, ANNULEE = "https://schema.org/EventScheduled", "https://schema.org/EventCancelled"
# Inside <script>: nothing of a name may close it, nor open a comment.
ECHAPPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def tell_events(
    dates: Iterable[tuple[LieuAnnonce, DateAnnoncee]], *, organisateur: str, site: str
) -> str:
    """One Event a date, cancelled ones too and never why; JSON ready to stand in a page.

    `site`: the address without its last slash. A public holiday was never an event.
    """
    evenements = [_event(lieu, date, organisateur, site) for lieu, date in dates if not date.ferie]
    contenu = {"@context": "https://schema.org", "@graph": evenements}
    return json.dumps(contenu, ensure_ascii=False, separators=(",", ":")).translate(ECHAPPES)


def _event(lieu: LieuAnnonce, date: DateAnnoncee, organisateur: str, site: str) -> dict[str, Any]:
    return {
        "@type": "Event",
        "name": date.objet or f"{NatureCreneau(date.nature).label} d’un conseiller numérique",
        "startDate": _instant(date.jour, date.debut),
        "endDate": _instant(date.jour, date.fin),
        "eventStatus": ANNULEE if date.fermee else TENUE,
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "isAccessibleForFree": True,
        "url": f"{site}{lieu.url}",
        "location": _place(lieu),
        "organizer": {"@type": "GovernmentOrganization", "name": organisateur, "url": f"{site}/"},
    }


def _place(lieu: LieuAnnonce) -> dict[str, Any]:
    adresse = {"@type": "PostalAddress", "addressCountry": "FR"}
    if lieu.adresse:
        adresse["streetAddress"] = lieu.adresse
    if lieu.commune:
        adresse["addressLocality"] = lieu.commune
    place: dict[str, Any] = {"@type": "Place", "name": lieu.nom, "address": adresse}
    if lieu.situe:
        place["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": lieu.latitude,
            "longitude": lieu.longitude,
        }
    if lieu.telephone:
        place["telephone"] = f"+33{lieu.telephone[1:]}"
    return place


def _instant(jour: dt.date, heure: dt.time) -> str:
    return dt.datetime.combine(jour, heure, PARIS).isoformat(timespec="minutes")
