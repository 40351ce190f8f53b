"""The figures of a month cost a fixed number of queries, whatever was recorded."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conseillers.models import Conseiller
from permanences.models import Seance
from reporting.selectors import donnees_du_mois

OCTOBRE = dt.date(2026, 10, 1)


def record(nombre, conseiller, creneau):
    """Séances of every day of October, individual and workshops, some on the créneau's days."""
    lieu = creneau.lieu
    Seance.objects.bulk_create(
        Seance(
            poste=creneau.poste,
            auteur=conseiller,
            date=(jour := OCTOBRE + dt.timedelta(days=rang % 31)),
            nature="atelier" if rang % 5 == 0 else "individuel",
            canal="lieu_activite",
            lieu=lieu,
            creneau=creneau if creneau.a_lieu_le(jour) else None,
            code_insee=lieu.code_insee,
            commune=lieu.commune,
            epci=lieu.commune.epci,
            departement="72",
            duree=10,
            nb_participants=6 if rang % 5 == 0 else 1,
            thematiques=["email", "sante"],
        )
        for rang in range(nombre)
    )


@pytest.fixture
def queries(conseillere, creneau_brulon, atelier_la_fleche, conseiller_voisin):
    conseiller = Conseiller.objects.get(utilisateur=conseillere)

    def queries(nombre):
        Seance.objects.all().delete()
        record(nombre, conseiller, creneau_brulon)
        with CaptureQueriesContext(
            connection,
        ) as requetes:
            total = donnees_du_mois(OCTOBRE)["frequentation"]["total"]["seances"]
        assert total == nombre
        return len(requetes)

    return queries


def test_ten_times_the_seances_cost_the_same_queries(queries):
    assert queries(60) == queries(600)


def test_and_they_are_few(queries):
    assert queries(60) <= 70
