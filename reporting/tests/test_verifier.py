"""`/verifier/<code>`: what anybody may learn from the code of a printed report."""

import pytest
from django.urls import reverse

from reporting.enums import StatutRapport
from reporting.models import Rapport
from reporting.tests.test_portail import make_rapport


def page_of(client, code: str):
    return client.get(reverse("rapports:verifier", args=[code]))


@pytest.fixture
def transmis(db: None) -> Rapport:
    return make_rapport()


def test_the_page_is_public_and_repeats_the_first_page(client, transmis):
    texte = page_of(client, transmis.code).content.decode().replace("\u202f", " ")
    assert "Rapport de fréquentation d’octobre 2026, version 1" in texte
    assert "en vigueur" in texte
    for chiffre in ("1 234", "2 468", "1 028,3", "617", "134"):
        assert f"<strong>{chiffre}</strong>" in texte
    assert transmis.sha256 in texte
    assert "sha256sum" in texte


def test_a_code_is_read_as_people_type_it(client, db):
    make_rapport(code="10ABC-DEFGH")
    for saisi in ("10abc-defgh", "IOABCDEFGH", " loabc defgh"):
        assert page_of(client, saisi).status_code == 200


def test_a_replaced_report_names_the_version_in_force(client, db):
    ancien = make_rapport(version=1, statut=StatutRapport.REMPLACE)
    nouveau = make_rapport(version=2)
    texte = page_of(client, ancien.code).content.decode()
    assert "authentique mais remplacé par la version 2" in texte
    assert nouveau.sha256 in texte


@pytest.mark.parametrize(
    ("version", "statut"), [(0, StatutRapport.PRODUIT), (1, StatutRapport.PRODUIT)]
)
def test_a_report_that_was_not_transmitted_is_unknown(client, db, version, statut):
    cache = make_rapport(version=version, statut=statut)
    reponse = page_of(client, cache.code)
    assert reponse.status_code == 404
    assert cache.sha256 not in reponse.content.decode()


def test_an_unknown_code_gets_a_plain_page_that_keeps_it(client, db):
    reponse = page_of(client, "<b>AAAA")
    assert reponse.status_code == 404
    texte = reponse.content.decode()
    assert "Aucun rapport transmis ne porte le code" in texte
    assert "&lt;b&gt;AAAA" in texte


def test_the_form_leads_to_the_code(client, transmis):
    adresse = reverse("rapports:verifier_un_code")
    assert client.get(adresse).status_code == 200
    reponse = client.get(adresse, {"code": transmis.code})
    assert reponse.url == reverse("rapports:verifier", args=[transmis.code])


def test_the_script_is_a_file_of_ours(client, transmis):
    """A strict policy refuses inline scripts; the file to check is never sent."""
    texte = page_of(client, transmis.code).content.decode()
    assert 'src="/static/js/verifier.js"' in texte
    assert texte.count("<script") == 1
    assert "enctype" not in texte
