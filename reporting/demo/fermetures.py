"""What the Département decided for the weeks to come."""

from __future__ import annotations

import datetime as dt
import uuid

from conseillers.models import Utilisateur
from permanences import services
from permanences.enums import Motif, PorteeFermeture, TypeLieu
from permanences.models import Fermeture, LieuAccueil, Seance
from reporting.demo.calendrier import Calendrier, lundi_de

TROIS_SEMAINES = dt.timedelta(days=20)


def _close_too_late(dates: Calendrier) -> None:
    """A closing of the past week, posed over a date that had been held: a conflict to settle."""
    semaine = dates.aujourd_hui - dt.timedelta(days=9)
    tenue = (
        Seance.objects.comptees()
        .entre(semaine, dates.aujourd_hui - dt.timedelta(days=2))
        .filter(creneau__isnull=False)
        .order_by("date", "pk")
        .first()
    )
    if tenue is not None:
        Fermeture.objects.create(
            code="demo-tardive",
            lieu=tenue.lieu,
            date_debut=tenue.date,
            date_fin=tenue.date,
            motif=Motif.FERMETURE_DU_LIEU,
        )


def announce_fermetures(dates: Calendrier, gestionnaire: Utilisateur | None) -> None:
    """The school holidays, and a library that closes for three weeks from the week after next."""
    services.load_vacances()
    _close_too_late(dates)
    lieu = (
        LieuAccueil.objects.filter(type=TypeLieu.BIBLIOTHEQUE, creneaux__isnull=False)
        .order_by("code")
        .first()
    )
    if lieu is None:
        return
    debut = lundi_de(dates.aujourd_hui) + dt.timedelta(days=14)
    services.close_periode(
        utilisateur=gestionnaire,
        cle=uuid.uuid5(uuid.NAMESPACE_DNS, f"demo-{dates.aujourd_hui}"),
        portee=PorteeFermeture.LIEU,
        debut=debut,
        fin=debut + TROIS_SEMAINES,
        motif=Motif.FERMETURE_DU_LIEU,
        lieu=lieu,
    )
