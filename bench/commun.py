"""What the benches of the reports share: a database of their own, a month, counters of a process.

One month of the demonstration (30 postes, every kind of séance), brought to some 4,000 séances
(50,000 a year); before it, as many closed months as wanted, copies of it made in SQL.
"""

import datetime as dt
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import django
import psycopg2
from django.db import connection

AUJOURD_HUI = dt.date(2026, 3, 24)
MOIS = dt.date(2026, 2, 1)
SEANCES_DU_MOIS = 4_000


# --- a database of its own ---------------------------------------------------------------------


def own_database() -> tuple[str, str]:
    """Create it on the local server (or DATABASE_URL's) and point Django there."""
    from config import local_servers

    local_servers.start("test", with_redis=False)
    serveur = os.environ["DATABASE_URL"]
    base = f"bench_{os.getpid()}"
    administer(serveur, f"CREATE DATABASE {base}")
    adresse, _, suite = serveur.partition("?")
    os.environ["DATABASE_URL"] = f"{adresse.rsplit('/', 1)[0]}/{base}{'?' if suite else ''}{suite}"
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    return serveur, base


@contextmanager
def throwaway_database() -> Iterator[tuple[str, str]]:
    """Django on an empty database, dropped at the end: (address of the server, its name)."""
    serveur, base = own_database()
    try:
        django.setup()
        yield serveur, base
    finally:
        connection.close()
        administer(serveur, f"DROP DATABASE {base}")


def administer(serveur: str, ordre: str) -> None:
    connexion = psycopg2.connect(serveur)
    connexion.autocommit = True
    with connexion.cursor() as curseur:
        curseur.execute(ordre)
    connexion.close()


def sql(ordre: str, *valeurs: Any) -> int:
    with connection.cursor() as curseur:
        curseur.execute(ordre, valeurs or None)
        return curseur.rowcount


# --- the month, and what came before -----------------------------------------------------------


def create_month() -> None:
    from django.core.management import call_command

    from reporting import demo
    from territoires.files import read_territoire
    from territoires.services import load_territoire

    call_command("migrate", verbosity=0)
    load_territoire(territoire=read_territoire("72"))
    demo.seed(aujourd_hui=AUJOURD_HUI, nombre_mois=1, suivi=lambda _: None)
    copy_seances(0, round(SEANCES_DU_MOIS / count_seances(MOIS)) - 1)


def count_seances(mois: dt.date) -> int:
    from permanences.models import Seance

    return Seance.objects.filter(date__year=mois.year, date__month=mois.month).count()


def add_history(depuis: int, jusqu_a: int, fois: int) -> None:
    """Months M−`jusqu_a` to M−`depuis`−1: the month's séances `fois` times, closed, frozen."""
    from permanences.calendrier import mois_decale
    from permanences.models import Mois
    from reporting.models import Rapport
    from reporting.selectors import donnees_du_mois

    # The triggers (a lock per row, ten foreign keys) are not what is measured here.
    sql("SET session_replication_role = replica")
    for rang in range(depuis + 1, jusqu_a + 1):
        copy_seances(rang, fois)
    sql("SET session_replication_role = origin")
    sql("VACUUM ANALYZE")
    sql("CHECKPOINT")
    donnees = donnees_du_mois(MOIS, version=1, provisoire=False)
    maintenant = dt.datetime(2026, 3, 10, tzinfo=dt.UTC)
    for rang in range(depuis + 1, jusqu_a + 1):
        mois = mois_decale(MOIS, -rang)
        Mois.objects.create(premier_jour=mois, statut="clos", version=1, clos_le=maintenant)
        Rapport.objects.bulk_create(
            Rapport(
                type=type_,
                mois=mois,
                version=1,
                donnees=corps | {"mois": f"{mois:%Y-%m}"},
                gabarit="bench",
                statut="transmis",
                transmis_le=maintenant,
                pdf="bench.pdf",
                sha256="0" * 64,
                moteur=None,
            )
            for type_, corps in donnees.items()
        )


def copy_seances(rang: int, fois: int) -> None:
    from permanences.models import Seance

    colonnes = [c.column for c in Seance._meta.concrete_fields if c.column != "id"]
    choses = {
        "cle": "gen_random_uuid()",
        "date": f"(date - interval '{rang} month')::date",
    }
    if rang:  # the plan of the past is not the copies' matter
        choses["creneau_id"] = "NULL"
    sql(
        f"INSERT INTO permanences_seance ({', '.join(colonnes)}) "
        f"SELECT {', '.join(choses.get(c, c) for c in colonnes)} "
        "FROM permanences_seance CROSS JOIN generate_series(1, %s) "
        "WHERE date >= %s AND date < %s AND NOT hors_delai",
        fois,
        MOIS,
        dt.date(2026, 3, 1),
    )


# --- a worker, as Celery's ---------------------------------------------------------------------


def start_worker() -> None:
    """In a process of its own: Django, and what `config.celery` does when a worker starts."""
    django.setup()
    from config import celery

    celery.settle()


def peak_mb() -> float:
    """Most memory ever resident in this process, in MB; unlike getrusage's, not its parent's."""
    for ligne in Path("/proc/self/status").read_text().splitlines():
        if ligne.startswith("VmHWM:"):
            return int(ligne.split()[1]) * 1024 / 1e6
    raise OSError("no VmHWM in /proc/self/status")


def judge(constats: list[tuple[str, float, float, str]]) -> int:
    """Print (what, measured, at most, unit) one a line; the exit code."""
    for nom, mesure, limite, unite in constats:
        verdict = "bon" if mesure <= limite else "HORS LIMITE"
        print(f"{nom} : {mesure:.2f}{unite} (au plus {limite:.2f}{unite}) {verdict}")
    return int(any(mesure > limite for _, mesure, limite, _ in constats))
