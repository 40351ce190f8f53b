"""Sums of all the rows that a list shows, whatever its page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.db.models.expressions import Combinable

from territoires.typographie import format_duree, format_nombre

TOTAUX_VAR = "totaux"


@dataclass(frozen=True)
class Total:
    """« Participations : 1 240 »: an aggregate of the filtered rows, and how it is written."""

    nom: str
    calcul: Combinable | Sum | Count
    ecrire: Callable[[Any], str] = format_nombre


def totals_of(lignes: QuerySet, totaux: Sequence[Total]) -> list[tuple[str, str]]:
    if not totaux:
        return []
    valeurs = lignes.order_by().aggregate(
        **{f"total_{rang}": total.calcul for rang, total in enumerate(totaux)}
    )
    return [
        (total.nom, total.ecrire(valeurs[f"total_{rang}"] or 0))
        for rang, total in enumerate(totaux)
    ]


def duree(minutes: int) -> str:
    return format_duree(int(minutes))


def heures(nombre: Any) -> str:
    return f"{format_nombre(Decimal(nombre).normalize())}\u00a0h"
