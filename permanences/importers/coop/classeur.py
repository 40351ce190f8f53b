"""The sheets of a workbook that a stranger may have made, row after row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Any

from python_calamine import CalamineError, CalamineWorkbook

from territoires.archives import A_ENREGISTRER, open_archive
from territoires.files import FichierRefuse

LIGNES_MAX, COLONNES_MAX = 100_000, 300
_ANCIEN = b"\xd0\xcf\x11\xe0"
_FEUILLE = re.compile(r"xl/worksheets/[^/]+\.xml", re.I)
# Where a cell says it stands: one cell at the far corner, and the reader would fill all between.
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,3})([0-9]{1,9})["']""")
Cellules = list[Any]
PHRASE_EXPORT = "redemandez l’export à La Coop, au format tableur, et envoyez-le tel quel."


def open_workbook(flux: IO[bytes]) -> CalamineWorkbook:
    """Raises FichierRefuse, in French, for what is no workbook or would not fit."""
    tete = flux.read(4)
    flux.seek(0)
    if not tete:
        raise FichierRefuse("il est vide : " + PHRASE_EXPORT)
    if tete == _ANCIEN:
        raise FichierRefuse(
            "il est protégé par un mot de passe, ou d’un ancien format (.xls) : enregistrez-le "
            "au format .xlsx, sans mot de passe."
        )
    if tete[:2] != b"PK":
        raise FichierRefuse(f"ce n’est pas un classeur .xlsx : {PHRASE_EXPORT}")
    archive = open_archive(flux)
    if "xl/workbook.xml" not in archive.noms:
        raise FichierRefuse(f"ce n’est pas un classeur .xlsx : {PHRASE_EXPORT}")
    for nom in archive.noms:
        # Unpacked once within our limits, whatever it says of itself.
        contenu = archive.read(nom)
        if _FEUILLE.fullmatch(nom):
            _check_extent(contenu)
    flux.seek(0)
    try:
        return CalamineWorkbook.from_filelike(flux)
    except CalamineError as erreur:
        raise FichierRefuse(f"il est abîmé : {A_ENREGISTRER}") from erreur


def rows_of(classeur: CalamineWorkbook, feuille: str) -> Iterator[tuple[int, Cellules]]:
    """(line as a spreadsheet numbers it, cells). Raises FichierRefuse."""
    try:
        yield from enumerate(classeur.get_sheet_by_name(feuille).iter_rows(), start=1)
    except CalamineError as erreur:
        raise FichierRefuse(f"sa feuille « {feuille} » est abîmée : {A_ENREGISTRER}") from erreur


def _check_extent(contenu: bytes) -> None:
    for place in _PLACE.finditer(contenu):
        colonne = 0
        for lettre in place[1].upper():
            colonne = colonne * 26 + lettre - 64
        if int(place[2]) > LIGNES_MAX or colonne > COLONNES_MAX:
            raise FichierRefuse(
                f"une de ses feuilles s’étend au-delà de {LIGNES_MAX} lignes ou de "
                f"{COLONNES_MAX} colonnes : {PHRASE_EXPORT}"
            )
