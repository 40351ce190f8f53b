"""The real territory for random programmes, and rows written below the doors for the checks."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from conseillers.models import Conseiller
from permanences.models import Seance
from territoires.files import read_territoire
from territoires.services import load_territoire

JEUDI = dt.date(2026, 10, 8)


@pytest.fixture(scope="module")
def sarthe(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The real communes and EPCI, loaded once; each test adds its programme and rolls it back."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_territoire(territoire=read_territoire(settings.DEPARTEMENT))
        yield
        transaction.set_rollback(True)


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
