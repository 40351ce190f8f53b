"""Rows that stand below the doors: what a check must find, however it came in."""

import datetime as dt

import pytest

from conseillers.models import Conseiller
from permanences.models import Seance

JEUDI = dt.date(2026, 10, 8)


@pytest.fixture
def record(conseillere, poste_1, mairie_brulon):
    """Write ordinary séances of Brûlon on Thursday 8 October 2026, but for `champs`."""
    auteur = Conseiller.objects.get(utilisateur=conseillere)

    def record(fois=1, **champs):
        ordinaire = {
            "poste": poste_1,
            "auteur": auteur,
            "date": JEUDI,
            "nature": "individuel",
            "canal": "lieu_activite",
            "lieu": mairie_brulon,
            "code_insee": "72050",
            "commune": mairie_brulon.commune,
            "epci": mairie_brulon.commune.epci,
            "departement": "72",
            "duree": 30,
            "nb_participants": 1,
            "thematiques": ["email"],
        }
        return [Seance.objects.create(**(ordinaire | champs)) for _ in range(fois)]

    return record
