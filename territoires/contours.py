"""Outlines of communes and cantons: reading, rounding, points inside, missing pieces.

Pure, and used only to prepare a département's files. Neighbours share their vertices, so a
border is an edge met once in each direction: no geometry library is needed.
"""

import struct
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise

Sommet = tuple[float, float]
Anneau = list[Sommet]
# A polygon is its outer ring, then its holes; an outline is a list of polygons.
Contour = list[list[Anneau]]

# Ten metres: enough for a map of a département, and half the bytes.
DECIMALES = 4
_SRID = 0x20000000


def read_point(wkb: str) -> Sommet:
    """(longitude, latitude) of a hexadecimal WKB point."""
    data = bytes.fromhex(wkb)
    _, start = _header(data, 0)
    longitude, latitude = struct.unpack_from(_order(data, 0) + "2d", data, start)
    return longitude, latitude


def read_multipolygon(wkb: str) -> Contour:
    data = bytes.fromhex(wkb)
    count, offset = _count(data, 0)
    polygons = []
    for _ in range(count):
        rings, offset = _polygon(data, offset)
        polygons.append(rings)
    return polygons


def _order(data: bytes, offset: int) -> str:
    return "<" if data[offset] else ">"


def _header(data: bytes, offset: int) -> tuple[int, int]:
    (kind,) = struct.unpack_from(_order(data, offset) + "I", data, offset + 1)
    return kind, offset + (9 if kind & _SRID else 5)


def _count(data: bytes, offset: int) -> tuple[int, int]:
    _, start = _header(data, offset)
    (count,) = struct.unpack_from(_order(data, offset) + "I", data, start)
    return count, start + 4


def _polygon(data: bytes, offset: int) -> tuple[list[Anneau], int]:
    order = _order(data, offset)
    rings, cursor = _count(data, offset)
    polygon = []
    for _ in range(rings):
        (length,) = struct.unpack_from(order + "I", data, cursor)
        numbers = struct.unpack_from(f"{order}{2 * length}d", data, cursor + 4)
        polygon.append(list(zip(numbers[::2], numbers[1::2], strict=True)))
        cursor += 4 + 16 * length
    return polygon, cursor


def rounded(contour: Contour) -> Contour:
    """Vertices rounded, outer rings counter-clockwise as GeoJSON wants (RFC 7946)."""
    polygons = ([_rounded_ring(ring) for ring in polygon] for polygon in contour)
    return [
        [_turned(ring, outer=index == 0) for index, ring in enumerate(polygon)]
        for polygon in polygons
        # An islet smaller than the rounding is left out.
        if len(polygon[0]) > 3
    ]


def _rounded_ring(ring: Anneau) -> Anneau:
    result: Anneau = []
    for x, y in ring:
        sommet = (round(x, DECIMALES), round(y, DECIMALES))
        if not result or sommet != result[-1]:
            result.append(sommet)
    return result


def _turned(ring: Anneau, *, outer: bool) -> Anneau:
    return ring if (area(ring) > 0) == outer else ring[::-1]


def area(ring: Anneau) -> float:
    """Square degrees, positive when the ring turns counter-clockwise."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in _edges(ring)) / 2


def contains(contour: Contour, point: Sommet) -> bool:
    return any(_crossings(polygon, point) % 2 for polygon in contour)


def _crossings(polygon: list[Anneau], point: Sommet) -> int:
    x, y = point
    return sum(1 for ring in polygon for abscissa in _cut(ring, y) if abscissa > x)


def _cut(ring: Anneau, y: float) -> Iterator[float]:
    """Abscissas where the ring crosses the parallel `y`."""
    for (x1, y1), (x2, y2) in _edges(ring):
        if (y1 > y) != (y2 > y):
            yield (x2 - x1) * (y - y1) / (y2 - y1) + x1


def interior_point(contour: Contour) -> Sommet:
    """The middle of the widest chord at mid-height: inside, even of a crescent."""
    chords = []
    for polygon in contour:
        y = _free_height(polygon)
        cuts = sorted(x for ring in polygon for x in _cut(ring, y))
        chords += [
            (right - left, (left + right) / 2, y)
            for left, right in zip(cuts[::2], cuts[1::2], strict=True)
        ]
    _, x, y = max(chords)
    return x, y


def _free_height(polygon: list[Anneau]) -> float:
    """Near mid-height, halfway between two vertices, so that the chord meets none."""
    heights = [y for _, y in polygon[0]]
    middle = (min(heights) + max(heights)) / 2
    every = [y for ring in polygon for _, y in ring]
    return (min(y for y in every if y > middle) + max(y for y in every if y <= middle)) / 2


def missing_pieces(whole: Contour, parts: Iterable[Contour]) -> list[Anneau]:
    """What `parts` leave uncovered of `whole`, as counter-clockwise rings.

    An edge between two parts is met in both directions and cancels itself; so does an edge
    that a part shares with the whole. What stays runs around the gaps.
    """
    edges = Counter(_all_edges(whole))
    for part in parts:
        for start, end in _all_edges(part):
            edges[end, start] += 1
    left = {edge: n - edges[edge[::-1]] for edge, n in edges.items() if n > edges[edge[::-1]]}
    return [ring for ring in _chained(left) if area(ring) > 0]


def joined(contour: Contour, piece: Anneau) -> Contour:
    """The outline with one more piece that touches it: their common border disappears."""
    edges = Counter([*_all_edges(contour), *_edges(piece)])
    left = {edge: n - edges[edge[::-1]] for edge, n in edges.items() if n > edges[edge[::-1]]}
    rings = _chained(left)
    outers = [[ring] for ring in rings if area(ring) > 0]
    for hole in (ring for ring in rings if area(ring) < 0):
        owner = next(polygon for polygon in outers if contains([polygon[:1]], hole[0]))
        owner.append(hole)
    return outers


def touches(contour: Contour, piece: Anneau) -> bool:
    border = {edge[::-1] for edge in _edges(piece)}
    return any(edge in border for edge in _all_edges(contour))


def _edges(ring: Anneau) -> Iterator[tuple[Sommet, Sommet]]:
    return pairwise(ring)


def _all_edges(contour: Contour) -> Iterator[tuple[Sommet, Sommet]]:
    for polygon in contour:
        for ring in polygon:
            yield from _edges(ring)


def _chained(edges: dict[tuple[Sommet, Sommet], int]) -> list[Anneau]:
    """Closed rings made of these directed edges; open remains of roundings are dropped."""
    ways: defaultdict[Sommet, list[Sommet]] = defaultdict(list)
    for (start, end), count in edges.items():
        ways[start] += [end] * count
    rings = []
    for start in list(ways):
        while ways[start]:
            ring = [start, ways[start].pop()]
            while ring[-1] != start and ways[ring[-1]]:
                ring.append(ways[ring[-1]].pop())
            if ring[-1] == start and len(ring) > 3:
                rings.append(ring)
    return rings
