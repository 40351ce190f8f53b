"""« Simulation »: from which lieu would one more permanence reach the most people?"""

import datetime as dt

import pytest

from permanences.models import LieuAccueil
from reporting.selectors import donnees_du_mois

OCTOBRE = dt.date(2026, 10, 1)


def simulation():
    return donnees_du_mois(OCTOBRE)["couverture"]["simulation"]


@pytest.fixture
def mairie_du_mans(le_mans):
    return LieuAccueil.objects.create(
        code="mairie-72181",
        nom="Mairie du Mans",
        type="mairie",
        code_insee="72181",
        commune=le_mans,
    )


def test_the_lieu_that_reaches_the_most_comes_first(
    mairie_brulon, mediatheque_la_fleche, mairie_du_mans
):
    assert [(s["code"], s["population"]) for s in simulation()] == [
        ("mairie-72181", 146_249),
        ("mediatheque-72154", 14_947),
        ("mairie-72050", 1_549),
    ]


def test_a_lieu_with_a_creneau_or_closed_is_not_proposed(
    creneau_brulon, mediatheque_la_fleche, mairie_du_mans
):
    mairie_du_mans.actif = False
    mairie_du_mans.save()
    assert [s["code"] for s in simulation()] == ["mediatheque-72154"]


def test_people_already_served_are_not_reached_again(creneau_brulon, conseillere, brulon):
    creneau_brulon.occurrences.create(date=dt.date(2026, 10, 6), statut="tenue")
    LieuAccueil.objects.create(
        code="salle-72050",
        nom="Salle",
        type="salle_polyvalente",
        code_insee="72050",
        commune=brulon,
    )
    assert simulation() == []
