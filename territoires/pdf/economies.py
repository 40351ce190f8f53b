"""What WeasyPrint does twice, or for nothing, spared without changing what is drawn."""

import re
import zlib

import pydyf
from weasyprint import CSS, HTML
from weasyprint.css.counters import CounterStyle
from weasyprint.html import UA

# Level 9, pydyf's own, takes three times as long for a file smaller by a hundredth.
NIVEAU_ZLIB = 6

# Its rules for footnotes and list markers hold for every element: six styles each, that no page
# of ours ever shows but on `li`.
_NOTES = re.compile(r"^::(?:foot)?note-\w+ \{.*\}$", re.MULTILINE)
_PUCES = re.compile(r"^::marker ", re.MULTILINE)
_FEUILLE = CSS(string=_PUCES.sub("li::marker ", _NOTES.sub("", UA)), counter_style=CounterStyle())


class PageHTML(HTML):
    """WeasyPrint's, with a shorter default style sheet."""

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        return [_FEUILLE]


def pack_streams(pdf: pydyf.PDF) -> None:
    """Compress each stream once: pydyf would to write it, and again to digest the file."""
    for objet in pdf.objects:
        if isinstance(objet, pydyf.Stream) and objet.compress:
            contenu = b"\n".join(pydyf._to_bytes(morceau) for morceau in objet.stream)
            objet.stream = [zlib.compress(contenu, NIVEAU_ZLIB)]
            objet.extra["Filter"] = "/FlateDecode"
            objet.compress = False
