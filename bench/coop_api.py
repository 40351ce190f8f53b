"""How the exchange with La Coop holds against a whole country: python -m bench.coop_api

200,000 activities of which 1 % are ours, from the local server of the tests, in a process of its
own; PostgreSQL of the tests, 30 advisors. Printed: pages, queries, seconds and peak memory, for
20,000 then 200,000, and the ratio between both; then a night that has little to read. Ratios of
this machine, not promises.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import multiprocessing
import subprocess
import sys
import time
from typing import Any

from bench.commun import peak_mb, throwaway_database

NOMBRES = (20_000, 200_000)
CONSEILLERS = 30


def courriels() -> list[str]:
    return [f"conseiller{n}@bench.invalid" for n in range(CONSEILLERS)]


def serve(nombre: int, port: Any) -> None:
    """The server has its own process: its arithmetic is not what is measured."""
    from permanences.tests.pays_coop import Pays
    from permanences.tests.serveur_coop import running

    fin = dt.datetime.now(dt.UTC).replace(microsecond=0)
    # Over nine months, whatever the number.
    pas = dt.timedelta(days=270) / nombre
    pays = Pays(nombre, fin, courriels(), pas=pas, lieux=20, parti="")
    with running(pays) as serveur:
        port.put(serveur.adresse)
        while True:
            time.sleep(3600)


def prepare() -> None:
    from django.core.management import call_command

    from conseillers.enums import TypeContrat, TypeStructure
    from conseillers.models import Affectation, Conseiller, Poste, Structure
    from permanences.enums import TypeLieu
    from permanences.models import LieuAccueil
    from territoires.files import read_territoire
    from territoires.models import Commune
    from territoires.services import load_territoire

    call_command("migrate", verbosity=0)
    load_territoire(territoire=read_territoire("72"))
    structure = Structure.objects.create(
        siret="22720002900019",
        nom="Département",
        type=TypeStructure.DEPARTEMENT,
        code_insee="72181",
    )
    brulon = Commune.objects.get(code="72050")
    for rang in range(20):
        LieuAccueil.objects.create(
            code=f"lieu-{rang}", nom="Mairie de Brûlon" if rang == 0 else f"Salle n° {rang}",
            type=TypeLieu.MAIRIE, code_insee="72050", commune=brulon,
        )  # fmt: skip
    for numero, courriel in enumerate(courriels(), start=1):
        conseiller = Conseiller.objects.create(courriel=courriel, prenom="C", nom=f"N{numero}")
        poste = Poste.objects.create(
            numero=numero, structure=structure, date_attribution=dt.date(2021, 3, 1)
        )
        Affectation.objects.create(
            poste=poste, conseiller=conseiller, date_debut=dt.date(2021, 4, 1),
            type_contrat=TypeContrat.CDD,
        )  # fmt: skip


def measure(adresse: str, resultat: Any) -> None:
    """One exchange in a process of its own, for its memory."""
    import django

    django.setup()
    from django.db import connection

    from permanences.importers.coop_api import run_import_api
    from permanences.importers.coop_client import ClientCoop, Identite
    from permanences.models import CompteRenduCoop, ImportCoop
    from permanences.services.coop_api import start_import_api
    from permanences.tests.serveur_coop import CLIENT, SECRET

    requetes = [0]

    def count(execute: Any, *arguments: Any) -> Any:
        requetes[0] += 1
        return execute(*arguments)

    avant = peak_mb()
    pk = start_import_api(lance_par=None, depuis=dt.date(2021, 1, 1)).pk
    client = ClientCoop(Identite(adresse, CLIENT, SECRET))
    debut = time.perf_counter()
    with connection.execute_wrapper(count):
        while run_import_api(pk=pk, client=client):
            pass
    secondes = time.perf_counter() - debut
    fait = ImportCoop.objects.get(pk=pk)
    assert fait.etat == "fait", fait.cause
    resultat.put(
        {
            "parcourus": fait.parcourus,
            "lus": fait.lus,
            "gardés": CompteRenduCoop.objects.count(),
            "comptés": CompteRenduCoop.objects.filter(etat="compte").count(),
            "requêtes": requetes[0],
            "secondes": secondes,
            "Mo": peak_mb(),
            "Mo avant": avant,
        }
    )


def run(contexte: Any, nombre: int) -> list[dict[str, float]]:
    """The first exchange, then the same again: nothing to write."""
    port, resultat = contexte.Queue(), contexte.Queue()
    serveur = contexte.Process(target=serve, args=(nombre, port), daemon=True)
    serveur.start()
    adresse = port.get(timeout=60)
    mesures = []
    try:
        for _ in range(2):
            processus = contexte.Process(target=measure, args=(adresse, resultat))
            processus.start()
            mesures.append(resultat.get(timeout=3600))
            processus.join()
    finally:
        serveur.terminate()
        serveur.join()
    return mesures


def measure_one(nombre: int) -> None:
    """A database of its own; one line of JSON an exchange."""
    with throwaway_database():
        prepare()
        for mesure in run(multiprocessing.get_context("spawn"), nombre):
            assert mesure["lus"] == mesure["gardés"] == nombre // 100, mesure
            print(json.dumps(mesure), flush=True)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--un", type=int, help="this number alone, as JSON")
    parser.add_argument("--nombres", type=int, nargs="*", default=list(NOMBRES))
    options = parser.parse_args()
    if options.un:
        measure_one(options.un)
        return 0
    premiers = []
    for nombre in options.nombres:
        commande = [sys.executable, "-m", "bench.coop_api", "--un", str(nombre)]
        sortie = subprocess.run(commande, check=True, capture_output=True, text=True).stdout
        mesures = [json.loads(ligne) for ligne in sortie.splitlines() if ligne.startswith("{")]
        for nom, mesure in zip(("premier", "relecture"), mesures, strict=True):
            print(nombre, nom, {c: round(v, 1) for c, v in mesure.items()}, flush=True)
        premiers.append(mesures[0])
    for cle in ("parcourus", "requêtes", "secondes", "Mo"):
        print(f"{cle} : x{premiers[-1][cle] / premiers[0][cle]:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
