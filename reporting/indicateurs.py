"""Arithmetic of the figures: shares, classes. Pure; definitions in contrat/rapports.md."""

from __future__ import annotations


def part(numerateur: float, denominateur: float) -> float | None:
    """Share with four decimals; None when there is nothing to divide by."""
    return round(numerateur / denominateur, 4) if denominateur else None


def classe_de_distance(
    distance_km: float | None, *, lieu_dans_la_commune: bool, bornes_km: tuple[int, ...]
) -> str:
    """Class of a commune on the map: « commune », the closed bound that holds it, or « plus »."""
    if distance_km is None:
        return "sans"
    if lieu_dans_la_commune:
        return "commune"
    return next((str(borne) for borne in bornes_km if distance_km <= borne), "plus")
