"""What of the transmitted reports is open: the version in force of each month."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, Max
from django.utils import timezone

from reporting.enums import StatutRapport, TypeRapport
from reporting.models import Rapport, RapportQuerySet
from reporting.ouvertes import CLES_COUVERTURE, CLES_FREQUENTATION, MoisOuvert

_CLES = tuple(dict.fromkeys((*CLES_FREQUENTATION, *CLES_COUVERTURE)))


def en_vigueur() -> RapportQuerySet:
    """Transmitted, and not replaced by a version that was transmitted since."""
    return Rapport.objects.filter(statut=StatutRapport.TRANSMIS, version__gte=1)


def last_transmission() -> tuple[dt.datetime | None, int]:
    """(when, how many reports): what changes whenever the open figures do; 1 query."""
    vu = en_vigueur().order_by().aggregate(le=Max("transmis_le"), nombre=Count("pk"))
    return vu["le"], vu["nombre"]


def mois_ouverts() -> list[MoisOuvert]:
    """Oldest first; 1 query, which takes of each report only what is published."""
    par_mois: dict[dt.date, dict[str, dict[str, Any]]] = {}
    entetes: dict[dt.date, tuple[int, dt.datetime]] = {}
    for type_, mois, version, le, *valeurs in (
        en_vigueur()
        .order_by("mois", "type", "-version")
        .distinct("mois", "type")
        .values_list("type", "mois", "version", "transmis_le", *(f"donnees__{c}" for c in _CLES))
    ):
        par_mois.setdefault(mois, {})[type_] = dict(zip(_CLES, valeurs, strict=True))
        entetes[mois] = (version, le)
    return [
        MoisOuvert(
            mois=f"{mois:%Y-%m}",
            version=entetes[mois][0],
            transmis_le=timezone.localtime(entetes[mois][1]).date(),
            frequentation=rapports[TypeRapport.FREQUENTATION],
            couverture=rapports[TypeRapport.COUVERTURE],
        )
        for mois, rapports in par_mois.items()
        if len(rapports) == len(TypeRapport)
    ]
