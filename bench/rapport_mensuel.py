"""What a month's two reports cost, and that the history behind them costs nothing.

    .venv/bin/python bench/rapport_mensuel.py [--lignes 10000000] [--sans-pdf]

One month of the demonstration (30 postes, every kind of séance), brought to some 4,000
séances (50,000 a year), is measured with 1, 12 and 36 closed months behind it, in a database
of its own that is dropped at the end. The history is made of that month's séances, copied
month by month in SQL; `--lignes` is the number of séances that the 36 months hold (as many as
the month itself in each, if it is not given). The past months have their frozen reports, as
in real life.

Printed for each history: seconds of the figures (best of several runs), number of queries. Then,
with 36 months, both reports made three times by a process like a worker: CPU seconds (best),
share of the figures, peak memory. Exit code 1 when one is out of bounds:
  - the figures, queries included, after 12 and 36 months against 1 (at most 1.2);
  - the number of queries, which must be the same;
  - the figures against a bare scan: the same séances and occurrences of the month, fetched as
    values in Python (at most 3);
  - both reports: at most 5 s of CPU, a tenth of it for the figures, and 200 MB.
"""

import argparse
import datetime as dt
import multiprocessing
import sys
import time
from collections.abc import Callable
from typing import Any

from commun import (
    MOIS,
    add_history,
    connection,
    count_seances,
    create_month,
    judge,
    peak_mb,
    start_worker,
    throwaway_database,
)

HISTOIRES = (1, 12, 36)
ESSAIS = 15
MANCHES = 4
RATIO_HISTOIRE = 1.2
RATIO_BALAYAGE = 3.0
SECONDES_CPU = 5.0
PART_DES_CHIFFRES = 10.0
MEMOIRE_MO = 200.0
TOURS = 3


def main() -> int:
    options = arguments()
    with throwaway_database():
        return bench(options)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--lignes", type=int, default=0, help="séances of the 36 months")
    parser.add_argument("--sans-pdf", action="store_true", help="figures only")
    return parser.parse_args()


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


def measure() -> dict[str, float]:
    from reporting.selectors import donnees_du_mois

    lignes = len(bare_scan())
    chiffres, balayage = best(lambda: donnees_du_mois(MOIS), bare_scan)
    return {
        "chiffres": chiffres,
        "balayage": balayage,
        "lignes": lignes,
        "requetes": count_queries(lambda: donnees_du_mois(MOIS)),
    }


def measure_reports() -> dict[str, float]:
    """Best seconds of the figures and of both PDFs, peak memory: in a process like a worker."""
    with multiprocessing.get_context("spawn").Pool(1) as ouvrier:
        return ouvrier.apply(make_reports)


def make_reports() -> dict[str, float]:
    start_worker()
    from reporting.pdf import draw
    from reporting.selectors import donnees_du_mois
    from reporting.selectors.carte import carte_du_departement

    chiffres, dessins = [], []
    for _tour in range(TOURS):
        # Real seconds: what PostgreSQL does for the figures counts as theirs.
        debut = time.perf_counter()
        donnees = donnees_du_mois(MOIS)
        chiffres.append(time.perf_counter() - debut)
        debut = time.process_time()
        for corps in donnees.values():
            draw(corps, code="00000-00000", carte=carte_du_departement())
        dessins.append(time.process_time() - debut)
    return {"chiffres": min(chiffres), "dessins": min(dessins), "memoire": peak_mb()}


def bench(options: argparse.Namespace) -> int:
    from permanences.models import Seance

    create_month()
    fois = max(round(options.lignes / HISTOIRES[-1] / count_seances(MOIS)), 1)
    mesures, faits = [], 0
    for histoire in HISTOIRES:
        add_history(faits, histoire, fois)
        faits = histoire
        mesure = measure()
        mesures.append(mesure)
        print(f"{histoire:>3} mois d’histoire, {Seance.objects.count():>10} séances en tout")
        tell(mesure)
    return judge(bounds(mesures) + ([] if options.sans_pdf else report_bounds(measure_reports())))


def tell(mesure: dict[str, float]) -> None:
    print(
        f"    chiffres {mesure['chiffres'] * 1000:7.1f} ms, {mesure['requetes']:.0f} requêtes ; "
        f"balayage nu de {mesure['lignes']:.0f} lignes {mesure['balayage'] * 1000:6.1f} ms"
    )


def bounds(mesures: list[dict[str, float]]) -> list[tuple[str, float, float, str]]:
    premier = mesures[0]
    histoire = max(m["chiffres"] for m in mesures[1:]) / premier["chiffres"]
    balayage = max(m["chiffres"] / m["balayage"] for m in mesures)
    requetes = max(m["requetes"] for m in mesures) / premier["requetes"]
    return [
        ("le temps suit l’histoire", histoire, RATIO_HISTOIRE, ""),
        ("les chiffres contre le balayage nu", balayage, RATIO_BALAYAGE, ""),
        ("les requêtes", requetes, 1.0, ""),
    ]


def report_bounds(mesure: dict[str, float]) -> list[tuple[str, float, float, str]]:
    total = mesure["chiffres"] + mesure["dessins"]
    return [
        ("les deux rapports, processeur", total, SECONDES_CPU, " s"),
        ("part des chiffres", mesure["chiffres"] / total * 100, PART_DES_CHIFFRES, " %"),
        ("mémoire au plus haut", mesure["memoire"], MEMOIRE_MO, " Mo"),
    ]


if __name__ == "__main__":
    sys.exit(main())
