"""Columns as wide as what they hold: no word cut, names on one line, nothing laid out twice."""

import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from reporting.pdf import render_page
from reporting.tables import largeurs
from reporting.tables.largeurs import Contenu, Corps, parts
from reporting.tests import exemple
from reporting.tests.pdfs import drawn
from territoires.avances import largeur

CSS = (Path(settings.BASE_DIR) / "static/reporting/rapport.css").read_text("utf-8")
EPCI = "CC de la Champagne Conlinoise et du Pays de Sillé"


def mm(texte, taille):
    return largeur(texte, taille) * 25.4 / 72


def room(part, corps):
    return part * largeurs.PAGE_MM / 100 - corps.marges


@pytest.mark.parametrize(
    ("corps", "classe"),
    [(largeurs.NORMAL, ""), (largeurs.DENSE, r"\.dense "), (largeurs.SERRE, r"\.serre ")],
)
def test_sizes_and_paddings_are_those_of_the_style_sheet(corps, classe):
    def lu(selecteur, propriete):
        (valeur,) = re.findall(
            rf"^{classe}{selecteur} {{[^}}]*?{propriete}: (?:[\d.]+mm )?([\d.]+)", CSS, re.MULTILINE
        )
        return float(valeur)

    cote = "padding-left" if classe else "padding"
    tete = lu("thead th", "font-size") if classe else corps.corps
    marges = 2 * lu(rf"th, {classe}td" if classe else "th, td", cote)
    assert Corps(lu("table", "font-size"), tete, marges) == corps


@pytest.mark.parametrize("colonnes", [2, 7, 12])
def test_columns_fill_the_page(colonnes):
    contenus = [Contenu("EPCI", [EPCI], [], numerique=False)]
    contenus += [Contenu("Participations", ["100 000"], [], numerique=True)] * (colonnes - 1)
    assert sum(parts(contenus)) == pytest.approx(100)


def test_a_name_stays_on_one_line_while_heads_take_two():
    contenus = [Contenu("EPCI", [EPCI], [], numerique=False)]
    contenus += [Contenu("Participations pour 1 000 habitants", ["100,0"], [], numerique=True)] * 3
    nom, *nombres = parts(contenus)
    assert room(nom, largeurs.NORMAL) >= mm(EPCI, largeurs.NORMAL.corps)
    for nombre in nombres:
        assert room(nombre, largeurs.NORMAL) >= mm("Participations", largeurs.NORMAL.tete)


def test_a_number_never_gives_way_to_a_long_text():
    texte = "un texte qui dit tout ce qu’il y a à dire, et plus encore " * 5
    contenus = [Contenu("Motif", [texte], [], numerique=False)] * 3
    contenus += [Contenu("N", ["1 275 000,50 €"], [], numerique=True)]
    *_, montant = parts(contenus)
    plein = mm("1 275 000,50 €", largeurs.NORMAL.corps)
    assert room(montant, largeurs.NORMAL) >= plein + largeurs.GOUTTIERE_MM


@pytest.mark.pdf
@pytest.mark.parametrize("nom", ["couverture", "frequentation"])
@pytest.mark.parametrize("suffixe", ["", "_vide"])
def test_no_word_of_a_table_is_cut(nom, suffixe):
    page = render_page(getattr(exemple, nom + suffixe)(), code="")
    cellules = re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", page)
    mots = {mot for cellule in cellules for mot in re.findall(r"\w{2,}", cellule)}
    lus = subprocess.run(
        ["pdftotext", "-enc", "UTF-8", "-", "-"],
        input=drawn(nom + suffixe),
        capture_output=True,
        check=True,
    ).stdout.decode()
    assert len(mots) > 200
    assert mots - set(re.findall(r"\w{2,}", lus)) == set()
