"""Restore a backup, whole or not at all: one transaction for the rows, one rename for the files."""

from __future__ import annotations

import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psycopg2
from django.db import connections

from reporting.services.sauvegarde.cles import Privee
from reporting.services.sauvegarde.erreurs import SauvegardeImpossible, cause_of
from reporting.services.sauvegarde.lecture import read_backup
from reporting.services.sauvegarde.manifeste import SQL_TABLES, migrations_to_run, sql_checks
from reporting.services.sauvegarde.postgres import (
    Base,
    ask,
    environment,
    opened,
    our_base,
    program,
    why,
)

# Beside the reports, on the same disk: a rename is all or nothing.
ATTENTE = ".restauration-"
SQL_AUTRES = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
# Seconds for what has just been stopped to be gone, on a busy machine.
PATIENCE = 5
AVANT = """\\set ON_ERROR_STOP on
SET lock_timeout = '15s';
BEGIN;
"""
VIDE = "DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n"
# Sessions of that day are over; files that imports were waiting for are not kept.
APRES = """
SET search_path = public;
SET LOCAL pghistory.context_metadata = '{"porte": "commande", "origine": "restore"}';
DELETE FROM django_session;
UPDATE conseillers_importfichier SET fichier = '', apercu = '', rejets = '',
    etat = CASE WHEN etat IN ('lecture', 'a_confirmer', 'ecriture') THEN 'expire' ELSE etat END
    WHERE fichier <> '' OR apercu <> '' OR rejets <> '';
UPDATE permanences_importcoop SET lecture = '', apercu = '', confirme_le = NULL, au_nom_de = '',
    etat = CASE WHEN etat IN ('en_lecture', 'a_confirmer', 'en_cours') THEN 'abandonne'
                ELSE etat END
    WHERE lecture <> '' OR apercu <> '' OR etat = 'en_cours';
COMMIT;
ANALYZE;
"""


@dataclass(frozen=True)
class Restauree:
    manifeste: dict[str, Any]
    a_migrer: list[str]
    secondes: float
    mis_de_cote: list[Path]

    @property
    def lignes(self) -> int:
        return sum(self.manifeste["tables"].values())

    @property
    def fichiers(self) -> int:
        return len(self.manifeste["fichiers"])


def restore_backup(
    *,
    chemin: Path,
    cles: Sequence[Privee],
    dossier: Path,
    base: Base | None = None,
    remplacer: str = "",
) -> Restauree:
    """Into `dossier` and `base` (Django's own). SauvegardeImpossible: nothing was written.

    `remplacer`: the name of the database, said again, to replace what it and the folder hold.
    """
    debut, base = time.monotonic(), base or our_base()
    connections.close_all()
    majeure = _refuse_occupied(base, dossier, remplacer)
    lue = read_backup(chemin, cles)
    a_migrer = migrations_to_run(lue)
    if lue["postgresql"] > majeure:
        raise SauvegardeImpossible(
            f"Cette sauvegarde vient de PostgreSQL {lue['postgresql']}, ce serveur est un "
            f"PostgreSQL {majeure} : il faut la même version ou une plus récente. Rien n’a été "
            "restauré."
        )
    for laissee in dossier.glob(f"{ATTENTE}*"):  # by a restoration that was killed
        shutil.rmtree(laissee, ignore_errors=True)
    attente = dossier / f"{ATTENTE}{secrets.token_hex(6)}"
    try:
        dossier.mkdir(parents=True, exist_ok=True)
        attente.mkdir(mode=0o700)
        mis_de_cote = _restore(chemin, cles, base, majeure, attente, remplacer)
    except OSError as erreur:
        raise SauvegardeImpossible(
            f"Impossible de restaurer dans {dossier} : {cause_of(erreur)}. Rien n’a été restauré."
        ) from erreur
    finally:
        shutil.rmtree(attente, ignore_errors=True)
    return Restauree(lue, a_migrer, time.monotonic() - debut, mis_de_cote)


def _restore(
    chemin: Path,
    cles: Sequence[Privee],
    base: Base,
    majeure: int,
    attente: Path,
    remplacer: str,
) -> list[Path]:
    with (
        tempfile.TemporaryFile() as erreurs,
        _psql(base, majeure, erreurs, remplacer) as psql,
    ):
        manifeste = _fill(chemin, cles, majeure, attente, psql)
        with _files_in_place(attente, attente.parent) as mis_de_cote:
            _say(psql, sql_checks(manifeste) + APRES)
            _close(psql)
            if psql.returncode:
                raise SauvegardeImpossible(_refusal(erreurs))
    return mis_de_cote


def verify_backup(*, chemin: Path, cles: Sequence[Privee]) -> Restauree:
    """Restore for good, into a database and a folder made for that, and dropped afterwards."""
    base = our_base()
    nom = f"verification_{secrets.token_hex(6)}"
    with opened(base) as lien, tempfile.TemporaryDirectory(prefix="cn-verification-") as dossier:
        lien.autocommit = True
        _do(lien, f"CREATE DATABASE {nom} TEMPLATE template0")
        try:
            return restore_backup(
                chemin=chemin, cles=cles, dossier=Path(dossier), base=base | {"dbname": nom}
            )
        finally:
            _do(lien, f"DROP DATABASE {nom} WITH (FORCE)")


def _do(lien: Any, sql: str) -> None:
    try:
        with lien.cursor() as curseur:
            curseur.execute(sql)
    except psycopg2.Error as erreur:
        raise SauvegardeImpossible(
            f"La base de vérification ne peut pas être créée ni retirée : {str(erreur).strip()}. "
            "Le compte de la base doit avoir le droit CREATEDB."
        ) from erreur


