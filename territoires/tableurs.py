"""A table as a spreadsheet's file: XLSX, ODS or CSV. Pure; rows pass one at a time.

Cells keep their types. A text that a spreadsheet would run stays a text: nothing here writes
a formula, and in CSV, which knows no types, an apostrophe comes before it.
"""

import datetime as dt
import io
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from stream_write_ods import stream_write_ods

from territoires.csv_out import ENCODAGE, CsvWriter, is_formula

TYPES_MIME = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "csv": "text/csv; charset=utf-8",
}
# A sheet's name is at most 31 characters, without these.
_INTERDITS = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_LARGEURS = (10, 40)


def write_table(
    flux: IO[bytes], forme: str, titre: str, entete: list[str], lignes: Iterable[list[Any]]
) -> int:
    """Number of rows written, the header not counted."""
    compte = _Compte(lignes)
    {"xlsx": _write_xlsx, "ods": _write_ods, "csv": _write_csv}[forme](
        flux, titre.translate(_INTERDITS)[:31], entete, compte
    )
    return compte.nombre


class _Compte:
    def __init__(self, lignes: Iterable[list[Any]]) -> None:
        self._lignes = lignes
        self.nombre = 0

    def __iter__(self) -> Iterator[list[Any]]:
        for ligne in self._lignes:
            self.nombre += 1
            yield ligne


def _write_xlsx(
    flux: IO[bytes], titre: str, entete: list[str], lignes: Iterable[list[Any]]
) -> None:
    classeur = xlsxwriter.Workbook(flux, {"constant_memory": True})
    feuille = classeur.add_worksheet(titre)
    formats = {
        dt.date: classeur.add_format({"num_format": "dd/mm/yyyy"}),
        dt.datetime: classeur.add_format({"num_format": "dd/mm/yyyy hh:mm"}),
        dt.time: classeur.add_format({"num_format": "hh:mm"}),
        Decimal: classeur.add_format({"num_format": "#,##0.00"}),
        # Typed again in its cell, it is still a text.
        str: classeur.add_format({"quote_prefix": True}),
    }
    gras = classeur.add_format({"bold": True})
    feuille.freeze_panes(1, 0)
    for colonne, nom in enumerate(entete):
        feuille.set_column(colonne, colonne, min(max(_LARGEURS[0], len(nom) + 4), _LARGEURS[1]))
        feuille.write_string(0, colonne, nom, gras)
    for rang, ligne in enumerate(lignes, start=1):
        for colonne, valeur in enumerate(ligne):
            _write_cell(feuille, rang, colonne, valeur, formats)
    classeur.close()


def _write_cell(
    feuille: Any, rang: int, colonne: int, valeur: Any, formats: dict[type, Any]
) -> None:
    match valeur:
        case None | "":
            return
        case bool():
            feuille.write_boolean(rang, colonne, valeur)
        case int() | float():
            feuille.write_number(rang, colonne, valeur)
        case Decimal():
            feuille.write_number(rang, colonne, valeur, formats[Decimal])
        case dt.datetime() | dt.date() | dt.time():
            feuille.write_datetime(rang, colonne, valeur, formats[type(valeur)])
        case _:
            texte = str(valeur)
            feuille.write_string(rang, colonne, texte, formats[str] if is_formula(texte) else None)


def _write_ods(flux: IO[bytes], titre: str, entete: list[str], lignes: Iterable[list[Any]]) -> None:
    propres = ([_plain(valeur) for valeur in ligne] for ligne in lignes)
    for morceau in stream_write_ods([(titre, entete, propres)]):
        flux.write(morceau)


def _plain(valeur: Any) -> Any:
    """What the writer knows: an amount is a number, a time is told in letters."""
    match valeur:
        case None | "":
            return None
        case bool() | int() | float() | dt.datetime() | dt.date():
            return valeur
        case Decimal():
            return float(valeur)
        case dt.time():
            return f"{valeur:%H:%M}"
        case _:
            return _readable(str(valeur))


def _readable(texte: str) -> str:
    """Without the characters that XML cannot hold."""
    return "".join(c for c in texte if c >= " " or c in "\t\n\r")


def _write_csv(flux: IO[bytes], titre: str, entete: list[str], lignes: Iterable[list[Any]]) -> None:
    texte = io.TextIOWrapper(flux, encoding=ENCODAGE, newline="", write_through=True)
    writer = CsvWriter(texte, entete, virgule=True)
    for ligne in lignes:
        writer.write(ligne)
    texte.detach()
