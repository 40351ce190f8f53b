"""A worker killed in the middle leaves nothing half-made, and the report is made once.

A real Celery worker with beat, a real Redis, a real PDF; the month's rows are committed.
"""

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection

from reporting import services
from reporting.models import Rapport

pytestmark = [
    pytest.mark.worker,
    pytest.mark.pdf,
    pytest.mark.django_db(transaction=True),
]

# « Made within a minute of the worker's return » (the reports' promise), and some margin to
# start Python on a busy machine.
UNE_MINUTE = 60
DEPART = 20


class Worker:
    """A worker with beat inside, as its own process group, on the tests' database."""

    def __init__(self, dossier: Path, redis_url: str) -> None:
        self.dossier = dossier
        base = urlsplit(os.environ["DATABASE_URL"])
        self.environnement = os.environ | {
            "DJANGO_SETTINGS_MODULE": "config.settings.local",
            "DATABASE_URL": urlunsplit(base._replace(path=f"/{connection.settings_dict['NAME']}")),
            "REDIS_URL": redis_url,
            "MEDIA_ROOT": str(dossier / "media"),
        }

    def start(self) -> None:
        commande = "celery -A config worker --beat --concurrency 1 --pool prefork --loglevel INFO"
        with open(self.dossier / "worker.log", "ab") as journal:
            self.processus = subprocess.Popen(
                [sys.executable, "-m", *commande.split(), "-s", str(self.dossier / "beat")],
                cwd=settings.BASE_DIR,
                env=self.environnement,
                stdout=journal,
                stderr=journal,
                start_new_session=True,
            )

    def kill(self) -> None:
        if self.processus.poll() is None:
            os.killpg(self.processus.pid, signal.SIGKILL)
            self.processus.wait()


@pytest.fixture
def worker(tmp_path, redis_url):
    worker = Worker(tmp_path, redis_url)
    yield worker
    worker.kill()


def wait_for(condition, secondes):
    fin = time.monotonic() + secondes
    while time.monotonic() < fin:
        if condition():
            return True
        time.sleep(0.02)
    return False


def statuts():
    return list(Rapport.objects.order_by("type").values_list("statut", flat=True))


def test_a_killed_worker_loses_nothing_and_doubles_nothing(worker, gestionnaire, creneau_brulon):
    services.close_mois(
        mois=dt.date(2026, 9, 1), utilisateur=gestionnaire, motif_avertissements="Lu"
    )
    worker.start()
    assert wait_for(lambda: "en_cours" in statuts(), DEPART + 20), statuts()
    worker.kill()
    assert Rapport.objects.filter(statut="en_cours").count() == 1
    assert not Rapport.objects.exclude(pdf="").filter(statut="en_cours").exists()

    retour = time.monotonic()
    worker.start()
    assert wait_for(lambda: statuts() == ["produit", "produit"], DEPART + UNE_MINUTE), statuts()
    assert time.monotonic() - retour < DEPART + UNE_MINUTE

    fichiers = list((worker.dossier / "media").rglob("*.pdf"))
    assert len(fichiers) == 2
    assert {f.read_bytes()[:5] for f in fichiers} == {b"%PDF-"}
    assert sorted(Rapport.objects.values_list("essais", flat=True)) == [1, 2]
