"""Distances on the sphere: no Django, no database.

Limits that the reports print: a commune's whole population stands at its chef-lieu, and
distances are as the crow flies (contrat/rapports.md, Couverture).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import asin, cos, dist, radians, sin, sqrt
from typing import Any, Protocol, TypeVar

# Mean radius of the Earth in kilometres (IUGG), fixed by the reports' definitions.
RAYON_TERRE_KM = 6371.0088
# Chords, on a sphere of radius 1, that differ by less (6 micrometres on the ground) are not
# told apart by rounding: the exact distance, then the code, decide.
_MARGE = 1e-12


class Place(Protocol):
    """Anything with degrees (WGS 84) and a code: a Point, a Commune, a lieu with a position."""

    @property
    def code(self) -> str: ...
    @property
    def latitude(self) -> float: ...
    @property
    def longitude(self) -> float: ...


class Peuplee(Protocol):
    @property
    def population(self) -> int | None: ...


class PlacePeuplee(Place, Peuplee, Protocol):
    """A commune: somewhere, with people."""


@dataclass(frozen=True, slots=True)
class Point:
    latitude: float
    longitude: float
    code: str = ""


Lieu = TypeVar("Lieu", bound=Place)
_Vecteur = tuple[float, float, float]


def distance_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Great-circle distance by the haversine formula, in kilometres; degrees in."""
    haversine = (
        sin(radians(lat2 - lat1) / 2) ** 2
        + cos(radians(lat1)) * cos(radians(lat2)) * sin(radians(lon2 - lon1) / 2) ** 2
    )
    return 2 * RAYON_TERRE_KM * asin(min(1.0, sqrt(haversine)))


def distance_between(a: Place, b: Place) -> float:
    return distance_km(a.latitude, a.longitude, b.latitude, b.longitude)


def nearest(point: Place, lieux: Iterable[Lieu]) -> tuple[Lieu, float] | None:
    """The nearest lieu and its distance in km; None without lieu; ties by smallest code."""
    return nearest_of_each([point], lieux)[0]


def nearest_of_each(
    points: Iterable[Place], lieux: Iterable[Lieu]
) -> list[tuple[Lieu, float] | None]:
    """`nearest` for every point, in their order.

    Chords between unit vectors rank the lieux (one C call each); only the winner is
    measured with trigonometry. 352 communes and 200 lieux take about 7 ms.
    """
    lieux = list(lieux)
    vectors = [_unit_vector(lieu) for lieu in lieux]
    return [_nearest(point, lieux, vectors) for point in points]


def population_within(
    communes: Iterable[Peuplee], proches: Iterable[tuple[Lieu, float] | None], n_km: float
) -> int:
    """Inhabitants whose commune is at most `n_km` from a lieu: the bound is closed (≤).

    `proches` is what `nearest_of_each` answered for these communes, in their order.
    """
    return sum(
        commune.population or 0
        for commune, proche in zip(communes, proches, strict=True)
        if proche is not None and proche[1] <= n_km
    )


def population_around(
    points: Iterable[Place], communes: Iterable[PlacePeuplee], n_km: float
) -> list[int]:
    """Inhabitants of the communes at most `n_km` from each point (≤), in the points' order.

    A chord tells almost always; only next to the bound is the distance measured.
    """
    placed = [(commune, _unit_vector(commune)) for commune in communes]
    limit = 2 * sin(n_km / RAYON_TERRE_KM / 2)
    around = []
    for point in points:
        origin = _unit_vector(point)
        reached = 0
        for commune, vector in placed:
            chord = dist(origin, vector)
            if chord < limit - _MARGE or (
                chord <= limit + _MARGE and distance_between(point, commune) <= n_km
            ):
                reached += commune.population or 0
        around.append(reached)
    return around


def _nearest(
    point: Place, lieux: Sequence[Lieu], vectors: Sequence[_Vecteur]
) -> tuple[Lieu, float] | None:
    if not lieux:
        return None
    origin = _unit_vector(point)
    chords = [dist(origin, vector) for vector in vectors]
    limit = min(chords) + _MARGE
    km, _, index = min(
        (distance_between(point, lieux[i]), lieux[i].code, i)
        for i, chord in enumerate(chords)
        if chord <= limit
    )
    return lieux[index], km


def _unit_vector(place: Place) -> _Vecteur:
    latitude, longitude = radians(place.latitude), radians(place.longitude)
    return cos(latitude) * cos(longitude), cos(latitude) * sin(longitude), sin(latitude)


def is_inside(latitude: float, longitude: float, contour: Mapping[str, Any]) -> bool:
    """Whether a point is in a GeoJSON Polygon or MultiPolygon, holes left out.

    Even-odd rule over every ring (Sunday, « Inclusion of a point in a polygon »): degrees are
    taken as plane coordinates, fine for a commune.
    """
    polygones = (
        contour["coordinates"] if contour["type"] == "MultiPolygon" else [contour["coordinates"]]
    )
    return any(
        sum(_crossings(latitude, longitude, anneau) for anneau in polygone) % 2
        for polygone in polygones
    )


def _crossings(latitude: float, longitude: float, anneau: Sequence[Sequence[float]]) -> int:
    """How many sides of the ring a ray going east from the point meets."""
    nombre = 0
    for (x1, y1), (x2, y2) in pairwise(anneau):
        if (y1 > latitude) != (y2 > latitude):
            nombre += longitude < x1 + (latitude - y1) / (y2 - y1) * (x2 - x1)
    return nombre


def is_near(
    latitude: float, longitude: float, contour: Mapping[str, Any], tolerance_km: float
) -> bool:
    """Inside a GeoJSON outline, or at most that far from its border: outlines are generalised."""
    if is_inside(latitude, longitude, contour):
        return True
    polygones = (
        contour["coordinates"] if contour["type"] == "MultiPolygon" else [contour["coordinates"]]
    )
    return any(
        _to_side_km(latitude, longitude, debut, fin) <= tolerance_km
        for polygone in polygones
        for anneau in polygone
        for debut, fin in pairwise(anneau)
    )


def _to_side_km(
    latitude: float, longitude: float, debut: Sequence[float], fin: Sequence[float]
) -> float:
    """Distance to a side, on the plane that touches the Earth at the point: exact for a few km."""
    echelle = cos(radians(latitude))
    (x1, y1), (x2, y2) = (
        ((x - longitude) * echelle, y - latitude) for x, y in (debut[:2], fin[:2])
    )
    dx, dy = x2 - x1, y2 - y1
    longueur = dx * dx + dy * dy
    part = min(1.0, max(0.0, -(x1 * dx + y1 * dy) / longueur)) if longueur else 0.0
    return radians(sqrt((x1 + part * dx) ** 2 + (y1 + part * dy) ** 2)) * RAYON_TERRE_KM
