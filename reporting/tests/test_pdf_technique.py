"""The PDF as a file: tagged, embedded, reproducible, and blind to everything around it."""

import io
import json
import socket
import urllib.request

import pytest
from pypdf import PdfReader
from weasyprint import CSS, HTML
from weasyprint.urls import FatalURLFetchingError

from reporting import fichiers
from reporting.pdf import draw
from reporting.tests import exemple
from reporting.tests.pdfs import CODE, draw_with_map, drawn, elements, opened, text_of
from territoires.pdf.acces import ClosedFetcher

pytestmark = pytest.mark.pdf

RAPPORTS = ["frequentation", "couverture"]
HOSTILE = "<img src=file:///etc/passwd><link rel=attachment href=http://example.org/x>"


@pytest.mark.parametrize("nom", [*RAPPORTS, "couverture_vide"])
def test_qpdf_finds_no_error(nom):
    assert opened(drawn(nom)).check_pdf_syntax() == []


@pytest.mark.parametrize("nom", RAPPORTS)
def test_language_title_and_claim_are_set(nom):
    pdf = opened(drawn(nom))
    assert str(pdf.Root.Lang) == "fr"
    assert bool(pdf.Root.MarkInfo.Marked)
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
    assert "octobre\u00a02026, Sarthe, version 1" in str(pdf.docinfo["/Title"])
    assert pdf.open_metadata()["pdfuaid:part"] == "1"


@pytest.mark.parametrize("nom", RAPPORTS)
def test_every_figure_has_an_alternative_text(nom):
    figures = elements(drawn(nom), "Figure")
    assert len(figures) == (3 if nom == "frequentation" else 4)
    assert all(len(str(f["/Alt"])) > 20 for f in figures)
    # Each chart or map names the table that holds the same data; the other one is the QR code.
    assert sum("tableau «" in str(f["/Alt"]) for f in figures) == len(figures) - 1


@pytest.mark.parametrize("nom", RAPPORTS)
def test_every_header_cell_has_its_scope(nom):
    entetes = elements(drawn(nom), "TH")
    portees = {str(e["/A"].get("/Scope")) for e in entetes}
    assert portees == {"/Column", "/Row"}


@pytest.mark.parametrize("nom", RAPPORTS)
def test_sections_are_bookmarks(nom):
    titre, sections = PdfReader(io.BytesIO(drawn(nom))).outline
    assert str(titre.title).startswith("Rapport de")
    signets = [str(s.title) for s in sections if not isinstance(s, list)]
    assert "L’essentiel" in signets
    assert "Annexe\u202f: méthode" in signets


@pytest.mark.parametrize("nom", RAPPORTS)
def test_only_our_fonts_are_embedded(nom):
    """Bytes must not depend on what the machine happens to have."""
    noms = set()
    for page in PdfReader(io.BytesIO(drawn(nom))).pages:
        for police in page["/Resources"].get("/Font", {}).values():
            noms.add(police.get_object()["/BaseFont"].split("+")[-1].rstrip(","))
    assert noms
    assert all(n.startswith("Source-Sans-3") for n in noms)


@pytest.mark.parametrize("nom", RAPPORTS)
def test_the_json_and_every_table_are_attached(nom):
    donnees = getattr(exemple, nom)()
    joints = {n: c[0] for n, c in PdfReader(io.BytesIO(drawn(nom))).attachments.items()}
    assert joints.pop(f"{nom}-2026-10.json") == fichiers.json_text(donnees).encode()
    attendus = {n: texte.encode() for n, texte in fichiers.csv_files(donnees).items()}
    assert joints == attendus


def test_the_fingerprint_printed_is_that_of_the_json():
    assert fichiers.empreinte(exemple.frequentation()) in text_of(drawn("frequentation"))


@pytest.mark.parametrize("nom", RAPPORTS)
def test_same_figures_same_bytes(nom):
    """Even read back from the database, which does not keep the order of keys."""
    relu = json.loads(json.dumps(getattr(exemple, nom)(), sort_keys=True))
    assert draw_with_map(relu) == drawn(nom)


def test_a_hostile_name_prints_as_text_and_reads_nothing(monkeypatch):
    def refuse(*args, **kwargs):
        pytest.fail(f"Le dessin a voulu ouvrir {args}")

    donnees = exemple.couverture()
    donnees["lieux"][0] |= {"nom": HOSTILE, "annulees": 8}
    donnees["postes_lignes"][0]["employeur"] = "</td><style>@import 'file:///etc/passwd'</style>"
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(urllib.request.FileHandler, "file_open", refuse)
    contenu = draw(donnees, code=CODE)
    texte = text_of(contenu).replace(" ", "")
    assert HOSTILE.replace(" ", "") in texte
    assert "@import'file:///etc/passwd'" in texte
    assert "root:" not in texte
    assert not any("passwd" in n for n in PdfReader(io.BytesIO(contenu)).attachments)


@pytest.mark.parametrize(
    "adresse", ["file:///etc/passwd", "http://example.org/x.css", "https://example.org/x"]
)
def test_files_and_network_are_refused(adresse):
    fetcher = ClosedFetcher()
    with pytest.raises(FatalURLFetchingError):
        CSS(string=f"@import url({adresse});", url_fetcher=fetcher)
    for html in (f'<link rel="stylesheet" href="{adresse}">', f'<img src="{adresse}" alt="x">'):
        with pytest.raises(FatalURLFetchingError):
            HTML(string=html, url_fetcher=fetcher).write_pdf()
