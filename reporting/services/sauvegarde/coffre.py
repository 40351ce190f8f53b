"""The archive: a tar inside the age format, written and read as it flows, never in clear on disk.

    base/000001…    what pg_dump wrote, in order: `cat base/* | pg_restore`
    fichiers/…      the reports' files, under the names that their rows give
    manifeste.json  what must be found in them, last

The age and tar commands of any Debian open it without us.
"""

from __future__ import annotations

import os
import tarfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import IO

import pyrage

from reporting.services.sauvegarde.cles import Privee, Publique
from reporting.services.sauvegarde.erreurs import SauvegardeImpossible, cause_of

BASE, FICHIERS, MANIFESTE = "base/", "fichiers/", "manifeste.json"
ENTETE = b"age-encryption.org/v1\n"
PHRASE_ABIME = (
    "Cette sauvegarde est abîmée ou incomplète : rien n’a été restauré. Prenez-en une autre copie, "
    "ou la précédente."
)
PHRASE_CLE = (
    "Cette clé n’ouvre pas cette sauvegarde, chiffrée pour une autre : rien n’a été restauré. "
    "Essayez avec la clé de l’autre dépositaire."
)
PHRASE_AUTRE_FICHIER = "Ce fichier n’est pas une sauvegarde (format age attendu)."


@contextmanager
def sealed(sortie: IO[bytes], cles: Sequence[Publique]) -> Iterator[tarfile.TarFile]:
    """A tar to write into; what comes out in `sortie` is encrypted."""
    lit, ecrit = os.pipe()

    def encrypt() -> None:
        with open(lit, "rb") as clair:  # closed on failure: who writes is told at once
            pyrage.encrypt_io(clair, sortie, cles)

    with ThreadPoolExecutor(1) as fil:
        travail = fil.submit(encrypt)
        try:
            with open(ecrit, "wb") as tuyau, tarfile.open(fileobj=tuyau, mode="w|") as tar:
                yield tar
        except BrokenPipeError as rompu:
            raise _unwritten(travail.exception() or rompu) from rompu  # the other end knows why
        if erreur := travail.exception():
            raise _unwritten(erreur) from erreur


@contextmanager
def unsealed(entree: IO[bytes], cles: Sequence[Privee]) -> Iterator[tarfile.TarFile]:
    """The tar to read; leaving it without an error means that it was whole and untouched."""
    if entree.read(len(ENTETE)) != ENTETE:
        raise SauvegardeImpossible(PHRASE_AUTRE_FICHIER)
    entree.seek(0)
    lit, ecrit = os.pipe()

    def decrypt() -> None:
        with open(ecrit, "wb") as clair:
            pyrage.decrypt_io(entree, clair, cles)

    with ThreadPoolExecutor(1) as fil:
        travail = fil.submit(decrypt)
        try:
            with open(lit, "rb") as tuyau:
                with tarfile.open(fileobj=tuyau, mode="r|") as tar:
                    yield tar
                while tuyau.read(1 << 16):  # to its end, which says that nothing was cut off
                    pass
        except tarfile.TarError as erreur:
            raise _unreadable(travail.exception() or erreur) from erreur
        if erreur_lue := travail.exception():
            raise _unreadable(erreur_lue) from erreur_lue


def _unwritten(erreur: BaseException) -> SauvegardeImpossible:
    return SauvegardeImpossible(
        f"La sauvegarde n’a pas pu être écrite : {cause_of(erreur)}. Rien n’en est gardé."
    )


def _unreadable(erreur: BaseException) -> SauvegardeImpossible:
    if "No matching keys" in str(erreur):
        return SauvegardeImpossible(PHRASE_CLE)
    return SauvegardeImpossible(PHRASE_ABIME)
