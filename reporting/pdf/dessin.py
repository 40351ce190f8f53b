"""Page -> PDF/UA-1 with WeasyPrint, in two steps: the page is kept, and printed again from.

A page holds all that decides its look and its attached files (docs/adr/0009): the same page and
the same engine give the same bytes. A lieu may be called `<img src=file:///etc/passwd>`: the
templates escape it, and the fetcher would refuse the address anyway.
"""

import datetime as dt
import gc
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, unquote

from weasyprint import HTML, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError

from reporting import fichiers
from reporting.pdf.balises import mend_tags
from reporting.pdf.page import render_page
from reporting.pdf.polices import ClosedFetcher

Donnees = dict[str, Any]

# Not « attachment »: WeasyPrint would date those of the day of the printing.
JOINT = "joint"


class PageRefusee(ValueError):
    """The page asks for something that is neither in it nor one of our fonts."""


def draw(
    donnees: Donnees, *, code: str, empreinte: str = "", carte: Donnees | None = None
) -> bytes:
    """The PDF of a report: `print_page(compose_page(…))`."""
    return print_page(compose_page(donnees, code=code, empreinte=empreinte, carte=carte))


def compose_page(
    donnees: Donnees, *, code: str, empreinte: str = "", carte: Donnees | None = None
) -> str:
    """HTML that is enough to print the report: style, maps, charts, attached JSON and CSV.

    Type, month, version and « provisoire » are in `donnees`. `empreinte` defaults to
    `fichiers.empreinte(donnees)`. `carte`: as `selectors.carte.carte_du_departement` gives it;
    without it the report has its tables and no map.
    """
    page = render_page(donnees, code=code, empreinte=empreinte, carte=carte)
    joints = "".join(
        f'<link rel="{JOINT}" title="{nom}" href="data:,{quote(texte)}">\n'
        # By name: a PDF keeps them in a sorted tree.
        for nom, texte in sorted(_joints(donnees).items())
    )
    return page.replace("</head>", f"{joints}</head>", 1)


def print_page(page: str) -> bytes:
    """The PDF of a page made by `compose_page`, today or years ago: same page, same bytes.

    Reads the page and our fonts, nothing else. Raises PageRefusee when the page asks for more.
    """
    try:
        with _collector_at_rest():
            return _print(page)
    except FatalURLFetchingError as erreur:
        # WeasyPrint's own error is no Exception: it would end the worker instead of its report.
        raise PageRefusee(f"La page demande ce qu’elle ne contient pas : {erreur}.") from erreur


def _print(page: str) -> bytes:
    html = HTML(string=page, url_fetcher=ClosedFetcher())
    return bytes(
        html.write_pdf(
            font_config=FontConfiguration(),
            pdf_variant="pdf/ua-1",
            pdf_identifier=hashlib.sha256(page.encode()).digest()[:16],
            attachments=_attachments(html.etree_element.find("head")),
            finisher=mend_tags,
        )
    )


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """One collection after the drawing, none during it: they took a fifth of its time.

    All the boxes of a document live until its end, so walking through them again and again
    frees nothing; the peak of memory is the same.
    """
    active = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if active:
            gc.enable()
        gc.collect()


def _joints(donnees: Donnees) -> dict[str, str]:
    nom = f"{donnees['type']}-{donnees['mois']}.json"
    return {nom: fichiers.json_text(donnees), **fichiers.csv_files(donnees)}


def _attachments(tete: Any) -> list[Attachment]:
    """Dated as the figures, never as the printing."""
    quand = dt.datetime.fromisoformat(tete.find("meta[@name='dcterms.created']").get("content"))
    return [
        Attachment(
            string=unquote(lien.get("href").removeprefix("data:,")),
            name=lien.get("title"),
            description=lien.get("title"),
            relationship="Data",
            created=quand,
            modified=quand,
        )
        for lien in tete.findall(f"link[@rel='{JOINT}']")
    ]
