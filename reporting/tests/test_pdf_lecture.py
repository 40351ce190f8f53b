"""The PDF read aloud: every text of the page, once, in the order of the page; no exception list."""

import io
from itertools import pairwise

import pdfua
import pikepdf
import pytest
from pdfua.rules import structure as regles
from pypdf import PdfReader

from reporting.pdf import compose_page
from reporting.tests import exemple
from reporting.tests.balises import heard, read, unheard, without_repeats
from reporting.tests.pdfs import CODE, drawn, elements, opened

pytestmark = pytest.mark.pdf

RAPPORTS = ["frequentation", "couverture", "frequentation_vide", "couverture_vide"]


def bare(textes):
    return "".join("".join(texte.split()) for _, texte in textes)


@pytest.mark.parametrize("nom", RAPPORTS)
def test_what_is_heard_is_what_is_written_in_the_same_order(nom):
    page = compose_page(getattr(exemple, nom)(), code=CODE, carte=exemple.carte())
    assert bare(without_repeats(heard(drawn(nom)))) == bare(read(page))


@pytest.mark.parametrize("nom", RAPPORTS)
def test_running_heads_and_page_numbers_are_not_said(nom):
    dit, tu = bare(heard(drawn(nom))), unheard(drawn(nom))
    pages = len(opened(drawn(nom)).pages)
    assert f"page {pages} / {pages}" in tu
    assert tu.count(f"Code de vérification {CODE}") == pages
    assert f"page{pages}/{pages}" not in dit
    assert dit.count(f"Codedevérification{CODE}") <= 1


@pytest.mark.parametrize("nom", RAPPORTS)
def test_every_rule_of_pdfua_is_run_and_finds_nothing(nom, monkeypatch):
    """Its rule on empty headings (0.1.3, the newest) stops on a heading of two lines: mended."""
    lire = regles.as_integer
    monkeypatch.setattr(
        regles, "as_integer", lambda v: None if isinstance(v, pikepdf.Array) else lire(v)
    )
    rapport = pdfua.validate(io.BytesIO(drawn(nom)))
    assert [f"{f.rule_id} {f.message}" for f in rapport.findings] == []
    assert [(r.rule_id, r.skipped_reason) for r in rapport.skipped] == []


@pytest.mark.parametrize("nom", RAPPORTS)
def test_headings_say_something_and_are_the_bookmarks(nom):
    titres = heard(drawn(nom))
    niveaux = [int(role[1]) for role, _ in titres if role in ("H1", "H2", "H3")]
    assert niveaux[0] == 1
    assert all(b - a <= 1 for a, b in pairwise(niveaux))
    signets = []

    def walk(branche):
        for signet in branche:
            walk(signet) if isinstance(signet, list) else signets.append(("", str(signet.title)))

    walk(PdfReader(io.BytesIO(drawn(nom))).outline)
    assert bare(signets) == bare(t for t in titres if t[0] in ("H1", "H2", "H3"))
    assert len(signets) == sum(len(elements(drawn(nom), f"H{n}")) for n in (1, 2, 3))


@pytest.mark.parametrize("nom", RAPPORTS)
def test_links_are_said_where_they_are_and_print(nom):
    annotations = [a for page in opened(drawn(nom)).pages for a in page.get("/Annots", [])]
    liens = elements(drawn(nom), "Link")
    assert annotations
    references = [k["/Obj"].objgen for lien in liens for k in lien["/K"] if not isinstance(k, int)]
    assert references == [a.objgen for a in annotations]
    assert all(str(a["/Subtype"]) == "/Link" and a["/F"] & 4 for a in annotations)
    assert all("/Tabs" in page and page["/Tabs"] == "/S" for page in opened(drawn(nom)).pages)


@pytest.mark.parametrize("nom", RAPPORTS)
def test_every_table_has_a_head_and_each_cell_its_headers(nom):
    for table in elements(drawn(nom), "Table"):
        assert any(e["/S"] in ("/THead", "/TH") for e in walk_down(table))
    identifiants = {str(e["/ID"]) for e in elements(drawn(nom), "TH")}
    for cellule in elements(drawn(nom), "TD"):
        assert {str(h) for h in cellule["/A"]["/Headers"]} <= identifiants
        assert len(cellule["/A"]["/Headers"]) >= 1


def walk_down(element):
    for enfant in element.get("/K", []):
        if isinstance(enfant, pikepdf.Dictionary) and "/S" in enfant:
            yield enfant
            yield from walk_down(enfant)
