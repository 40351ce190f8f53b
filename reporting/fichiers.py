"""The machine-readable faces of a report: JSON text and CSV tables. Pure.

The same bytes are attached to the PDF and downloaded from the portal.
"""

import hashlib
import io
import json
import zipfile
from typing import Any

from reporting.tables.base import Table
from reporting.tables.communs import essentiel, tables_communes
from reporting.tables.couverture import tables_couverture
from reporting.tables.frequentation import tables_frequentation
from territoires.csv_out import write_csv

Donnees = dict[str, Any]


def all_tables(donnees: Donnees) -> list[Table]:
    """Every table of the report, in the order of its pages."""
    propres = tables_couverture if donnees["type"] == "couverture" else tables_frequentation
    return [essentiel(donnees), *propres(donnees), *tables_communes(donnees)]


def tables(donnees: Donnees) -> dict[str, list[list[Any]]]:
    """{code of the table: header of keys then lines}; docs/fichiers.md gives the columns."""
    return {table.code: table.rows() for table in all_tables(donnees)}


def csv_text(rows: list[list[Any]]) -> str:
    """For a French spreadsheet: BOM, semicolons, decimal comma, no live formula."""
    sortie = io.StringIO()
    entete, *lignes = rows
    write_csv(sortie, entete, lignes, virgule=True)
    return f"\ufeff{sortie.getvalue()}"


def csv_files(donnees: Donnees) -> dict[str, str]:
    """{file name: text}, one per table."""
    return {f"{code}.csv": csv_text(rows) for code, rows in tables(donnees).items()}


def csv_archive(donnees: Donnees) -> bytes:
    """Every CSV file in one ZIP; same figures, same bytes."""
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, texte in csv_files(donnees).items():
            archive.writestr(zipfile.ZipInfo(nom), texte.encode(), zipfile.ZIP_DEFLATED)
    return sortie.getvalue()


def json_text(donnees: Donnees) -> str:
    """Sorted keys: the database does not keep the order in which they were written."""
    return json.dumps(donnees, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def empreinte(donnees: Donnees) -> str:
    """SHA-256 of the JSON file, printed on the last page of the PDF."""
    return hashlib.sha256(json_text(donnees).encode()).hexdigest()
