"""Cells as French spreadsheets and French people write them."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from territoires.importers import cellules
from territoires.importers.cellules import CelluleRefusee, Lecture, choice_of, list_of

read_nature = choice_of(["individuel", "atelier"])


@pytest.mark.parametrize(
    ("read", "cellule", "attendu"),
    [
        (cellules.read_date, "2026-10-01", dt.date(2026, 10, 1)),
        (cellules.read_date, "01/10/2026", dt.date(2026, 10, 1)),
        (cellules.read_date, "29/2/2024", dt.date(2024, 2, 29)),
        (cellules.read_month, "2026-10", dt.date(2026, 10, 1)),
        (cellules.read_time, "9h", dt.time(9)),
        (cellules.read_time, "09:30", dt.time(9, 30)),
        (cellules.read_time, "09:30:00", dt.time(9, 30)),
        (cellules.read_decimal, "50 000,00", Decimal("50000.00")),
        (cellules.read_decimal, "-1250.5", Decimal("-1250.5")),
        (cellules.read_float, "48,06", 48.06),
        (cellules.read_float, "6.5e-05", 0.000065),
        (cellules.read_integer, "1 200", 1200),
        (cellules.read_boolean, "OUI", True),
        (cellules.read_boolean, "non", False),
        (cellules.read_code, "227 200 029 00019", "22720002900019"),
        (cellules.read_email, "Nadia@Exemple.FR", "nadia@exemple.fr"),
        (cellules.read_text, "deux\n  lignes", "deux lignes"),
        (read_nature, "Atelier", "atelier"),
        (list_of(read_nature), "atelier| individuel |atelier", ["atelier", "individuel"]),
    ],
)
def test_a_cell_is_read(read: Lecture, cellule: str, attendu: Any) -> None:
    assert read(cellule) == attendu


@pytest.mark.parametrize(
    ("read", "cellule", "phrase"),
    [
        (cellules.read_date, "10-2026", "n’est pas une date : écrivez AAAA-MM-JJ ou JJ/MM/AAAA."),
        (cellules.read_date, "31/02/2026", "« 31/02/2026 » n’existe pas dans le calendrier."),
        (cellules.read_date, "01/10/0206", "l’année 206 est invraisemblable."),
        (cellules.read_month, "2026-13", "n’est pas un mois : écrivez AAAA-MM"),
        (cellules.read_time, "25:00", "n’est pas une heure : écrivez HH:MM"),
        (cellules.read_decimal, "1.234,56", "n’est pas un nombre (exemple : 1250,50)."),
        (cellules.read_decimal, "nan", "n’est pas un nombre"),
        (cellules.read_float, "1e400", "n’est pas un nombre"),
        (cellules.read_integer, "1,5", "« 1,5 » n’est pas un nombre entier."),
        (cellules.read_integer, "²", "« ² » n’est pas un nombre entier."),
        (cellules.read_boolean, "1", "« 1 » : écrivez oui ou non."),
        (cellules.read_code, "2,272E+13", "un tableur a transformé ce numéro"),
        (cellules.read_uuid, "12", "« 12 » n’est pas un identifiant UUID"),
        (read_nature, "x", "« x » n’est pas accepté : choisissez parmi individuel, atelier."),
    ],
)
def test_a_cell_that_cannot_be_read_says_what_was_expected(
    read: Lecture, cellule: str, phrase: str
) -> None:
    with pytest.raises(CelluleRefusee) as refus:
        read(cellule)
    assert phrase in str(refus.value).replace("\u202f", " ")
