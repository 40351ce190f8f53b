"""PDFs drawn once for all tests, and what can be read in them."""

import io
from collections.abc import Iterator
from functools import cache
from typing import Any

import pikepdf
from pypdf import PdfReader

from reporting.pdf import draw
from reporting.tests import exemple

CODE = "7K3QD-9XW2M"


@cache
def drawn(nom: str, version: int = 1) -> bytes:
    """`nom`: a function of `exemple`. Version 0 is provisional."""
    return draw_with_map(getattr(exemple, nom)(version))


def draw_with_map(donnees: dict[str, Any]) -> bytes:
    return draw(donnees, code=CODE, carte=exemple.carte())


def text_of(contenu: bytes) -> str:
    """All pages in reading order, every kind of space made plain."""
    return " ".join(pages_of(contenu))


@cache
def pages_of(contenu: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(contenu)).pages]


def plain(texte: str) -> str:
    return " ".join(texte.split())


@cache
def opened(contenu: bytes) -> pikepdf.Pdf:
    """Kept open: an element of the tree dies with its file."""
    return pikepdf.open(io.BytesIO(contenu))


def elements(contenu: bytes, sorte: str) -> list[pikepdf.Dictionary]:
    """Those of the tag tree that have this type (« H1 », « TD »), in order."""
    return _par_sorte(contenu).get(f"/{sorte}", [])


@cache
def _par_sorte(contenu: bytes) -> dict[str, list[pikepdf.Dictionary]]:
    par_sorte: dict[str, list[pikepdf.Dictionary]] = {}
    for element in _walk(opened(contenu).Root.StructTreeRoot["/K"]):
        par_sorte.setdefault(str(element["/S"]), []).append(element)
    return par_sorte


def _walk(element: Any) -> Iterator[pikepdf.Dictionary]:
    if isinstance(element, pikepdf.Array):
        for enfant in element:
            yield from _walk(enfant)
    elif isinstance(element, pikepdf.Dictionary):
        if "/S" in element:
            yield element
        if "/K" in element:
            yield from _walk(element["/K"])
