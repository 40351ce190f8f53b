"""Great-circle distances, the nearest lieu, the population within N km."""

from dataclasses import dataclass
from itertools import pairwise
from math import pi
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territoires.geo import (
    RAYON_TERRE_KM,
    Point,
    distance_between,
    distance_km,
    nearest,
    nearest_of_each,
    population_around,
    population_within,
)

# The 26 France services of the Sarthe.
FRANCE_SERVICES = [
    (48.28446, 0.023315),
    (47.96705, -0.23348),
    (47.64526, 0.156936),
    (47.86691, 0.461265),
    (47.95325, 0.185936),
    (48.4474116440913, 0.255572813198247),
    (47.871592, -0.097532),
    (47.729533, 0.573576),
    (48.252232, 0.311622),
    (47.971409, 0.212528),
    (48.025224430443, 0.333610444763477),
    (47.829124, 0.274247),
    (47.937243, 0.359316),
    (48.048706, 0.402594),
    (47.965248, 0.160233),
    (48.003635, 0.477149),
    (47.86691, 0.461265),
    (47.8404469052635, -0.333092709782173),
    (48.07817, 0.29715),
    (48.1788226200128, 0.426695677204978),
    (47.918663, 0.74371),
    (47.930567, 0.08379),
    (48.18312, -0.128974),
    (48.171564, 0.24722),
    (48.024324, 0.200289),
    (48.102587, 0.789416),
]

points = st.builds(
    Point,
    latitude=st.floats(-90, 90),
    longitude=st.floats(-180, 180),
    code=st.text("ab", max_size=2),
)
# A département is small: neighbours are metres or kilometres away, and often tie.
nearby_points = st.builds(
    Point,
    latitude=st.integers(0, 20).map(lambda n: 48 + n / 100),
    longitude=st.integers(0, 20).map(lambda n: n / 100),
    code=st.text("ab", max_size=2),
)


@dataclass(frozen=True)
class Village:
    latitude: float
    longitude: float
    population: int | None
    code: str = "72000"


def population_near(communes, lieux, n_km):
    return population_within(communes, nearest_of_each(communes, lieux), n_km)


@pytest.mark.parametrize(("n_km", "percent"), [(5, 53.8), (10, 81.4), (15, 96.5), (20, 99.7)])
def test_golden_population_of_the_sarthe_near_a_france_services(sarthe, n_km, percent):
    lieux = [Point(latitude, longitude) for latitude, longitude in FRANCE_SERVICES]

    covered = population_near(sarthe.communes, lieux, n_km)

    total = sum(commune.population for commune in sarthe.communes)
    assert total == 566_733
    assert round(100 * covered / total, 1) == percent


def test_a_quarter_of_the_equator_is_a_quarter_of_the_circumference():
    assert distance_km(0, 0, 0, 90) == pytest.approx(pi * RAYON_TERRE_KM / 2)


def test_antipodes_are_half_a_circumference_apart():
    assert distance_km(48, 0.2, -48, -179.8) == pytest.approx(pi * RAYON_TERRE_KM)


def test_distance_crosses_the_date_line():
    assert distance_km(0, 179.5, 0, -179.5) == pytest.approx(distance_km(0, 0, 0, 1))


def test_one_metre_is_measured():
    """A formula by arc cosine would answer 0 here."""
    assert distance_km(48, 0.2, 48.000009, 0.2) == pytest.approx(0.001, rel=1e-3)


@given(points, points)
def test_distance_is_symmetric(a, b):
    assert distance_between(a, b) == pytest.approx(distance_between(b, a), rel=1e-9, abs=1e-9)


@given(points)
def test_distance_to_oneself_is_zero(a):
    assert distance_between(a, a) == 0


@given(points, points, points)
def test_a_detour_is_never_shorter(a, b, c):
    # Near the antipodes one ulp of the sine is worth 0.1 metre.
    detour = distance_between(a, b) + distance_between(b, c)
    assert distance_between(a, c) <= detour + 1e-3


@given(points | nearby_points, st.lists(points | nearby_points, min_size=1, max_size=20))
def test_nearest_is_what_measuring_every_lieu_gives(point, lieux):
    expected = min((distance_between(point, lieu), lieu.code) for lieu in lieux)

    lieu, km = nearest(point, lieux)

    assert (km, lieu.code) == expected


def test_nearest_of_two_lieux_at_the_same_place_has_the_smallest_code():
    here = Point(48.0, 0.2, "mairie")
    lieux = [Point(48.1, 0.2, "b"), Point(48.1, 0.2, "a"), Point(48.2, 0.2, "0")]

    assert nearest(here, lieux)[0].code == "a"


def test_nothing_is_near_when_there_is_no_lieu():
    assert nearest(Point(48, 0.2), []) is None
    assert population_near([Village(48, 0.2, 100)], [], 1000) == 0


def test_the_bound_is_closed():
    lieu = Point(48.0, 0.2)
    village = Village(48.09, 0.2, 100)
    km = distance_between(village, lieu)

    assert population_near([village], [lieu], km) == 100
    assert population_near([village], [lieu], km - 1e-9) == 0


def test_an_unknown_population_counts_as_nobody():
    assert population_near([Village(48, 0.2, None)], [Point(48, 0.2)], 5) == 0


@given(st.lists(nearby_points, max_size=10))
def test_more_kilometres_never_reach_fewer_people(lieux):
    villages = [Village(48 + n / 50, n / 60, n) for n in range(10)]
    reached = [population_near(villages, lieux, n) for n in (0, 5, 10, 15, 2000)]
    assert all(fewer <= more for fewer, more in pairwise(reached))


@given(st.lists(nearby_points, max_size=8), st.floats(0, 60))
def test_people_around_each_point_are_those_of_a_plain_sum(lieux, n_km):
    villages = [Village(48 + n / 50, n / 60, n) for n in range(10)]
    assert population_around(lieux, villages, n_km) == [
        sum(v.population for v in villages if distance_between(lieu, v) <= n_km) for lieu in lieux
    ]


def test_people_exactly_at_the_bound_are_around():
    lieu, village = Point(48, 0.2), Village(48.05, 0.21, 100)
    km = distance_between(lieu, village)
    assert population_around([lieu], [village], km) == [100]
    assert population_around([lieu], [village], km - 1e-9) == [0]


def test_a_departement_is_measured_in_a_blink(sarthe):
    lieux = [Point(c.latitude + 0.01, c.longitude, c.code) for c in sarthe.communes[:200]]
    times = []
    for _ in range(3):
        start = perf_counter()
        nearest_of_each(sarthe.communes, lieux)
        times.append(perf_counter() - start)
    # 7 ms measured; the margin is for a busy machine.
    assert min(times) < 0.1
