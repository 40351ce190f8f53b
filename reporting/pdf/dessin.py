"""HTML -> PDF/UA-1 with WeasyPrint, the same bytes for the same input, reading nothing else.

A lieu may be called `<img src=file:///etc/passwd>`: the templates escape it, and the fetcher
below would refuse the address anyway. Fonts and style sheets are read here, from `static/`.
"""

import base64
import datetime as dt
import hashlib
import io
from functools import cache
from pathlib import Path
from typing import Any

import pydyf
from django.conf import settings
from fontTools.ttLib import TTFont
from weasyprint import CSS, HTML, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from reporting import fichiers
from reporting.pdf.page import render_page

Donnees = dict[str, Any]

STATIQUES = Path(settings.BASE_DIR) / "static"
GRAISSES = {"Regular": 400, "Semibold": 600, "Bold": 700}


def draw(
    donnees: Donnees, *, code: str, empreinte: str = "", carte: Donnees | None = None
) -> bytes:
    """The PDF of a report; type, month, version and « provisoire » are in `donnees`.

    `empreinte` defaults to `fichiers.empreinte(donnees)`. `carte`: as
    `selectors.carte.carte_du_departement` gives it; without it the report has its tables and
    no map. Same arguments, same bytes.
    """
    html = render_page(donnees, code=code, empreinte=empreinte, carte=carte)
    polices = FontConfiguration()
    fetcher = closed_fetcher()
    quand = dt.datetime.fromisoformat(donnees["etabli"]["le"])
    return HTML(string=html, url_fetcher=fetcher).write_pdf(
        stylesheets=[
            CSS(string=css, font_config=polices, url_fetcher=fetcher)
            for css in _feuilles(donnees["provisoire"])
        ],
        font_config=polices,
        pdf_variant="pdf/ua-1",
        pdf_identifier=hashlib.sha256(html.encode()).digest()[:16],
        attachments=[
            Attachment(
                string=texte,
                name=nom,
                description=nom,
                relationship="Data",
                created=quand,
                modified=quand,
            )
            # By name: a PDF keeps them in a sorted tree.
            for nom, texte in sorted(_joints(donnees).items())
        ],
        finisher=_give_scopes,
    )


def _joints(donnees: Donnees) -> dict[str, str]:
    nom = f"{donnees['type']}-{donnees['mois']}.json"
    return {nom: fichiers.json_text(donnees), **fichiers.csv_files(donnees)}


def closed_fetcher() -> URLFetcher:
    """`data:` only: neither file nor network, and what is refused stops the drawing."""
    return URLFetcher(allowed_protocols={"data"}, fail_on_errors=True)


@cache
def _polices() -> str:
    """Our own fonts, never the machine's: the bytes must be the same on every machine."""
    regles = []
    for nom, graisse in GRAISSES.items():
        octets = _ouvre_woff2(STATIQUES / "fonts" / f"SourceSans3-{nom}.ttf.woff2")
        adresse = f"data:font/ttf;base64,{base64.b64encode(octets).decode()}"
        regles.append(
            f'@font-face {{ font-family: "Source Sans 3"; font-weight: {graisse}; '
            f'src: url("{adresse}") format("truetype"); }}'
        )
    return "\n".join(regles)


def _ouvre_woff2(chemin: Path) -> bytes:
    """Unpacked once per process: WeasyPrint would do it again for every report (0.3 s a font)."""
    police = TTFont(chemin, recalcTimestamp=False)
    police.flavor = None
    sortie = io.BytesIO()
    police.save(sortie)
    return sortie.getvalue()


def _feuilles(provisoire: bool) -> list[str]:
    noms = ["rapport.css", *(["provisoire.css"] if provisoire else [])]
    return [_polices(), *((STATIQUES / "reporting" / nom).read_text() for nom in noms)]


def _give_scopes(_document: Any, pdf: pydyf.PDF) -> None:
    """WeasyPrint leaves header cells without the scope that PDF/UA-1 asks for (7.5)."""
    par_numero = {objet.number: objet for objet in pdf.objects}

    def enfants(objet: Any) -> list[Any]:
        numeros = [
            int(str(k, "ascii").split()[0]) for k in map(_octets, objet["K"]) if b" 0 R" in k
        ]
        return [par_numero[n] for n in numeros]

    for objet in pdf.objects:
        if not isinstance(objet, pydyf.Dictionary) or objet.get("S") != "/TR":
            continue
        cellules = [e for e in enfants(objet) if e.get("S") in ("/TH", "/TD")]
        entete = all(c["S"] == "/TH" for c in cellules)
        for cellule in cellules:
            if cellule["S"] == "/TH":
                cellule["A"]["Scope"] = "/Column" if entete else "/Row"


def _octets(valeur: Any) -> bytes:
    return valeur if isinstance(valeur, bytes) else str(valeur).encode()
