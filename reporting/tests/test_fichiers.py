"""JSON and CSV of a report: the same figures as the PDF, safe and right in a spreadsheet."""

import csv
import io
import json
import re
from pathlib import Path

import pytest
from django.conf import settings

from reporting import fichiers
from reporting.tests import exemple

RAPPORTS = ["frequentation", "couverture"]


def rows_of(donnees, table: str) -> list[dict[str, str]]:
    texte = fichiers.csv_files(donnees)[f"{table}.csv"]
    assert texte.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(texte.removeprefix("\ufeff")), delimiter=";"))


@pytest.mark.parametrize("nom", RAPPORTS)
def test_the_json_holds_everything_in_a_stable_order(nom):
    donnees = getattr(exemple, nom)()
    texte = fichiers.json_text(donnees)
    assert json.loads(texte) == donnees
    assert fichiers.json_text(dict(reversed(donnees.items()))) == texte
    assert "Sillé" in texte
    assert '\n  "a_' in texte


@pytest.mark.parametrize("nom", [*RAPPORTS, "frequentation_vide", "couverture_vide"])
def test_every_table_is_a_rectangle(nom):
    for code, rows in fichiers.tables(getattr(exemple, nom)()).items():
        assert {len(row) for row in rows} == {len(rows[0])}, code


def test_a_line_of_the_csv_is_the_line_of_the_json():
    donnees = exemple.couverture()
    ligne = next(x for x in rows_of(donnees, "par_epci") if x["siren"] == "200040475")
    attendu = donnees["par_epci"][0]
    assert ligne["prevues"] == str(attendu["prevues"])
    assert ligne["minutes_tenues"] == str(attendu["minutes_tenues"])
    assert ligne["couvert"] == "oui"
    assert ligne["taux_tenue"] == "0,72"


def test_euros_have_a_decimal_comma_and_cents():
    ligne = rows_of(exemple.couverture(), "financements")[-1]
    assert ligne["conventionne"] == "1275000,5"


def test_nothing_to_divide_by_is_empty_and_unknown_is_said():
    assert rows_of(exemple.couverture_vide(), "motifs")[0]["part"] == ""
    ateliers = rows_of(exemple.frequentation(), "ateliers")
    assert ateliers[0]["capacite"] == "10"
    assert ateliers[3]["capacite"] == ""


def test_a_formula_in_a_name_is_text():
    donnees = exemple.frequentation()
    donnees["lieux_frequentes"][0]["nom"] = '=HYPERLINK("http://example.org")'
    assert rows_of(donnees, "lieux_frequentes")[0]["nom"].startswith("'=HYPERLINK")


@pytest.mark.parametrize("nom", RAPPORTS)
def test_the_documentation_gives_every_file_and_column(nom):
    page = (Path(settings.BASE_DIR) / "docs" / "fichiers.md").read_text(encoding="utf-8")
    donnees = getattr(exemple, nom)(2)
    donnees["changements"] = [{"chemin": "total.seances", "avant": 1, "apres": 2}]
    section = page.split("### Rapport de ")[1 if nom == "frequentation" else 2]
    for table in fichiers.all_tables(donnees):
        ligne = re.search(rf"^\| `{table.code}\.csv` .*$", section, re.MULTILINE)
        assert ligne, table.code
        for colonne in table.colonnes:
            assert f"`{colonne.cle}`" in ligne[0], (table.code, colonne.cle)
