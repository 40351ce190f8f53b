"""CSV files that a French spreadsheet opens without harm."""

import datetime as dt
import io
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territoires.csv_out import cell, is_formula, neutralised, unprotected, write_csv


def test_a_table_is_written_with_semicolons_and_a_decimal_comma_when_asked() -> None:
    flux = io.StringIO()
    write_csv(flux, ["nom", "montant"], [["Brûlon; 72", Decimal("-1250.50")]], virgule=True)
    assert flux.getvalue() == 'nom;montant\r\n"Brûlon; 72";-1250,50\r\n'


@pytest.mark.parametrize(
    ("valeur", "attendu"),
    [
        (None, ""),
        (True, "oui"),
        (False, "non"),
        (-3, "-3"),
        (0.00001, "0.00001"),
        (dt.date(2026, 10, 1), "2026-10-01"),
        (["email", "sante"], "email|sante"),
        ("=1+1", "'=1+1"),
        ("@somme", "'@somme"),
        ("-12,5", "-12,5"),
        ("-1+cmd", "'-1+cmd"),
        ("\t=1", "'\t=1"),
    ],
)
def test_a_value_is_written_as_it_will_be_read(valeur: Any, attendu: str) -> None:
    assert cell(valeur) == attendu


@given(st.text())
def test_neutralising_is_undone_when_the_file_comes_back(texte: str) -> None:
    assert not is_formula(neutralised(texte))
    if is_formula(texte):
        assert unprotected(neutralised(texte)) == texte