def _refuse_occupied(base: Base, dossier: Path, remplacer: str) -> int:
    """The server's major version."""
    if remplacer and remplacer != base.get("dbname"):
        raise SauvegardeImpossible(
            f"La base s’appelle « {base.get('dbname')} », pas « {remplacer} » : rien n’est fait."
        )
    with opened(base) as lien:
        occupee = bool(ask(lien, SQL_TABLES)) or any(dossier.glob("rapports/**/*.*"))
        ailleurs = _still_here(lien) if remplacer else 0
        majeure = lien.server_version // 10_000
    if occupee and not remplacer:
        raise SauvegardeImpossible(
            f"La base « {base.get('dbname')} » ou le dossier {dossier} n’est pas vide : restaurez "
            "dans une base neuve, sans « migrate ». Pour tout remplacer quand même, redites le nom "
            f"de la base : --remplacer {base.get('dbname')}"
        )
    if ailleurs:
        raise SauvegardeImpossible(
            f"Le service tourne encore sur cette base ({ailleurs} connexion(s)) : arrêtez le "
            "serveur web, les tâches et le calendrier, puis recommencez."
        )
    return majeure


def _still_here(lien: Any) -> int:
    """Other connections, once those that were just closed have had time to leave."""
    fin = time.monotonic() + PATIENCE
    while (ailleurs := ask(lien, SQL_AUTRES)[0][0]) and time.monotonic() < fin:
        time.sleep(0.1)
        lien.rollback()  # who is there is read once in a transaction
    return int(ailleurs)


@contextmanager
def _psql(
    base: Base, majeure: int, erreurs: IO[bytes], remplacer: str
) -> Iterator[subprocess.Popen[bytes]]:
    """psql inside a transaction: whatever interrupts us, what is not committed never was."""
    commande = [program("psql", majeure), "--no-psqlrc", "--quiet", "--output=/dev/null"]
    psql = subprocess.Popen(
        commande, env=environment(base), stdin=subprocess.PIPE, stderr=erreurs,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _say(psql, AVANT + (VIDE if remplacer else ""))
        yield psql
    except BrokenPipeError as erreur:
        _close(psql)
        raise SauvegardeImpossible(_refusal(erreurs)) from erreur
    finally:
        _close(psql)


def _close(programme: subprocess.Popen[bytes]) -> None:
    with suppress(BrokenPipeError):
        if programme.stdin:
            programme.stdin.close()
    programme.wait()


def _say(psql: subprocess.Popen[bytes], sql: str) -> None:
    assert psql.stdin
    psql.stdin.write(sql.encode())
    psql.stdin.flush()


def _refusal(erreurs: IO[bytes]) -> str:
    dite = why(erreurs)
    if "No space left" in dite:
        dite = "le disque de la base est plein"
    return f"PostgreSQL refuse la restauration : {dite}. Rien n’a été restauré."


def _fill(
    chemin: Path,
    cles: Sequence[Privee],
    majeure: int,
    attente: Path,
    psql: subprocess.Popen[bytes],
) -> dict[str, Any]:
    """The rows through pg_restore into psql's open transaction, the files into the waiting room."""
    with tempfile.TemporaryFile() as erreurs:
        pg_restore = subprocess.Popen(
            [program("pg_restore", majeure), "--no-owner", "--no-privileges", "--file=-"],
            stdin=subprocess.PIPE, stdout=psql.stdin, stderr=erreurs, env=environment({}),
        )  # fmt: skip
        assert pg_restore.stdin
        tuyau = pg_restore.stdin
        rompu = None
        try:
            manifeste = read_backup(
                chemin,
                cles,
                base=lambda _nom, contenu: tuyau.write(contenu),
                fichier=lambda nom, contenu: _keep(attente / nom, contenu),
            )
        except BrokenPipeError as erreur:
            rompu = erreur
        finally:
            _close(pg_restore)
        if _has_stopped(psql, casse=pg_restore.returncode == -signal.SIGPIPE):
            raise BrokenPipeError
        if rompu or pg_restore.returncode:
            raise SauvegardeImpossible(
                f"La copie de la base ne peut pas être lue : {why(erreurs)}. Rien n’a été restauré."
            ) from rompu
    return manifeste


def _has_stopped(psql: subprocess.Popen[bytes], *, casse: bool) -> bool:
    """`casse`: nobody reads any more, so psql is about to end, and knows why."""
    with suppress(subprocess.TimeoutExpired):
        psql.wait(timeout=PATIENCE if casse else 0)
    return psql.returncode is not None


def _keep(chemin: Path, contenu: bytes) -> None:
    chemin.parent.mkdir(parents=True, exist_ok=True)
    chemin.write_bytes(contenu)


@contextmanager
def _files_in_place(attente: Path, dossier: Path) -> Iterator[list[Path]]:
    """The files under their names while the rows are committed; back as before if they are not."""
    faits: list[tuple[Path, Path]] = []
    mis_de_cote: list[Path] = []
    try:
        for neuf in sorted(attente.iterdir()):
            place = dossier / neuf.name
            if place.exists():
                ancien = dossier / f"{neuf.name}-avant-{attente.name.removeprefix(ATTENTE)}"
                place.rename(ancien)
                faits.append((place, ancien))
                mis_de_cote.append(ancien)
            neuf.rename(place)
            faits.append((neuf, place))
        yield mis_de_cote
    except BaseException:
        for avant, apres in reversed(faits):
            apres.rename(avant)
        raise
