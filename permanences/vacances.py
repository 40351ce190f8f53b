"""School holidays: the zone of a département, and the days of a calendar made into periods. Pure.

The zones are those of the arrêtés of the ministry (académies since 2016); Corse and the overseas
académies have a calendar of their own, which is typed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

_DEPARTEMENTS = {
    "A": "01 03 07 15 16 17 19 21 23 24 25 26 33 38 39 40 42 43 47 58 63 64 69 70 71 73 74 79 "
    "86 87 89 90",
    "B": "02 04 05 06 08 10 13 14 18 22 27 28 29 35 36 37 41 44 45 49 50 51 52 53 54 55 56 57 59 "
    "60 61 62 67 68 72 76 80 83 84 85 88",
    "C": "09 11 12 30 31 32 34 46 48 65 66 75 77 78 81 82 91 92 93 94 95",
}
ZONES = {d: zone for zone, liste in _DEPARTEMENTS.items() for d in liste.split()}


def zone_du_departement(departement: str) -> str:
    """« A », « B », « C », or empty where the académie has a calendar of its own."""
    return ZONES.get(departement, "")


@dataclass(frozen=True, slots=True)
class Periode:
    nom: str
    date_debut: dt.date
    date_fin: dt.date


def periodes(jours: Iterable[tuple[dt.date, str]]) -> list[Periode]:
    """Days in a row of the same name, `jours` in order, are one period."""
    trouvees: list[Periode] = []
    for jour, nom in jours:
        derniere = trouvees[-1] if trouvees else None
        if derniere and derniere.nom == nom and (jour - derniere.date_fin).days == 1:
            trouvees[-1] = Periode(nom, derniere.date_debut, jour)
        else:
            trouvees.append(Periode(nom, jour, jour))
    return trouvees
