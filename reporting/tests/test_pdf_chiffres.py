"""Every number of the JSON is in the PDF, in French, on its own line."""

import json
import re
import subprocess

import pytest

from reporting.selectors import donnees_du_mois
from reporting.tests import exemple
from reporting.tests.lecture import Lecture, expected_lines, missing_from
from reporting.tests.lecture.base import printed
from reporting.tests.pdfs import draw_with_map, drawn, text_of
from reporting.tests.recount.programmes import write_programme
from reporting.tests.test_recount import import_files, months_of

pytestmark = pytest.mark.pdf

RAPPORTS = ["frequentation", "couverture"]


def pdf_text(contenu: bytes) -> str:
    """Line by line, as the tags order them, without the running head and foot.

    Poppler, asked for lines, loses the narrow spaces of the numbers.
    """
    return re.sub(
        r"Rapport de \w+ d[’e]\s?\w+ \d{4}, \w+ (?:version \d+|PROVISOIRE) "
        r"(?:PROVISOIRE )?(?:Code de vérification \S+ )?page \d+ / \d+ ",
        "",
        text_of(contenu),
    )


def poppler_text(contenu: bytes) -> str:
    """What another reader of PDF sees: its columns come one after the other."""
    commande = ["pdftotext", "-enc", "UTF-8", "-", "-"]
    sortie = subprocess.run(commande, input=contenu, capture_output=True, check=True).stdout
    return " ".join(sortie.decode().split())


def read_back(donnees):
    """As the JSON file says it: no tuple, no Decimal."""
    return json.loads(json.dumps(donnees))


@pytest.mark.parametrize("nom", RAPPORTS)
@pytest.mark.parametrize("suffixe", ["", "_vide"])
def test_each_number_of_the_example_is_on_its_line(nom, suffixe):
    donnees = getattr(exemple, nom + suffixe)()
    assert missing_from(pdf_text(drawn(nom + suffixe)), donnees) == []


@pytest.mark.django_db
@pytest.mark.parametrize("graine", [3, 17])
def test_each_number_of_a_random_programme_is_on_its_line(graine, sarthe, tmp_path):
    mois = months_of(graine)[0]
    import_files(tmp_path, write_programme(graine, mois, tmp_path))
    for corps in donnees_du_mois(mois, version=1, provisoire=False).values():
        donnees = read_back(corps)
        assert missing_from(pdf_text(draw_with_map(donnees)), donnees) == []


@pytest.mark.parametrize("nom", RAPPORTS)
def test_no_number_is_left_unread(nom):
    """Of the shape that the selectors give, whatever the example holds."""
    donnees = getattr(exemple, nom)()
    lu = Lecture(donnees)
    list(expected_lines(lu))
    assert lu.non_lus() == []


def test_a_figure_changed_in_the_json_alone_is_seen():
    donnees = exemple.frequentation()
    texte = pdf_text(drawn("frequentation"))
    assert missing_from(texte, donnees) == []
    donnees["par_epci"][3]["minutes"] += 6
    donnees["genres"]["feminin"] += 1
    assert len(missing_from(texte, donnees)) == 2


def test_a_rectificative_prints_both_values_of_each_figure():
    donnees = exemple.frequentation(2)
    donnees["changements"] = [
        {"chemin": "total.seances", "avant": 1234, "apres": 1240},
        {"chemin": "par_epci.200040475.minutes", "avant": 60, "apres": None},
    ]
    texte = pdf_text(draw_with_map(donnees))
    assert "Total, séances 1 234 1 240" in texte
    assert "Par EPCI, CC LBN Communauté, minutes 60 —" in texte


@pytest.mark.parametrize("nom", RAPPORTS)
def test_another_reader_finds_each_number_too(nom):
    texte = poppler_text(drawn(nom))
    nombres = {
        printed(cellule)
        for ligne in expected_lines(Lecture(getattr(exemple, nom)()))
        for cellule in ligne
        if isinstance(cellule, str) and cellule[0].isdigit() and cellule != "0"
    }
    assert len(nombres) > 100
    assert [nombre for nombre in nombres if nombre not in texte] == []
