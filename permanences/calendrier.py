"""The civil calendar: months, public holidays, working days. Pure.

A month is its first day. Every app that counts days or months starts here.
"""

from __future__ import annotations

import calendar
import datetime as dt
from functools import lru_cache

import holidays


def dernier_jour(mois: dt.date) -> dt.date:
    return mois.replace(day=calendar.monthrange(mois.year, mois.month)[1])


def mois_decale(mois: dt.date, rang: int) -> dt.date:
    """First day of the month `rang` months later (earlier when negative)."""
    annee, numero = divmod(mois.year * 12 + mois.month - 1 + rang, 12)
    return dt.date(annee, numero + 1, 1)


def jour_decale_de_mois(jour: dt.date, rang: int) -> dt.date:
    """Same day `rang` months later, shortened to the end of a shorter month."""
    mois = mois_decale(jour, rang)
    return mois.replace(day=min(jour.day, calendar.monthrange(mois.year, mois.month)[1]))


def mois_entre(premier: dt.date, dernier: dt.date) -> list[dt.date]:
    """First day of every month that [premier, dernier] touches; none when it is empty."""
    nombre = (dernier.year - premier.year) * 12 + dernier.month - premier.month + 1
    return [mois_decale(premier, rang) for rang in range(nombre if premier <= dernier else 0)]


def douze_mois(mois: dt.date) -> list[dt.date]:
    """The twelve months that end with `mois`, oldest first."""
    return [mois_decale(mois, -rang) for rang in range(11, -1, -1)]


@lru_cache(maxsize=128)
def jours_feries(annee: int, departement: str) -> dict[dt.date, str]:
    """Public holidays of a year in a département: {date: name}.

    Alsace and Moselle have two more days, the overseas départements their abolition days
    (Code du travail, L3133-1, L3134-13 and L3422-2).
    """
    subdivision: str | None = {"67": "6AE", "68": "6AE"}.get(departement, departement)
    if subdivision not in holidays.France.subdivisions:
        subdivision = None
    return dict(holidays.France(subdiv=subdivision, years=annee, language="fr"))


def est_ferie(jour: dt.date, departement: str) -> bool:
    return jour in jours_feries(jour.year, departement)


def jour_ouvre(mois: dt.date, rang: int, departement: str) -> dt.date:
    """The `rang`-th working day from the first of a month: Monday to Friday, not a holiday."""
    jour = mois.replace(day=1)
    while True:
        if jour.weekday() < 5 and not est_ferie(jour, departement):
            rang -= 1
            if rang == 0:
                return jour
        jour += dt.timedelta(days=1)
