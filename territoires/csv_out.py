"""CSV files out, as French spreadsheets open them: UTF-8 with BOM, `;`, no live formula."""

import csv
import datetime as dt
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, TextIO

ENCODAGE = "utf-8-sig"
SEPARATEUR = ";"
_DEBUTS_DE_FORMULE = ("=", "+", "-", "@", "\t", "\r")
_NOMBRE = re.compile(r"[+-]?\d+([.,]\d+)?")


def is_formula(texte: str) -> bool:
    """True when a spreadsheet would run this text; a plain signed number is none."""
    return texte.startswith(_DEBUTS_DE_FORMULE) and not _NOMBRE.fullmatch(texte)


def neutralised(texte: str) -> str:
    """The text with an apostrophe in front where a spreadsheet would run it (CSV and XLSX)."""
    return f"'{texte}" if is_formula(texte) else texte


def unprotected(texte: str) -> str:
    """What `neutralised` was given."""
    return texte[1:] if texte[:1] == "'" and is_formula(texte[1:]) else texte


def cell(valeur: Any, *, virgule: bool = False) -> str:
    """One value as text: ISO dates, oui/non, lists joined by `|`, empty for None.

    `virgule` writes decimals with a comma.
    """
    match valeur:
        case None:
            return ""
        case bool():
            return "oui" if valeur else "non"
        case float() | Decimal():
            texte = f"{Decimal(str(valeur)):f}"
            return texte.replace(".", ",") if virgule else texte
        case dt.date() | dt.time():
            return valeur.isoformat()
        case list() | tuple():
            return neutralised("|".join(str(partie) for partie in valeur))
        case _:
            return neutralised(str(valeur))


class CsvWriter:
    """Rows to a text stream opened with `newline=""` and, for a file, `ENCODAGE`."""

    def __init__(self, flux: TextIO, entete: Iterable[str], *, virgule: bool = False) -> None:
        self._rows = csv.writer(flux, delimiter=SEPARATEUR, lineterminator="\r\n")
        self._virgule = virgule
        self._rows.writerow([cell(nom) for nom in entete])

    def write(self, valeurs: Iterable[Any]) -> None:
        self._rows.writerow([cell(valeur, virgule=self._virgule) for valeur in valeurs])


def write_csv(
    flux: TextIO, entete: Iterable[str], lignes: Iterable[Iterable[Any]], *, virgule: bool = False
) -> None:
    """A whole table; see `CsvWriter`."""
    writer = CsvWriter(flux, entete, virgule=virgule)
    for ligne in lignes:
        writer.write(ligne)
