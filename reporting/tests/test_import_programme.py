"""The files of a whole programme, imported in their order, then a second time."""

import datetime as dt
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from reporting.importers.registre import IMPORTEURS
from reporting.tests.recount.programmes import write_programme
from territoires.files import read_territoire
from territoires.importers.bilan import Bilan
from territoires.importers.moteur import import_file
from territoires.services import load_territoire


def import_all(dossier: Path, types: list[str]) -> list[Bilan]:
    return [import_file(IMPORTEURS[nom](), dossier / f"{nom}.csv") for nom in types]


@pytest.mark.django_db
def test_a_random_programme_is_imported_once_and_for_all(tmp_path: Path) -> None:
    load_territoire(territoire=read_territoire(settings.DEPARTEMENT))
    for graine in range(10):
        dossier = tmp_path / str(graine)
        dossier.mkdir()
        types = write_programme(graine, dt.date(2025, 3, 1), dossier)
        with transaction.atomic():
            for bilan in import_all(dossier, types):
                assert (bilan.erreurs, bilan.refuses) == ([], 0), (bilan.type, graine)
            for bilan in import_all(dossier, types):
                assert bilan.inchanges == bilan.lignes > 0, (bilan.type, graine)
            transaction.set_rollback(True)
