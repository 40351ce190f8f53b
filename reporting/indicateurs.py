"""Arithmetic of the figures: dates, shares, classes. Pure; definitions in rapports.md."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable, Iterator

UN_JOUR = dt.timedelta(days=1)


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


def douze_mois(mois: dt.date) -> list[dt.date]:
    """The twelve months that end with `mois`, oldest first."""
    return [mois_decale(mois, -rang) for rang in range(11, -1, -1)]


def part(numerateur: float, denominateur: float) -> float | None:
    """Share with four decimals; None when there is nothing to divide by."""
    return round(numerateur / denominateur, 4) if denominateur else None


def jours_ouvres(depuis: dt.date, est_ferie: Callable[[dt.date], bool]) -> Iterator[dt.date]:
    """Working days from `depuis` on: Monday to Friday, public holidays left out."""
    jour = depuis
    while True:
        if jour.weekday() < 5 and not est_ferie(jour):
            yield jour
        jour += UN_JOUR


def jour_ouvre(mois: dt.date, rang: int, est_ferie: Callable[[dt.date], bool]) -> dt.date:
    """The `rang`-th working day of a month (1 = the first)."""
    suite = jours_ouvres(mois, est_ferie)
    for _ in range(rang - 1):
        next(suite)
    return next(suite)


def classe_de_distance(
    distance_km: float | None, *, lieu_dans_la_commune: bool, bornes_km: tuple[int, ...]
) -> str:
    """Class of a commune on the map: « commune », the closed bound that holds it, or « plus »."""
    if distance_km is None:
        return "sans"
    if lieu_dans_la_commune:
        return "commune"
    return next((str(borne) for borne in bornes_km if distance_km <= borne), "plus")
