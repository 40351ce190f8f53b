"""Map A names the communes that matter, when the name fits; nothing covers anything else."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from fontTools.ttLib import TTFont

from reporting.carte import cartes
from reporting.tests import exemple
from territoires import avances, etiquettes
from territoires.avances import largeur
from territoires.etiquettes import Etiquette, Nom, place

POLICES = Path(settings.BASE_DIR) / "static" / "fonts"
POINTS_PAR_UNITE = 0.84 * 178 / 25.4 * 72 / 680  # figure.grande of rapport.css on an A4 page
TAILLE_MINIMALE = 5.5


@pytest.mark.parametrize(("graisse", "gras"), [("Regular", False), ("Semibold", True)])
def test_the_widths_are_those_of_the_font(graisse: str, gras: bool) -> None:
    police = TTFont(POLICES / f"SourceSans3-{graisse}.ttf.woff2")
    signes, mesures = police.getBestCmap(), police["hmtx"]
    assert police["head"].unitsPerEm == 1000
    for lettre, connue in avances.LARGEURS[gras].items():
        assert mesures[signes[ord(lettre)]][0] == connue, lettre
    noms = {commune["nom"] for commune in exemple.communes_reelles()}
    for nom in noms:
        mesuree = sum(mesures[signes[ord(lettre)]][0] for lettre in nom)
        assert largeur(nom, 1000, gras=gras) == mesuree, nom


@pytest.fixture(scope="module", params=["couverture", "couverture_vide"])
def donnees(request: pytest.FixtureRequest) -> dict[str, Any]:
    fabrique: Callable[[], dict[str, Any]] = getattr(exemple, request.param)
    return fabrique()


@pytest.fixture(scope="module")
def carte(donnees: dict[str, Any]) -> dict[str, Any]:
    return cartes(donnees, exemple.carte())["carte_communes"]


def box(nom: dict[str, Any]) -> etiquettes.Boite:
    taille = float(nom["taille"])
    ecrit = Nom(nom["texte"], 0, 0, taille, nom["gras"])
    return Etiquette(ecrit, float(nom["x"]), float(nom["y"])).boite


def test_no_name_covers_another_nor_a_lieu_nor_leaves_the_map(carte: dict[str, Any]) -> None:
    boites = {nom["texte"]: box(nom) for nom in carte["noms"]}
    assert boites
    for (un, a), (autre, b) in itertools.combinations(boites.items(), 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], (un, autre)
    for nom, boite in boites.items():
        assert boite[0] >= 0 and boite[1] >= 0, nom
        assert boite[2] <= carte["largeur"] and boite[3] <= carte["hauteur"], nom
        for lieu in carte["lieux"]:
            x, y = float(lieu["x"]), float(lieu["y"])
            assert not (boite[0] < x < boite[2] and boite[1] < y < boite[3]), nom


def test_names_are_large_enough_to_be_read_on_paper(carte: dict[str, Any]) -> None:
    assert min(float(n["taille"]) for n in carte["noms"]) * POINTS_PAR_UNITE >= TAILLE_MINIMALE


def test_the_largest_commune_of_each_epci_comes_first_then_the_unserved(
    donnees: dict[str, Any], carte: dict[str, Any]
) -> None:
    gras = [n["texte"] for n in carte["noms"] if n["gras"]]
    assert gras[0] == "Le Mans"
    assert len(gras) == len({c["siren"] for c in donnees["communes"]})
    non_desservies = {c["nom"] for c in donnees["communes_non_desservies"]}
    autres = [n["texte"] for n in carte["noms"] if not n["gras"]]
    assert autres and set(autres) <= non_desservies


def test_the_same_month_gives_the_same_names_in_any_order(donnees: dict[str, Any]) -> None:
    melangee = {
        **donnees,
        "communes": donnees["communes"][::-1],
        "communes_non_desservies": donnees["communes_non_desservies"][::-1],
    }
    noms = [cartes(d, exemple.carte())["carte_communes"]["noms"] for d in (donnees, melangee)]
    assert noms[0] == noms[1]


def test_without_the_points_the_map_is_drawn_without_names(donnees: dict[str, Any]) -> None:
    nue = exemple.carte()
    nue = {**nue, "communes": [{**c, "point": None} for c in nue["communes"]]}
    assert cartes(donnees, nue)["carte_communes"]["noms"] == []


def test_a_name_that_finds_no_room_is_left_out() -> None:
    cadre = (0.0, 0.0, 100.0, 100.0)
    premier, second = Nom("Loué", 50, 50, 9), Nom("Brûlon", 50, 50, 9)
    marques = [(30.0, 30.0, 70.0, 44.0), (30.0, 56.0, 70.0, 70.0)]
    posees = place([premier, second], marques, cadre)
    assert [p.nom.texte for p in posees] == ["Loué"]
    assert place([Nom("Saint-Christophe-en-Champagne", 50, 50, 9)], [], cadre) == []


def test_two_maps_on_one_page_share_no_id() -> None:
    ids: list[str] = []
    for prefixe in ("a-", "b-"):
        dessins = cartes(exemple.couverture(), exemple.carte(), prefixe=prefixe)
        for cle in ("carte_communes", "carte_heures"):
            svg = render_to_string("reporting/svg/carte.svg", {"g": dessins[cle]})
            ids += re.findall(r'\bid="([^"]+)"', svg)
            declares = set(re.findall(r'\bid="([^"]+)"', svg))
            assert set(re.findall(r"url\(#([^)]+)\)", svg)) <= declares
            assert "style=" not in svg and "<script" not in svg
    assert len(ids) == len(set(ids))
