"""A phone, the network between it and the service, and a créneau today."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conseillers.models import Utilisateur
from permanences.models import Creneau
from permanences.tests.reseau import Reseau
from permanences.tests.telephone import Telephone


@pytest.fixture
def reseau(live_server: Any) -> Iterator[Reseau]:
    reseau = Reseau(live_server.url)
    yield reseau
    reseau.close()


@pytest.fixture
def telephone(
    reseau: Reseau, chromium: Any, playwright: Any, tmp_path: Path
) -> Iterator[Telephone]:
    telephone = Telephone(playwright, tmp_path / "profil", reseau)
    yield telephone
    telephone.context.close()


@pytest.fixture
def installe(telephone: Telephone, conseillere: Utilisateur, creneau_du_jour: Creneau) -> Telephone:
    telephone.sign_in(conseillere)
    telephone.install()
    return telephone


@pytest.fixture
def creneau_du_jour(creneau_brulon: Creneau) -> Creneau:
    """Brûlon every day of the week: today has one, whatever today is."""
    creneau_brulon.recurrence = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU"
    creneau_brulon.feries = True
    creneau_brulon.save()
    return creneau_brulon
