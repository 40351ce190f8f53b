"""Write a backup: rows and files of one instant, checked against each other, then renamed."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import os
import re
import subprocess
import tarfile
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils import timezone

from reporting.models import Rapport
from reporting.services.sauvegarde.cles import Publique
from reporting.services.sauvegarde.coffre import BASE, FICHIERS, MANIFESTE, sealed
from reporting.services.sauvegarde.empreintes import fingerprint_of
from reporting.services.sauvegarde.erreurs import SauvegardeImpossible, cause_of
from reporting.services.sauvegarde.manifeste import FORMAT, SQL_FICHIERS, SQL_MIGRATIONS, SQL_TABLES
from reporting.services.sauvegarde.postgres import (
    ask,
    environment,
    opened,
    our_base,
    program,
    why,
)

MORCEAU = 8 * 1024 * 1024
# A provisional report drawn again during the backup takes its old file away: start again.
ESSAIS = 3


class FichierChange(Exception):
    """A row of the snapshot names a file that the row of now no longer names."""


@dataclass(frozen=True)
class Ecrite:
    chemin: Path
    taille: int
    lignes: int
    fichiers: int
    manquants: list[str]


def write_backup(
    *, dossier: Path, cles: Sequence[Publique], instance: str, malgre_manques: bool = False
) -> Ecrite:
    """One file, mode 0600, under its name only once complete. Raises SauvegardeImpossible."""
    instant = timezone.now().astimezone(dt.UTC)
    nom = f"{_slug(instance)}-{instant:%Y%m%dT%H%M%SZ}.tar.age"
    try:
        dossier.mkdir(mode=0o700, parents=True, exist_ok=True)
        for essai in range(ESSAIS):
            with suppress(FichierChange):
                return _write(dossier, nom, cles, instance, malgre_manques, essai == ESSAIS - 1)
    except OSError as erreur:
        raise SauvegardeImpossible(
            f"Impossible d’écrire dans {dossier} : {cause_of(erreur)}. Rien n’en est gardé."
        ) from erreur
    raise AssertionError("the last try does not start again")


def _write(
    dossier: Path, nom: str, cles: Sequence[Publique], instance: str, malgre: bool, dernier: bool
) -> Ecrite:
    partiel = dossier / f".{nom}.partiel"
    try:
        descripteur = os.open(partiel, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with open(descripteur, "wb") as sortie:
            with sealed(sortie, cles) as tar:
                manifeste = _fill(tar, instance, malgre, dernier)
            sortie.flush()
            os.fsync(sortie.fileno())
        partiel.rename(dossier / nom)
    finally:
        partiel.unlink(missing_ok=True)
    return Ecrite(
        dossier / nom,
        (dossier / nom).stat().st_size,
        sum(manifeste["tables"].values()),
        len(manifeste["fichiers"]),
        manifeste["manquants"],
    )


def _fill(tar: tarfile.TarFile, instance: str, malgre: bool, dernier: bool) -> dict[str, Any]:
    with opened(our_base()) as lien:
        lien.set_session(isolation_level="REPEATABLE READ", readonly=True)
        photo = ask(lien, "SELECT pg_export_snapshot()")[0][0]
        majeure = lien.server_version // 10_000
        manifeste: dict[str, Any] = {
            "format": FORMAT,
            "instance": instance,
            "faite_le": timezone.now().isoformat(timespec="seconds"),
            "postgresql": majeure,
            "tables": {
                table: ask(lien, f'SELECT count(*) FROM public."{table}"')[0][0]
                for (table,) in ask(lien, SQL_TABLES)
            },
            "migrations": sorted([*ligne] for ligne in ask(lien, SQL_MIGRATIONS)),
        }
        fichiers = [[*ligne] for ligne in ask(lien, SQL_FICHIERS)]
        manifeste["base"] = _dump(tar, photo, majeure)
    manifeste["manquants"] = _add_files(tar, fichiers, malgre, dernier)
    manifeste["fichiers"] = [f for f in fichiers if f[1] not in manifeste["manquants"]]
    _add(tar, MANIFESTE, json.dumps(manifeste, ensure_ascii=False, indent=1).encode())
    return manifeste


def _dump(tar: tarfile.TarFile, photo: str, majeure: int) -> dict[str, Any]:
    """pg_dump of that very snapshot, by pieces: tar wants to know a size before it begins."""
    commande = [
        program("pg_dump", majeure), "--format=custom", f"--snapshot={photo}", "--no-owner",
        "--no-privileges", "--lock-wait-timeout=60000",
    ]  # fmt: skip
    empreinte, taille, rang = hashlib.sha256(), 0, 0
    with tempfile.TemporaryFile() as erreurs:
        with subprocess.Popen(
            commande, env=environment(our_base()), stdout=subprocess.PIPE, stderr=erreurs
        ) as pg_dump:
            assert pg_dump.stdout
            try:
                while morceau := pg_dump.stdout.read(MORCEAU):
                    rang += 1
                    empreinte.update(morceau)
                    taille += len(morceau)
                    _add(tar, f"{BASE}{rang:06}", morceau)
            finally:
                pg_dump.stdout.close()
        if pg_dump.returncode:
            raise SauvegardeImpossible(f"La base n’a pas pu être copiée : {why(erreurs)}")
    return {"sha256": empreinte.hexdigest(), "taille": taille}


def _add_files(
    tar: tarfile.TarFile, fichiers: list[list[str]], malgre: bool, dernier: bool
) -> list[str]:
    manquants = []
    for champ, nom, attendue in fichiers:
        try:
            with Rapport._meta.get_field("pdf").storage.open(nom, "rb") as flux:
                contenu = flux.read()
        except FileNotFoundError:
            ecart = "manque"
        except OSError as erreur:
            ecart = f"ne peut pas être lu ({cause_of(erreur)})"
        else:
            juste = not attendue or fingerprint_of(champ, contenu) == attendue
            ecart = "" if juste else "n’est plus celui de sa ligne (son empreinte diffère)"
        if not ecart:
            _add(tar, f"{FICHIERS}{nom}", contenu)
        elif not dernier and not Rapport.objects.filter(**{champ: nom}).exists():
            raise FichierChange(nom)
        elif not malgre:
            raise SauvegardeImpossible(
                f"Sauvegarde refusée : le fichier {nom} {ecart}. Reprenez-le d’une sauvegarde, ou "
                "relancez ce rapport depuis la page de son mois ; pour sauvegarder sans lui en "
                "attendant : --malgre-manques."
            )
        else:
            manquants.append(nom)
    return manquants


def _add(tar: tarfile.TarFile, nom: str, contenu: bytes) -> None:
    membre = tarfile.TarInfo(nom)
    membre.size, membre.mode = len(contenu), 0o600
    tar.addfile(membre, io.BytesIO(contenu))


def _slug(instance: str) -> str:
    return re.sub(r"[^a-z0-9.]+", "-", instance.lower()).strip("-.") or "service"
