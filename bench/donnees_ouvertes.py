"""Is what we publish valid? frictionless, the national schema, and a reader of opening_hours.

    .venv/bin/python bench/donnees_ouvertes.py --service http://127.0.0.1:8000 --schema SCHEMA

Takes the files of a running service (the demo's) as a harvester would; asks the Table Schema of
the national schema by path, which the repository does not hold. Exit code 1 when one is refused.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
import tempfile
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

from frictionless import Package, Resource, Schema, system
from opening_hours import OpeningHours

LIEUX = "lieux-de-mediation-numerique"


def main() -> int:
    lecteur = argparse.ArgumentParser(description=__doc__)
    lecteur.add_argument("--service", default="http://127.0.0.1:8000")
    lecteur.add_argument("--schema", type=Path, help="le Table Schema national, en JSON")
    options = lecteur.parse_args()
    with tempfile.TemporaryDirectory() as dossier:
        refus = _judge(Path(dossier), options.service.rstrip("/"), options.schema)
    print("Tout est valide." if not refus else f"{refus} fichier(s) refusé(s).")
    return 1 if refus else 0


def _judge(dossier: Path, service: str, schema: Path | None) -> int:
    paquet = json.loads(_fetch(service, "datapackage.json"))
    for ressource in paquet["resources"]:
        (dossier / ressource["path"]).write_bytes(_fetch(service, ressource["path"]))
    (dossier / "datapackage.json").write_text(json.dumps(paquet))
    refus = _say("datapackage.json", Package(str(dossier / "datapackage.json")).validate())
    chemin = dossier / f"{LIEUX}.csv"
    if schema:
        with system.use_context(trusted=True):
            national = Schema.from_descriptor(json.loads(schema.read_text()))
            refus += _say(schema.name, Resource(path=str(chemin), schema=national).validate())
    lignes = list(csv.DictReader(io.StringIO(chemin.read_text())))
    return refus + _read_hours(lignes) + _same(lignes, json.loads(_fetch(service, f"{LIEUX}.json")))


def _fetch(service: str, nom: str) -> bytes:
    with urllib.request.urlopen(f"{service}/donnees-ouvertes/{nom}") as reponse:
        return bytes(reponse.read())


def _say(nom: str, rapport: Any) -> int:
    erreurs = rapport.flatten(["rowNumber", "fieldName", "message"])
    lignes = sum(tache.stats.get("rows", 0) for tache in rapport.tasks)
    print(f"{nom} : {len(rapport.tasks)} fichier(s), {lignes} lignes, {len(erreurs)} erreur(s)")
    for erreur in erreurs[:20]:
        print("  ", *erreur)
    return 0 if rapport.valid else 1


def _read_hours(lignes: list[dict[str, str]]) -> int:
    illisibles = []
    for ligne in lignes:
        try:
            if ligne["horaires"]:
                OpeningHours(ligne["horaires"], country="FR")
        except SyntaxError as erreur:
            illisibles.append(f"{ligne['id']} : {erreur}")
    remplis = Counter(cle for ligne in lignes for cle, valeur in ligne.items() if valeur)
    print(
        f"horaires : {remplis['horaires']} lus sur {len(lignes)} lieux, {len(illisibles)} refusés"
    )
    print("coordonnées :", remplis["latitude"], "· téléphone :", remplis["telephone"])
    print(*illisibles[:20], sep="\n")
    return 1 if illisibles else 0


def _same(lignes: list[dict[str, str]], objets: list[dict[str, Any]]) -> int:
    """The JSON says what the CSV says."""
    memes = len(lignes) == len(objets) and all(
        {cle: str(valeur) for cle, valeur in objet.items()}
        == {cle: valeur for cle, valeur in ligne.items() if valeur}
        for ligne, objet in zip(lignes, objets, strict=True)
    )
    print(f"JSON : {len(objets)} objets,", "les mêmes" if memes else "d’autres que le CSV")
    return 0 if memes else 1


if __name__ == "__main__":
    sys.exit(main())
