"""Twenty thousand requests that nobody should send: half to the API, half to the pages.

    .venv/bin/python bench/fuzz.py [--requetes 20000] [--graine 1] [--roles gestionnaire ...]
    .venv/bin/python bench/fuzz.py --graine 1 --adresse admin:conseillers_poste_add --essais 23

The API is asked by schemathesis, from the schema of its views; the pages by hypothesis, from
their own forms (config/tests/fuzz*.py). Every request is forgotten. Exit code 1 on any 5xx,
uncaught exception, or answer of the API that its schema does not say; each is printed with the
command that asks it again; the same seed asks the same.
Works in a database of its own, dropped at the end.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from commun import administer, own_database

RACINE = Path(__file__).resolve().parent.parent
# Of each kind, by a session and by a token.
OPERATIONS, GENRES = 25, 4
TEST = "config/tests/test_fuzz.py::test_by_hand"


def options() -> argparse.Namespace:
    from config.tests.vocabulaire import ROLES

    analyse = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    analyse.add_argument("--requetes", type=int, default=20_000, help="en tout (20000)")
    analyse.add_argument("--graine", type=int, default=1, help="la même donne les mêmes requêtes")
    analyse.add_argument("--roles", nargs="+", choices=ROLES, default=list(ROLES), metavar="ROLE")
    analyse.add_argument("--partie", choices=("api", "pages"), help="l’une des deux seulement")
    analyse.add_argument("--adresse", default="", help="une seule, comme affichée")
    analyse.add_argument("--essais", type=int, help="requêtes par adresse, comme affiché")
    analyse.add_argument("--detail", action="store_true", help="une ligne par adresse")
    return analyse.parse_args()


def command(choix: argparse.Namespace, sortie: Path) -> dict[str, Any]:
    """How many draws at each address make that many requests."""
    from config.tests.regles import REGLES
    from config.tests.vocabulaire import ROLES_API

    pages = sum(not nom.startswith("api:") for nom in REGLES)
    roles = sum(role in choix.roles for role in ROLES_API)
    moitie = choix.requetes / (1 if choix.partie else 2)
    essais_api = choix.essais or round(moitie / max(1, OPERATIONS * GENRES * roles) + 0.5)
    essais_pages = choix.essais or round(moitie / pages + 0.5)
    api = choix.partie != "pages" and choix.adresse[:1] in ("", "G", "P")
    return {
        "graine": choix.graine,
        "roles": choix.roles,
        "adresse": choix.adresse,
        "essais_api": essais_api if api else 0,
        "essais_pages": essais_pages if choix.partie != "api" else 0,
        "sortie": str(sortie),
    }


def play(choix: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as dossier:
        sortie = Path(dossier) / "compte.json"
        os.environ["FUZZ"] = json.dumps(command(choix, sortie))
        # A file left open by a refused request is a warning, not an answer.
        sans = ["-p", "no:cacheprovider", "-p", "no:unraisableexception"]
        if pytest.main([TEST, "-q", *sans, "--rootdir", str(RACINE)]):
            sys.exit(2)
        return json.loads(sortie.read_text())


def tell(compte: dict[str, Any], detail: bool) -> None:
    par_partie: dict[str, Counter[str]] = {"API": Counter(), "pages": Counter()}
    par_adresse: dict[str, Counter[str]] = {}
    for adresse, classe, nombre in compte["statuts"]:
        par_partie["API" if "/api/" in adresse else "pages"][classe] += nombre
        par_adresse.setdefault(adresse, Counter())[classe] += nombre
    for nom, classes in [*par_partie.items(), *(par_adresse.items() if detail else ())]:
        repartition = ", ".join(f"{c} {n}" for c, n in sorted(classes.items()))
        print(f"{nom} : {classes.total()} requêtes ({repartition})")
    print("par rôle : " + ", ".join(f"{r} {n}" for r, n in sorted(compte["roles"].items())))
    for ecart, nombre in sorted(compte["ecarts"].items()):
        print(f"écart au schéma : {ecart} ({nombre})")
    for constat in compte["constats"]:
        print(f"\nERREUR {constat}")
    print(f"\n{len(compte['constats'])} erreur(s) du serveur différente(s)")


def main() -> int:
    os.chdir(RACINE)
    debut = time.monotonic()
    serveur, base = own_database()
    try:
        compte = play(options())
    finally:
        # pytest has dropped its own, which is named after this one.
        administer(serveur, f"DROP DATABASE {base}")
    tell(compte, "--detail" in sys.argv)
    print(f"en {time.monotonic() - debut:.0f} s")
    return int(bool(compte["constats"] or compte["ecarts"]))


if __name__ == "__main__":
    sys.exit(main())
