"""Open a ZIP that a stranger made (an XLSX or an ODS is one) without unpacking more than we hold.

What an archive says of itself is read first, and refused; what it does not say is found while it is
unpacked, and refused there. Nothing is written on disk.
"""

import lzma
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from territoires.files import FichierRefuse

MEGAOCTET = 1024 * 1024
MORCEAU = 64 * 1024
# All that zipfile may raise on bytes that lie.
ABIME = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)
A_ENREGISTRER = "ouvrez-le dans un tableur et enregistrez-le à nouveau, ou en « CSV UTF-8 »."


@dataclass(frozen=True)
class Limites:
    """A workbook of 50,000 lines is about 15 entries and 20 MB of XML, packed ten to one.

    The ratio is looked at above `petit` only: a few spaces pack very well and cost nothing.
    """

    fichier: int = 30 * MEGAOCTET
    entrees: int = 500
    total: int = 200 * MEGAOCTET
    ratio: int = 100
    petit: int = MEGAOCTET


class Archive:
    def __init__(self, archive: zipfile.ZipFile, limites: Limites) -> None:
        self._archive, self._limites = archive, limites
        self._lus = 0

    @property
    def noms(self) -> list[str]:
        return self._archive.namelist()

    def read(self, nom: str) -> bytes:
        """The entry whole; FichierRefuse as soon as all that was read exceeds the limit."""
        morceaux = []
        try:
            with self._archive.open(nom) as flux:
                while morceau := flux.read(MORCEAU):
                    self._lus += len(morceau)
                    if self._lus > self._limites.total:
                        raise FichierRefuse(_too_big(self._limites))
                    morceaux.append(morceau)
        except FichierRefuse:  # a ValueError, as some of what follows
            raise
        except KeyError as erreur:
            raise FichierRefuse(f"il y manque « {nom} » : {A_ENREGISTRER}") from erreur
        except ABIME as erreur:
            raise FichierRefuse(f"il est abîmé : {A_ENREGISTRER}") from erreur
        return b"".join(morceaux)


def open_archive(flux: IO[bytes], limites: Limites = Limites()) -> Archive:
    """Raises FichierRefuse, before anything is unpacked, for what is no ZIP or would not fit."""
    if flux.seek(0, 2) > limites.fichier:
        raise FichierRefuse(f"il dépasse {limites.fichier // MEGAOCTET} Mo : découpez-le.")
    flux.seek(0)
    try:
        archive = zipfile.ZipFile(flux)
    except ABIME as erreur:
        raise FichierRefuse(
            f"ce n’est pas un classeur, ou il est abîmé : {A_ENREGISTRER}"
        ) from erreur
    _check(archive.infolist(), limites)
    return Archive(archive, limites)


def _check(entrees: list[zipfile.ZipInfo], limites: Limites) -> None:
    if len(entrees) > limites.entrees:
        raise FichierRefuse(f"il contient plus de {limites.entrees} fichiers : {A_ENREGISTRER}")
    if len({entree.filename for entree in entrees}) != len(entrees):
        raise FichierRefuse(f"deux de ses parties portent le même nom : {A_ENREGISTRER}")
    if sum(entree.file_size for entree in entrees) > limites.total:
        raise FichierRefuse(_too_big(limites))
    for entree in entrees:
        chemin = PurePosixPath(entree.filename.replace("\\", "/"))
        if chemin.is_absolute() or ".." in chemin.parts or ":" in entree.filename:
            raise FichierRefuse(f"une de ses parties sort de son dossier : {A_ENREGISTRER}")
        if entree.flag_bits & 1:
            raise FichierRefuse("il est protégé par un mot de passe : enregistrez-le sans.")
        serre = entree.file_size > limites.ratio * max(entree.compress_size, 1)
        if serre and entree.file_size > limites.petit:
            raise FichierRefuse(_too_big(limites))


def _too_big(limites: Limites) -> str:
    return (
        f"une fois ouvert, il dépasserait {limites.total // MEGAOCTET} Mo, ou il a été comprimé "
        f"d’une façon qui n’est pas celle d’un tableur : {A_ENREGISTRER}"
    )
