"""Page -> PDF/UA-1 with WeasyPrint: the same page and the same engine give the same bytes.

A page holds all that decides its look and its attached files (docs/adr/0009). A lieu may be
called `<img src=file:///etc/passwd>`: the templates escape it, and the fetcher would refuse the
address anyway.
"""

import datetime as dt
import gc
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote

from weasyprint import HTML, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError

from territoires.pdf.balises import mend_tags
from territoires.pdf.polices import ClosedFetcher

# Not « attachment »: WeasyPrint would date those of the day of the printing.
JOINT = "joint"


class PageRefusee(ValueError):
    """The page asks for something that is neither in it nor one of our fonts."""


class PageTropLongue(ValueError):
    """Not even the shortest of the pages proposed holds on the sheets allowed."""


def print_page(page: str) -> bytes:
    """The PDF of a page, today or years ago: same page, same bytes.

    Reads the page and our fonts, nothing else. Raises PageRefusee when the page asks for more.
    """
    return print_first_that_fits([page], feuilles=None)


def print_first_that_fits(pages: Iterable[str], *, feuilles: int | None = 1) -> bytes:
    """The PDF of the first of these pages that holds on `feuilles` sheets, in their order.

    Raises PageTropLongue when none does, PageRefusee as `print_page`.
    """
    for page in pages:
        try:
            with _collector_at_rest():
                pdf = _print(page, feuilles)
        except FatalURLFetchingError as erreur:
            # WeasyPrint's own error is no Exception: it would end the worker, not its report.
            raise PageRefusee(f"La page demande ce qu’elle ne contient pas : {erreur}.") from erreur
        if pdf is not None:
            return pdf
    raise PageTropLongue(f"La page ne tient pas sur {feuilles} feuille(s).")


def _print(page: str, feuilles: int | None) -> bytes | None:
    html = HTML(string=page, url_fetcher=ClosedFetcher())
    options = {
        "pdf_variant": "pdf/ua-1",
        "pdf_identifier": hashlib.sha256(page.encode()).digest()[:16],
        "attachments": _attachments(html.etree_element.find("head")),
    }
    document = html.render(font_config=FontConfiguration(), **options)
    if feuilles is not None and len(document.pages) > feuilles:
        return None
    return bytes(document.write_pdf(finisher=mend_tags, **options))


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
