"""Page -> PDF/UA-1 with WeasyPrint: the same page and the same engine give the same bytes.

A page holds all that decides its look and its attached files (docs/adr/0009). A lieu may be
called `<img src=file:///etc/passwd>`: the templates escape it, and the fetcher would refuse the
address anyway.
"""

import datetime as dt
import gc
import hashlib
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.parse import unquote

import pydyf
from weasyprint import Attachment
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError

from territoires.pdf.acces import ClosedFetcher
from territoires.pdf.balises import mend_tags
from territoires.pdf.contrat import JOINT, PageRefusee, PageTropLongue
from territoires.pdf.economies import PageHTML, pack_streams


def print_page(page: str) -> bytes:
    with _refusals(), _collector_at_rest():
        return _write(_lay_out(page, FontConfiguration()))


def print_largest_that_fits(pages: Sequence[Callable[[], str]], *, feuilles: int = 1) -> bytes:
    polices = FontConfiguration()
    essais: dict[int, Mise] = {}

    def holds(rang: int) -> bool:
        essais[rang] = _lay_out(pages[rang](), polices)
        return len(essais[rang].document.pages) <= feuilles

    with _refusals(), _collector_at_rest():
        rang = bisect_left(range(len(pages)), True, key=holds)
        if rang == len(pages):
            raise PageTropLongue(f"La page ne tient pas sur {feuilles} feuille(s).")
        return _write(essais[rang])


class Mise(NamedTuple):
    """A page laid out on its sheets, and what it is written with."""

    document: Document
    options: dict[str, Any]


def _lay_out(page: str, polices: FontConfiguration) -> Mise:
    html = PageHTML(string=page, url_fetcher=ClosedFetcher())
    options = {
        "pdf_variant": "pdf/ua-1",
        "pdf_identifier": hashlib.sha256(page.encode()).digest()[:16],
        "attachments": _attachments(html.etree_element.find("head")),
    }
    return Mise(html.render(font_config=polices, **options), options)


def _write(mise: Mise) -> bytes:
    return bytes(mise.document.write_pdf(finisher=_finish, **mise.options))


@contextmanager
def _refusals() -> Iterator[None]:
    """WeasyPrint's own error is no Exception: it would end the worker instead of its report."""
    try:
        yield
    except FatalURLFetchingError as erreur:
        raise PageRefusee(f"La page demande ce qu’elle ne contient pas : {erreur}.") from erreur


def _finish(_document: Any, pdf: pydyf.PDF) -> None:
    mend_tags(pdf)
    pack_streams(pdf)


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
