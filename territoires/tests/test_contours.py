"""Outlines of communes: inside or not, and the ground that merged communes got."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territoires.contours import (
    area,
    contains,
    interior_point,
    joined,
    missing_pieces,
    read_multipolygon,
    read_point,
    rounded,
    touches,
)


def square(x, y, size=1.0):
    """Counter-clockwise, closed."""
    return [(x, y), (x + size, y), (x + size, y + size), (x, y + size), (x, y)]


# A crescent: its centre of gravity is outside.
CRESCENT = [[[(0, 0), (4, 0), (4, 4), (0, 4), (0, 3), (3, 3), (3, 1), (0, 1), (0, 0)]]]
WITH_A_HOLE = [[square(0, 0, 3), square(1, 1)[::-1]]]


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_multipolygon_is_read_whatever_its_byte_order(order):
    ring = square(0.25, 48.5)
    mark = b"\x01" if order == "<" else b"\x00"
    polygon = mark + struct.pack(order + "III", 3, 1, len(ring))
    polygon += b"".join(struct.pack(order + "2d", *point) for point in ring)
    wkb = mark + struct.pack(order + "II", 6, 1) + polygon

    assert read_multipolygon(wkb.hex()) == [[ring]]


def test_a_point_is_read_with_or_without_its_reference_system():
    plain = b"\x01" + struct.pack("<I2d", 1, 0.25, 48.5)
    with_srid = b"\x01" + struct.pack("<II2d", 0x20000001, 4326, 0.25, 48.5)

    assert read_point(plain.hex()) == read_point(with_srid.hex()) == (0.25, 48.5)


def test_rounding_turns_rings_as_geojson_wants():
    clockwise = [[square(0, 0, 3)[::-1], square(1, 1)]]

    outer, hole = rounded(clockwise)[0]

    assert area(outer) == 9
    assert area(hole) == -1


def test_rounding_drops_repeated_vertices_and_specks():
    almost = [[[(0, 0), (0.00001, 0), (1, 0), (1, 1), (0, 0)]], [square(5, 5, 0.00001)]]

    assert rounded(almost) == [[[(0, 0), (1, 0), (1, 1), (0, 0)]]]


@pytest.mark.parametrize(
    ("point", "inside"), [((0.5, 0.5), True), ((1.5, 1.5), False), ((4, 0.5), False)]
)
def test_a_hole_is_outside(point, inside):
    assert contains(WITH_A_HOLE, point) is inside


@pytest.mark.parametrize("contour", [CRESCENT, WITH_A_HOLE, [[square(0, 0)], [square(9, 9, 0.1)]]])
def test_the_interior_point_is_inside(contour):
    assert contains(contour, interior_point(contour))


@given(st.lists(st.integers(1, 20), min_size=2, max_size=12))
def test_the_interior_point_of_any_skyline_is_inside(heights):
    top = [(x, h) for i, h in enumerate(heights) for x in (i + 1, i)][::-1]
    ring = [(0, 0), (len(heights), 0), *sorted(top, key=lambda p: -p[0]), (0, 0)]
    skyline = [[ring]]

    assert contains(skyline, interior_point(skyline))


def test_communes_that_fill_their_canton_leave_nothing():
    canton = [[[(0, 0), (1, 0), (2, 0), (2, 1), (1, 1), (0, 1), (0, 0)]]]

    assert missing_pieces(canton, [[[square(0, 0)]], [[square(1, 0)]]]) == []


def test_the_ground_of_a_forgotten_commune_is_found_and_joined():
    canton = [[[(0, 0), (1, 0), (2, 0), (2, 1), (1, 1), (0, 1), (0, 0)]]]
    left = [[square(0, 0)]]

    (piece,) = missing_pieces(canton, [left])

    assert area(piece) == 1
    assert contains([[piece]], (1.5, 0.5))
    assert touches(left, piece)
    (polygon,) = joined(left, piece)
    assert [area(ring) for ring in polygon] == [2]


def test_a_piece_may_fill_a_hole():
    assert joined(WITH_A_HOLE, square(1, 1)) == rounded([[square(0, 0, 3)]])


def test_a_joined_commune_keeps_its_other_islands_and_holes():
    commune = [*WITH_A_HOLE, [square(10, 10)]]

    result = joined(commune, square(11, 10))

    assert sorted(sum(area(ring) for ring in polygon) for polygon in result) == [2, 8]
