"""A commune is found as people type it: accents, capitals, hyphens do not count."""

import pytest

from territoires.models import EPCI, Commune
from territoires.text import sort_key


def found(text):
    return [commune.nom for commune in Commune.objects.search(text)]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("L’Œuf-Saint-Élan", "l oeuf saint elan"),
        ("Saint-Paterne - Le Chevain", "saint paterne le chevain"),
        ("CU d'Alençon", "cu d alencon"),
        ("Cré\u0301teil", "creteil"),
        ("  --  ", ""),
    ],
)
def test_the_key_of_a_name(text, key):
    assert sort_key(text) == key


@pytest.mark.parametrize(
    "text", ["Écommoy", "ecommoy", "ÉCOMMOY", "ecom", " écommoy ", "72124", "72220 "]
)
def test_accents_capitals_and_codes(sarthe_loaded, text):
    assert "Écommoy" in found(text)


@pytest.mark.parametrize(
    "text", ["St-Mars d'Outillé", "saint mars outille", "SAINT MARS-D’OUTILLÉ"]
)
def test_hyphens_apostrophes_and_saint(sarthe_loaded, text):
    assert found(text) == ["Saint-Mars-d'Outillé"]


def test_every_word_counts(sarthe_loaded):
    assert found("beaumont sarthe") == ["Beaumont-sur-Sarthe"]
    assert found("beaumont marseille") == []


def test_an_empty_search_gives_everything(sarthe_loaded):
    assert len(found(" ")) == 352


def test_a_wildcard_is_not_one(sarthe_loaded):
    assert found("ma%s") == found("ma s")


def test_e_acute_sorts_with_e(sarthe_loaded):
    names = [c.nom for c in Commune.objects.all()]

    assert names.index("Duneau") < names.index("Écommoy") < names.index("Étival-lès-le-Mans")
    assert names.index("Étival-lès-le-Mans") < names.index("Fay")


def test_an_epci_is_found_too(sarthe_loaded):
    assert EPCI.objects.search("alencon").get().siren == "246100663"
