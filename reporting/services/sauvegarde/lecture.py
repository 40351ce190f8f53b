"""Read a backup from one end to the other, and find in it all that its manifest says."""

from __future__ import annotations

import hashlib
import tarfile
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from reporting.services.sauvegarde.cles import Privee
from reporting.services.sauvegarde.coffre import (
    BASE,
    FICHIERS,
    MANIFESTE,
    PHRASE_ABIME,
    unsealed,
)
from reporting.services.sauvegarde.empreintes import fingerprint_of
from reporting.services.sauvegarde.erreurs import SauvegardeImpossible, cause_of
from reporting.services.sauvegarde.manifeste import read_manifeste

# A report's file is a few megabytes, a piece of the base eight.
MEMBRE_MAX = 512 * 1024 * 1024
Depot = Callable[[str, bytes], object]


def read_backup(
    chemin: Path,
    cles: Sequence[Privee],
    *,
    base: Depot = lambda nom, contenu: None,
    fichier: Depot = lambda nom, contenu: None,
) -> dict[str, Any]:
    """The manifest, once every byte was found as it says; the pieces are handed over on the way.

    Called once for nothing, before anything is written, then once to restore.
    """
    try:
        entree = chemin.open("rb")
    except OSError as erreur:
        raise SauvegardeImpossible(
            f"Impossible de lire {chemin} : {cause_of(erreur)}. Rien n’a été restauré."
        ) from erreur
    with entree, unsealed(entree, cles) as tar:
        return _walk(tar, base, fichier)


def _walk(tar: tarfile.TarFile, base: Depot, fichier: Depot) -> dict[str, Any]:
    empreinte, taille = hashlib.sha256(), 0
    vus: dict[str, list[str]] = {}
    manifeste: dict[str, Any] | None = None
    for membre in tar:
        contenu = _content(tar, membre)
        if membre.name.startswith(BASE):
            empreinte.update(contenu)
            taille += len(contenu)
            base(membre.name, contenu)
        elif membre.name.startswith(FICHIERS):
            nom = _safe(membre.name.removeprefix(FICHIERS))
            vus[nom] = [fingerprint_of(champ, contenu) for champ in ("pdf", "page")]
            fichier(nom, contenu)
        elif membre.name == MANIFESTE:
            manifeste = read_manifeste(contenu)
    if manifeste is None or manifeste["base"] != {
        "sha256": empreinte.hexdigest(),
        "taille": taille,
    }:
        raise SauvegardeImpossible(PHRASE_ABIME)
    for champ, nom, attendue in manifeste["fichiers"]:
        if nom not in vus or (attendue and attendue not in vus[nom]):
            raise SauvegardeImpossible(f"{PHRASE_ABIME} (fichier {champ} : {nom})")
    return manifeste


def _content(tar: tarfile.TarFile, membre: tarfile.TarInfo) -> bytes:
    flux = tar.extractfile(membre) if membre.isreg() and membre.size <= MEMBRE_MAX else None
    if flux is None:
        raise SauvegardeImpossible(PHRASE_ABIME)
    return flux.read()


def _safe(nom: str) -> str:
    """Whoever has the public key can write an archive: its names stay inside the folder."""
    chemin = PurePosixPath(nom)
    if chemin.is_absolute() or ".." in chemin.parts or not chemin.parts or "\0" in nom:
        raise SauvegardeImpossible(PHRASE_ABIME)
    return nom
