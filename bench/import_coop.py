"""Time, memory and queries of `import_coop` at full size: 5,000 activities on 18,000 rows.

    .venv/bin/python bench/import_coop.py [activities]

Works in a database of its own, dropped at the end, on the real communes of the Sarthe, with 30
advisors, 60 places and their créneaux. The file has its columns shuffled, its header moved, its
rows scattered and its cells written oddly; half of it, then the whole, then the whole again,
then with every duration changed. The figures are the generator's own, exactly, each time.

Two shared processors, November 2026, 5,000 activities on 18,300 rows, six other workers beside:
half: read 3.0 s, written 5.2 s, 483 queries; whole: 5.5 s, 7.5 s, 970 queries; whole again, no
change: 5.9 s, 5.7 s, 888 queries; every duration changed: 9.1 s, 32 s (Python 8.7 s), 948
queries; peak 329 MB. About 0.19 query per activity, and no more when it changes.
"""

import datetime as dt
import os
import random
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import django
from django.db import connection

COLLECTIFS = 0.325
POSTES, LIEUX = 30, 60


class Compteur:
    queries = 0

    def __call__(self, execute: Any, *args: Any) -> Any:
        self.queries += 1
        return execute(*args)


def programme() -> tuple[list[Any], list[Any]]:
    """30 advisors each with a poste, 60 mairies, a créneau every day of the week at each."""
    from conftest import make_conseiller
    from conseillers.models import Poste, Structure
    from permanences.models import Creneau, LieuAccueil
    from permanences.tests.generateur_coop import Lieu, Mediateur
    from territoires.models import Commune

    structure = Structure.objects.create(
        siret="22720002900019", nom="Département", type="departement", code_insee="72181"
    )
    communes = list(Commune.objects.filter(departement="72", absorbee_par=None)[:LIEUX])
    lieux, mediateurs = [], []
    for commune in communes:
        lieu = LieuAccueil.objects.create(
            code=f"mairie-{commune.code}", nom=f"Mairie de {commune.nom}", type="mairie",
            code_insee=commune.code, commune=commune, adresse="1 place de la Mairie",
        )  # fmt: skip
        lieux.append((lieu, Lieu(lieu.nom, lieu.adresse, commune.nom, "72000", commune.code)))
    for n in range(1, POSTES + 1):
        poste = Poste.objects.create(
            numero=n, structure=structure, date_attribution=dt.date(2021, 1, 1)
        )
        make_conseiller(f"Prénom{n}", f"Nom{n}", poste)
        mediateurs.append(Mediateur(f"Prénom{n}", f"Nom{n}", 4000 + n if n % 3 else None))
        Creneau.objects.create(
            code=f"c-{n}", poste=poste, lieu=lieux[n][0], nature="permanence",
            date_debut=dt.date(2025, 1, 6), heure_debut=dt.time(9), heure_fin=dt.time(12),
            recurrence="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
        )  # fmt: skip
    return mediateurs, [lieu for _, lieu in lieux]


def measure(chemin: Path, quoi: str) -> Any:
    from permanences.importers.coop import read_export
    from permanences.services.coop.passage import write_lecture

    compteur, debut = Compteur(), time.perf_counter()
    lecture = read_export(chemin)
    lue, calcul = time.perf_counter(), time.process_time()
    with connection.execute_wrapper(compteur):
        bilan = write_lecture(lecture=lecture, nom_fichier=chemin.name, sha256="", conseiller=None)
    ecrit, calcul = time.perf_counter() - lue, time.process_time() - calcul
    fait = bilan.importation
    memoire = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{quoi:<18} {fait.lignes} rows, {fait.lus} activities: read {lue - debut:.1f} s, "
        f"written {ecrit:.1f} s (Python {calcul:.1f} s), peak {memoire} MB, "
        f"{compteur.queries} queries (created {fait.crees}, changed {fait.modifies}, "
        f"unchanged {fait.inchanges}, aside {fait.ecartes})",
        flush=True,
    )
    return fait


def run(dossier: Path, nombre: int) -> None:
    from permanences.tests.generateur_coop import generate, rows, write_export
    from permanences.tests.test_import_coop import figures
    from territoires.files import read_territoire
    from territoires.services import load_territoire

    load_territoire(territoire=read_territoire("72"))
    mediateurs, lieux = programme()
    export = generate(
        random.Random(72), nombre=nombre, mediateurs=mediateurs, lieux=lieux,
        premier=dt.date(2025, 2, 1), jours=600, collectifs=COLLECTIFS,
    )  # fmt: skip
    lignes = rows(export)
    moitie = write_export(
        dossier / "m.xlsx", lignes[: len(lignes) // 2], du_conseiller=False,
        bizarre=random.Random(1),
    )  # fmt: skip
    entier = write_export(dossier / "e.xlsx", lignes, du_conseiller=False, bizarre=random.Random(2))
    measure(moitie, "half")
    measure(entier, "whole")
    assert figures() == export.expected(), "the figures differ"
    encore = measure(entier, "whole again")
    assert encore.inchanges == nombre
    for activite in export.activites:
        activite.duree += 5
        activite.modification = activite.creation + dt.timedelta(days=3)
    corrige = write_export(dossier / "c.xlsx", rows(export), du_conseiller=False)
    assert measure(corrige, "all changed").modifies == nombre
    assert figures() == export.expected(), "the figures differ"
    print(f"exact: {export.expected()}")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
    django.setup()
    nombre = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with tempfile.TemporaryDirectory() as dossier:
            run(Path(dossier), nombre)
    finally:
        connection.creation.destroy_test_db("conseillers", verbosity=0)


if __name__ == "__main__":
    main()
