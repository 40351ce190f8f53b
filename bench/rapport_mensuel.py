"""What a month's two reports cost, and that the history behind them costs nothing.

    .venv/bin/python bench/rapport_mensuel.py [--lignes 10000000] [--sans-pdf]

One month of the demonstration (30 postes, every kind of séance), brought to some 4,000
séances (50,000 a year), is measured with 1, 12 and 36 closed months behind it, in a database
of its own that is dropped at the end. The history is made of that month's séances, copied
month by month in SQL; `--lignes` is the number of séances that the 36 months hold (as many as
the month itself in each, if it is not given). The past months have their frozen reports, as
in real life.

Printed for each: seconds of the figures (best of several runs) and of the two PDFs, number of
queries, share of the drawing. Then three ratios, and exit code 1 when one is out of bounds:
  - the figures, queries included, after 12 and 36 months against 1 (at most 1.2);
  - the number of queries, which must be the same;
  - the figures against a bare scan: the same séances and occurrences of the month, fetched as
    values in Python (at most 3).
"""

import argparse
import datetime as dt
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import django
import psycopg2
from django.db import connection

AUJOURD_HUI = dt.date(2026, 3, 24)
MOIS = dt.date(2026, 2, 1)
HISTOIRES = (1, 12, 36)
SEANCES_DU_MOIS = 4_000
ESSAIS = 15
MANCHES = 4
RATIO_HISTOIRE = 1.2
RATIO_BALAYAGE = 3.0


def main() -> int:
    options = arguments()
    serveur, base = own_database()
    try:
        django.setup()
        return bench(options)
    finally:
        connection.close()
        administer(serveur, f"DROP DATABASE {base}")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--lignes", type=int, default=0, help="séances of the 36 months")
    parser.add_argument("--sans-pdf", action="store_true", help="figures only")
    return parser.parse_args()


# --- a database of its own -----------------------------------------------------------------


def own_database() -> tuple[str, str]:
    """Create it on the local server (or DATABASE_URL's) and point Django there."""
    from config import local_servers

    local_servers.start("test", with_redis=False)
    serveur = os.environ["DATABASE_URL"]
    base = f"bench_rapport_{os.getpid()}"
    administer(serveur, f"CREATE DATABASE {base}")
    adresse, _, suite = serveur.partition("?")
    os.environ["DATABASE_URL"] = f"{adresse.rsplit('/', 1)[0]}/{base}{'?' if suite else ''}{suite}"
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    return serveur, base


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


# --- the month, and what came before -------------------------------------------------------


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


# --- measures ------------------------------------------------------------------------------


def best(*actes: Callable[[], Any], manches: int = MANCHES, essais: int = ESSAIS) -> list[float]:
    """Best seconds of each act; they take turns, so that a busy machine is busy for all."""
    durees: list[list[float]] = [[] for _ in actes]
    for _manche in range(manches):
        for _essai in range(essais):
            for acte, siennes in zip(actes, durees, strict=True):
                debut = time.perf_counter()
                acte()
                siennes.append(time.perf_counter() - debut)
        time.sleep(1 if manches > 1 else 0)
    return [min(siennes) for siennes in durees]


def count_queries(act: Callable[[], Any]) -> int:
    nombre = 0

    def count(execute: Any, *reste: Any) -> Any:
        nonlocal nombre
        nombre += 1
        return execute(*reste)

    with connection.execute_wrapper(count):
        act()
    return nombre


def bare_scan() -> list[Any]:
    from permanences.models import Occurrence, Seance

    bornes = (MOIS, dt.date(2026, 2, 28))
    seances = list(Seance.objects.filter(date__range=bornes).values())
    return seances + list(Occurrence.objects.filter(date__range=bornes).values())


def draw_both(donnees: dict[str, Any]) -> None:
    from reporting.pdf import draw
    from reporting.selectors.carte import carte_du_departement

    for corps in donnees.values():
        draw(corps, code="00000-00000", empreinte="0" * 64, carte=carte_du_departement())


def measure(options: argparse.Namespace) -> dict[str, float]:
    from reporting.selectors import donnees_du_mois

    donnees, lignes = donnees_du_mois(MOIS), len(bare_scan())
    chiffres, balayage = best(lambda: donnees_du_mois(MOIS), bare_scan)
    mesure = {
        "chiffres": chiffres,
        "balayage": balayage,
        "lignes": lignes,
        "requetes": count_queries(lambda: donnees_du_mois(MOIS)),
    }
    if not options.sans_pdf:
        (mesure["pdf"],) = best(lambda: draw_both(donnees), manches=1, essais=2)
    return mesure


def bench(options: argparse.Namespace) -> int:
    from permanences.models import Seance

    create_month()
    fois = max(round(options.lignes / HISTOIRES[-1] / count_seances(MOIS)), 1)
    mesures, faits = [], 0
    for histoire in HISTOIRES:
        add_history(faits, histoire, fois)
        faits = histoire
        mesure = measure(options)
        mesures.append(mesure)
        print(f"{histoire:>3} mois d’histoire, {Seance.objects.count():>10} séances en tout")
        tell(mesure)
    return judge(mesures)


def tell(mesure: dict[str, float]) -> None:
    print(
        f"    chiffres {mesure['chiffres'] * 1000:7.1f} ms, {mesure['requetes']:.0f} requêtes ; "
        f"balayage nu de {mesure['lignes']:.0f} lignes {mesure['balayage'] * 1000:6.1f} ms"
    )
    if "pdf" in mesure:
        part = mesure["pdf"] / (mesure["pdf"] + mesure["chiffres"])
        print(f"    deux PDF {mesure['pdf']:5.1f} s, soit {part:.1%} du temps")


def judge(mesures: list[dict[str, float]]) -> int:
    premier = mesures[0]
    histoire = max(m["chiffres"] for m in mesures[1:]) / premier["chiffres"]
    balayage = max(m["chiffres"] / m["balayage"] for m in mesures)
    constats = [
        ("le temps suit l’histoire", histoire, RATIO_HISTOIRE),
        ("les chiffres contre le balayage nu", balayage, RATIO_BALAYAGE),
        ("les requêtes", max(m["requetes"] for m in mesures) / premier["requetes"], 1.0),
    ]
    for nom, ratio, limite in constats:
        verdict = "bon" if ratio <= limite else "HORS LIMITE"
        print(f"{nom} : {ratio:.2f} (au plus {limite:.1f}) {verdict}")
    return int(any(ratio > limite for _, ratio, limite in constats))


if __name__ == "__main__":
    sys.exit(main())
