"""Map B tells EPCI apart: the borders inside them are not drawn, every commune is painted."""

import re
from itertools import accumulate, pairwise

import pytest

from reporting.carte import carte_des_heures
from territoires.fond import Projection


def carre(ouest, sud):
    """One square degree."""
    coins = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]
    return {"type": "Polygon", "coordinates": [[[ouest + x, sud + y] for x, y in coins]]}


# Four communes in a square, and a fifth that touches it by a corner only.
PLACES = {"72001": (0, 46), "72002": (1, 46), "72003": (0, 47), "72004": (1, 47), "72005": (2, 48)}
CONTOURS = {code: carre(*place) for code, place in PLACES.items()}


def carte(heures_du_premier, heures_du_second):
    """Communes 1 to 3 in the first EPCI, 4 and 5 in the second."""
    return carte_des_heures(
        {
            "communes": [
                {"code": code, "siren": "A" if code < "72004" else "B"} for code in PLACES
            ],
            "par_epci": [
                {"siren": "A", "heures_pour_1000": heures_du_premier},
                {"siren": "B", "heures_pour_1000": heures_du_second},
            ],
        },
        CONTOURS,
    )


def painted(carte, code):
    """Labels of the classes painted in the middle of a commune."""
    ouest, sud = PLACES[code]
    x, y = Projection([(0, 46), (3, 49)], carte["largeur"])((ouest + 0.5, sud + 0.5))
    return [c["libelle"] for c in carte["classes"] if crossings(c["d"], x, y) % 2]


def crossings(trace, x, y):
    """Sides met by a ray that leaves (x, y) for the east: the even-odd rule counts them."""
    nombre = 0
    for anneau in trace.split("Z")[:-1]:
        pas = (tuple(map(float, p.split())) for p in re.split("[Ml]", anneau)[1:])
        points = list(accumulate(pas, lambda a, b: (a[0] + b[0], a[1] + b[1])))
        for (x1, y1), (x2, y2) in pairwise([*points, points[0]]):
            if (y1 > y) != (y2 > y):
                nombre += x1 + (y - y1) * (x2 - x1) / (y2 - y1) > x
    return nombre


def test_the_borders_inside_an_epci_are_not_drawn():
    trace = carte(8, 1)["classes"][0]["d"]
    assert trace.count("l") == 8, "three squares in an L have eight sides, not twelve"


@pytest.mark.parametrize("code", PLACES)
def test_every_commune_is_painted_once_in_the_class_of_its_epci(code):
    attendu = "plus de 6 h" if code < "72004" else "2 h au plus"
    assert painted(carte(8, 1), code) == [attendu]


@pytest.mark.parametrize("code", PLACES)
def test_also_when_one_class_holds_communes_that_touch_by_a_corner(code):
    assert painted(carte(8, 8), code) == ["plus de 6 h"]
