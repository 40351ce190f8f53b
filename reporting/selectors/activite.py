"""Totals by month for the API, read where the screens and the reports read them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet
from django.db.models.fields.json import KT
from django.utils import timezone

from conseillers.models import Utilisateur
from permanences.selectors.chiffres import chiffres_of
from permanences.selectors.employeur import totaux_par_mois
from reporting.enums import StatutRapport, TypeRapport
from reporting.models import Rapport

FIGURES = ("seances", "participations", "minutes")


@dataclass(frozen=True)
class ActiviteDuMois:
    """`perimetre`: conseiller, structure, programme. `rapport`: the code of the report that says
    it; empty while the month may still change."""

    mois: dt.date
    perimetre: str
    seances: int
    participations: int
    minutes: int
    rapport: str = ""
    version: int | None = None


def de_la_structure(utilisateur: Utilisateur) -> list[ActiviteDuMois]:
    """« Ma structure »: all its postes together."""
    return [
        ActiviteDuMois(t.mois, "structure", t.seances, t.participations, t.minutes)
        for t in totaux_par_mois(utilisateur)
    ]


def du_conseiller(utilisateur: Utilisateur) -> list[ActiviteDuMois]:
    """« Mes chiffres »: one's own twelve months, the latest first."""
    chiffres = chiffres_of(utilisateur, timezone.localdate().replace(day=1))
    return [
        ActiviteDuMois(
            m.mois, "conseiller", m.total.seances, m.total.participations, m.total.minutes
        )
        for m in reversed(chiffres.douze_mois)
    ]


def rapports_en_vigueur(utilisateur: Utilisateur) -> QuerySet[Rapport]:
    """One a month: the transmitted fréquentation in force, with its totals and nothing else."""
    return (
        Rapport.objects.visible_to(utilisateur)
        .filter(type=TypeRapport.FREQUENTATION, statut=StatutRapport.TRANSMIS)
        .annotate(**{f"total_{nom}": KT(f"donnees__total__{nom}") for nom in FIGURES})
        .only("mois", "version", "code")
    )


def du_rapport(rapport: Rapport) -> ActiviteDuMois:
    totaux = {nom: int(getattr(rapport, f"total_{nom}") or 0) for nom in FIGURES}
    return ActiviteDuMois(
        rapport.mois, "programme", **totaux, rapport=rapport.code, version=rapport.version
    )
