"""The ground of a map: contours in degrees in, lines and surfaces of an SVG out. Pure.

Equirectangular projection, longitudes scaled by the cosine of the middle latitude: true enough
for one département (less than 1 % over 100 km), and one kilometre is the same everywhere.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

Point = tuple[float, float]
Arete = tuple[Point, Point]
Geometrie = dict[str, Any]

KM_PAR_DEGRE = 111.195  # of latitude, on a sphere of 6,371.0088 km
MARGE = 6


class Projection:
    """Degrees -> points of a drawing `largeur` wide."""

    def __init__(self, points: Iterable[Point], largeur: float) -> None:
        longitudes, latitudes = zip(*points, strict=True)
        self._ouest, self._nord = min(longitudes), max(latitudes)
        self._cos = math.cos(math.radians((self._nord + min(latitudes)) / 2))
        etendue = (max(longitudes) - self._ouest) * self._cos
        self._echelle = (largeur - 2 * MARGE) / etendue
        self.hauteur = round((self._nord - min(latitudes)) * self._echelle + 2 * MARGE)

    @property
    def _mesures(self) -> tuple[float, ...]:
        return (self._ouest, self._nord, self._cos, self._echelle, self.hauteur)

    def __eq__(self, autre: object) -> bool:
        return isinstance(autre, Projection) and self._mesures == autre._mesures

    def __hash__(self) -> int:
        return hash(self._mesures)

    def __call__(self, point: Point) -> Point:
        longitude, latitude = point
        return (
            MARGE + (longitude - self._ouest) * self._cos * self._echelle,
            MARGE + (self._nord - latitude) * self._echelle,
        )

    def km(self, kilometres: float) -> float:
        return kilometres / KM_PAR_DEGRE * self._echelle


def rings(geometrie: Geometrie | None) -> list[list[Point]]:
    """Of a GeoJSON Polygon or MultiPolygon, or of nothing."""
    if not geometrie:
        return []
    polygones = geometrie["coordinates"]
    if geometrie["type"] == "Polygon":
        polygones = [polygones]
    return [[(x, y) for x, y, *_ in anneau] for polygone in polygones for anneau in polygone]


def outline(anneaux: Iterable[list[Point]]) -> list[list[Point]]:
    """The border of these surfaces together: the edges that one of them alone has."""
    vues: Counter[Arete] = Counter(_edge(a, b) for anneau in anneaux for a, b in pairwise(anneau))
    return chain([arete for arete, fois in vues.items() if fois == 1])


def borders(
    anneaux: Mapping[str, list[list[Point]]], groupe_de: Mapping[str, str]
) -> list[list[Point]]:
    """Edges met by one group only: between two groups, or on the border of them all."""
    riverains: dict[Arete, list[str]] = defaultdict(list)
    for code, siens in anneaux.items():
        for anneau in siens:
            for a, b in pairwise(anneau):
                riverains[_edge(a, b)].append(groupe_de[code])
    return chain(
        [
            arete
            for arete, groupes in riverains.items()
            if len(groupes) == 1 or len(set(groupes)) > 1
        ]
    )


def _edge(a: Point, b: Point) -> Arete:
    return (min(a, b), max(a, b))


def chain(aretes: list[Arete]) -> list[list[Point]]:
    """Edges joined end to end, so that the line's corners are joined too."""
    voisins: dict[Point, list[Point]] = defaultdict(list)
    for a, b in aretes:
        voisins[a].append(b)
        voisins[b].append(a)
    lignes = []
    # From the junctions first, so that a line runs from junction to junction.
    for depart in sorted(voisins, key=lambda p: (len(voisins[p]) == 2, p)):
        while voisins[depart]:
            ligne = [depart]
            while voisins[ligne[-1]]:
                suivant = voisins[ligne[-1]].pop()
                voisins[suivant].remove(ligne[-1])
                ligne.append(suivant)
            lignes.append(ligne)
    return lignes


def draw(points: Iterable[Point], projection: Projection, fin: str = "") -> str:
    """In steps from point to point, rounded to tenths: half the length of places."""
    dixiemes = [tuple(round(10 * v) for v in projection(p)) for p in points]
    (x, y), *_ = dixiemes
    pas = "".join(
        f"l{write((c - a) / 10)} {write((d - b) / 10)}"
        for (a, b), (c, d) in pairwise(dixiemes)
        if (a, b) != (c, d)
    )
    return f"M{write(x / 10)} {write(y / 10)}{pas}{fin}"


def write(valeur: float) -> str:
    return f"{valeur:.1f}".removesuffix(".0")
