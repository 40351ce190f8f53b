"""A real process, killed in the middle of La Coop's pages: the next one goes on, nothing twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from conseillers.models import Utilisateur
from permanences.enums import EtatImportCoop
from permanences.importers.coop_api import run_import_api
from permanences.models import CompteRenduCoop, ImportCoop, LieuAccueil
from permanences.services.coop_api import SILENCE_COOP, sweep_imports_api
from permanences.tests.echange_coop import check_figures, client_of, small_country
from permanences.tests.serveur_coop import CLIENT, SECRET, running

pytestmark = pytest.mark.django_db(transaction=True)

DEPART = 40


def start_command(adresse: str) -> subprocess.Popen[bytes]:
    base = urlsplit(os.environ["DATABASE_URL"])
    environnement = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.local",
        "DATABASE_URL": urlunsplit(base._replace(path=f"/{connection.settings_dict['NAME']}")),
        "REDIS_URL": "",
        "COOP_URL": adresse,
        "COOP_CLIENT_ID": CLIENT,
        "COOP_CLIENT_SECRET": SECRET,
    }
    return subprocess.Popen(
        [sys.executable, "manage.py", "import_coop_api"],
        cwd=settings.BASE_DIR,
        env=environnement,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def wait_for(condition: Any) -> bool:
    fin = time.monotonic() + DEPART
    while time.monotonic() < fin:
        if condition():
            return True
        time.sleep(0.02)
    return False


def test_killed_between_and_within_two_pages(
    conseillere: Utilisateur, conseiller_voisin: Utilisateur, mairie_brulon: LieuAccueil
) -> None:
    # Pages of 500, as the command asks: two and a half of them. The real clock, in this process
    # and in the other.
    pays = small_country(nombre=1250, sur=25, fin=timezone.now().replace(microsecond=0))
    with running(pays) as serveur:
        # The second page is announced, and comes only once the process is dead.
        serveur.avant = lambda numero: time.sleep(1.5) if numero == 2 else None
        processus = start_command(serveur.adresse)
        try:
            assert wait_for(lambda: serveur.asked("/activites") == 2)
        finally:
            os.killpg(processus.pid, signal.SIGKILL)
            processus.wait()
        mort = ImportCoop.objects.get()
        assert (mort.etat, mort.parcourus) == (EtatImportCoop.EN_COURS, 500)
        assert CompteRenduCoop.objects.count() == 20
        assert sweep_imports_api() == [], "not yet: it may be a slow page"

        ImportCoop.objects.update(battement=timezone.now() - SILENCE_COOP)
        serveur.demandes.clear()
        assert sweep_imports_api() == [mort.pk]
        assert run_import_api(pk=mort.pk, client=client_of(serveur, taille=500)) is False
        assert serveur.asked("/activites") == 3, "the first page is not asked again"
    mort.refresh_from_db()
    assert (mort.etat, mort.parcourus, mort.lus) == (EtatImportCoop.FAIT, 1250, 50)
    check_figures(pays)
