"""The night of the 1st for a whole country: provisional reports of every département.

    .venv/bin/python bench/nuit_du_premier.py [--departements 101] [--workers 2]

One database is filled (a month of the demonstration, 30 postes, some 4,000 séances) and copied
once per département. Worker processes then do for each what beat asks for on the 1st: freeze the
figures of the month that ended, draw both PDFs, keep the files. Printed: wall time once the
workers are up, as they are on the 1st; CPU per report and the share of the figures; peak memory
of each worker; sizes. Exit code 1 beyond six minutes for 101 départements, in proportion for
fewer. Everything is dropped at the end, also after Ctrl-C.
"""

import argparse
import multiprocessing
import os
import queue
import signal
import sys
import tempfile
import time
from multiprocessing.queues import Queue
from typing import Any

from commun import (
    MOIS,
    administer,
    connection,
    create_month,
    judge,
    peak_mb,
    start_worker,
    throwaway_database,
)

DEPARTEMENTS = 101
SECONDES = 360.0


def main() -> int:
    options = arguments()
    with throwaway_database() as (serveur, base), tempfile.TemporaryDirectory() as dossier:
        create_month()
        connection.close()  # a database that is copied may have no session
        copies = [f"{base}_{rang:03}" for rang in range(1, options.departements + 1)]
        try:
            for copie in copies:
                administer(serveur, f"CREATE DATABASE {copie} TEMPLATE {base}")
            return night(copies, options.workers, dossier)
        finally:
            # A second Ctrl-C would leave databases behind.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            for copie in copies:
                administer(serveur, f"DROP DATABASE IF EXISTS {copie} WITH (FORCE)")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--departements", type=int, default=DEPARTEMENTS)
    parser.add_argument("--workers", type=int, default=2)
    return parser.parse_args()


def night(copies: list[str], workers: int, dossier: str) -> int:
    """Share the databases between the workers, wait for all, tell and judge."""
    contexte = multiprocessing.get_context("spawn")
    a_faire: Queue[str | None] = contexte.Queue()
    faits: Queue[dict[str, Any]] = contexte.Queue()
    for copie in [*copies, *[None] * workers]:
        a_faire.put(copie)
    depart = contexte.Barrier(workers + 1, timeout=60)
    equipe = [
        contexte.Process(target=work, args=(depart, a_faire, faits, dossier), daemon=True)
        for _ in range(workers)
    ]
    for ouvrier in equipe:
        ouvrier.start()
    depart.wait()
    debut = time.perf_counter()
    bilans = [collect(faits, equipe) for _ in equipe]
    return tell(bilans, len(copies), time.perf_counter() - debut)


def collect(faits: "Queue[dict[str, Any]]", equipe: list[Any]) -> dict[str, Any]:
    """The next account; a worker that died without one stops the bench."""
    while True:
        try:
            return faits.get(timeout=1)
        except queue.Empty:
            if any(ouvrier.exitcode for ouvrier in equipe):
                raise SystemExit("Un ouvrier s’est arrêté avant la fin.") from None


def work(
    depart: Any, a_faire: "Queue[str | None]", faits: "Queue[dict[str, Any]]", dossier: str
) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from django.conf import settings

    settings.STORAGES["default"] = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": dossier},
    }
    start_worker()
    depart.wait()
    debut = time.process_time()
    bilan: dict[str, Any] = {"chiffres": 0.0, "rapports": 0, "octets": 0}
    while (base := a_faire.get()) is not None:
        serve(base, bilan)
    faits.put(bilan | {"cpu": time.process_time() - debut, "memoire": peak_mb()})


def serve(base: str, bilan: dict[str, Any]) -> None:
    """One département: what `reporting.tasks.build_rapports_provisoires` does on the 1st."""
    from reporting import services

    connection.close()
    connection.settings_dict["NAME"] = base
    debut = time.process_time()
    rapports = services.build_provisoires(mois=MOIS)
    bilan["chiffres"] += time.process_time() - debut
    for rapport in rapports:
        produit = services.render_rapport(pk=rapport.pk)
        if produit is None or produit.statut != "produit":
            raise SystemExit(f"Le rapport {rapport.pk} de {base} n’est pas produit.")
        bilan["rapports"] += 1
        bilan["octets"] += produit.pdf.size + produit.page.size


def tell(bilans: list[dict[str, Any]], departements: int, duree: float) -> int:
    rapports = sum(b["rapports"] for b in bilans)
    cpu = sum(b["cpu"] for b in bilans)
    chiffres = sum(b["chiffres"] for b in bilans)
    octets = sum(b["octets"] for b in bilans)
    print(f"{rapports} rapports de {departements} départements, {len(bilans)} ouvriers")
    print(f"    {duree:.0f} s ; charge de la machine à la fin {os.getloadavg()[0]:.1f}")
    print(f"    {cpu / rapports:.2f} s de processeur par rapport")
    print(f"    chiffres {chiffres / cpu:.1%} du processeur des ouvriers")
    print("    mémoire au plus haut :", ", ".join(f"{b['memoire']:.0f} Mo" for b in bilans))
    print(f"    {octets / 1e6:.1f} Mo de fichiers, {octets / rapports / 1e3:.0f} Ko par rapport")
    return judge(
        [
            ("rapports manquants", 2.0 * departements - rapports, 0, ""),
            ("la nuit du 1er", duree, SECONDES * departements / DEPARTEMENTS, " s"),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
