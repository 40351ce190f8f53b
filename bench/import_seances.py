"""Time, memory and queries of `import_csv seances`: 5,000 lines, then 50,000, then again.

    .venv/bin/python bench/import_seances.py [lines]

Works in a database of its own, dropped at the end. The second pass of a file must change
nothing; memory must not follow the number of lines.
"""

import csv
import datetime as dt
import os
import random
import resource
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import django
from django.db import connection

FIN = dt.date(2025, 12, 31)
POSTES = 30
THEMES = ["email", "bureautique", "sante", "securite_numerique", "argent_impots"]


def write(chemin: Path, lignes: list[dict[str, Any]]) -> Path:
    with chemin.open("w", encoding="utf-8", newline="") as flux:
        writer = csv.DictWriter(flux, fieldnames=list(lignes[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(lignes)
    return chemin


def programme(communes: list[str]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    yield "structures", [
        {"siret": "22720002900019", "nom": "Département", "type": "departement",
         "code_insee": communes[0]}
    ]  # fmt: skip
    yield (
        "postes",
        [
            {"numero": n, "siret": "22720002900019", "date_attribution": "2021-01-01"}
            for n in range(1, POSTES + 1)
        ],
    )
    yield "affectations", [
        {"poste": n, "courriel": f"conseiller{n}@exemple.invalid", "date_debut": "2021-01-01",
         "prenom": "Prénom", "nom": f"Nom {n}", "type_contrat": "CDD"}
        for n in range(1, POSTES + 1)
    ]  # fmt: skip
    yield "lieux", [
        {"code": f"mairie-{code}", "nom": f"Mairie {code}", "type": "mairie",
         "adresse": "1 place de la Mairie", "code_insee": code}
        for code in communes
    ]  # fmt: skip
    yield "creneaux", [
        {"code": f"c-{n}", "poste": n, "lieu": f"mairie-{communes[n]}", "nature": "permanence",
         "date_debut": "2021-01-05", "heure_debut": "09:00", "heure_fin": "12:00",
         "recurrence": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "feries": "oui"}
        for n in range(1, POSTES + 1)
    ]  # fmt: skip


def seances(nombre: int, communes: list[str]) -> list[dict[str, Any]]:
    hasard = random.Random(nombre)
    return [seance(hasard, communes) for _ in range(nombre)]


def seance(hasard: random.Random, communes: list[str]) -> dict[str, Any]:
    poste = hasard.randint(1, POSTES)
    jour = FIN - dt.timedelta(days=hasard.randrange(1500))
    canal = hasard.choice(["lieu_activite"] * 6 + ["domicile", "a_distance"])
    participants = hasard.choice([1, 1, 1, 6])
    return {
        "cle": uuid.UUID(int=hasard.getrandbits(128), version=4),
        "poste": poste,
        "date": jour,
        "nature": "individuel" if participants == 1 else "atelier",
        "canal": canal,
        "lieu": f"mairie-{hasard.choice(communes)}" if canal == "lieu_activite" else "",
        "code_insee": hasard.choice(communes) if canal == "domicile" else "",
        "creneau": f"c-{poste}" if jour.weekday() < 5 else "",
        "duree": hasard.choice([15, 30, 45, 60, 90]),
        "nb_participants": participants,
        "nb_premieres_venues": hasard.choice(["", 0, 1]),
        "thematiques": "|".join(hasard.sample(THEMES, 2)),
        "age_soixante_dix_plus": 1,
        "genre_feminin": hasard.randint(0, 1),
        "statut_retraite": 1,
        "materiel": "ordinateur|telephone",
        "titre": "Atelier" if participants > 1 else "",
    }


class Compteur:
    queries = 0

    def __call__(self, execute: Any, *args: Any) -> Any:
        self.queries += 1
        return execute(*args)


def measure(chemin: Path, nombre: int, quoi: str) -> None:
    from permanences.importers.seances import Seances
    from territoires.importers.moteur import import_file

    compteur, debut, calcul = Compteur(), time.perf_counter(), time.process_time()
    with connection.execute_wrapper(compteur):
        bilan = import_file(Seances(), chemin)
    secondes, calcul = time.perf_counter() - debut, time.process_time() - calcul
    assert not bilan.erreurs, bilan.erreurs[0]
    memoire = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{quoi:<22} {secondes:7.1f} s  (Python {calcul:.1f} s)  peak {memoire} MB  "
        f"{compteur.queries * 1000 / nombre:.1f} queries per 1,000 lines  "
        f"(created {bilan.crees}, unchanged {bilan.inchanges}, changed {bilan.modifies})",
        flush=True,
    )


def run(dossier: Path, nombre: int) -> None:
    from reporting.importers.registre import IMPORTEURS
    from territoires.files import read_territoire
    from territoires.importers.moteur import import_file
    from territoires.services import load_territoire

    territoire = read_territoire("72")
    load_territoire(territoire=territoire)
    communes = [commune.code for commune in territoire.communes]
    for nom, lignes in programme(communes):
        bilan = import_file(IMPORTEURS[nom](), write(dossier / f"{nom}.csv", lignes))
        assert not bilan.erreurs, bilan.erreurs[0]
    fichiers = {
        n: write(dossier / f"s{n}.csv", seances(n, communes)) for n in (nombre // 10, nombre)
    }
    memoire = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"before any import: {memoire} MB")
    for n, fichier in fichiers.items():
        measure(fichier, n, f"{n} new lines")
    measure(fichier, nombre, "the same file again")
    texte = fichier.read_text("utf-8").replace(";ordinateur|telephone;", ";tablette;")
    fichier.write_text(texte, "utf-8")
    measure(fichier, nombre, "every line corrected")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
    django.setup()
    nombre = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with tempfile.TemporaryDirectory() as dossier:
            run(Path(dossier), nombre)
    finally:
        connection.creation.destroy_test_db("conseillers", verbosity=0)


if __name__ == "__main__":
    main()
