"""What a screen reader hears of a PDF: the texts of its tag tree, in order; and of its page."""

import io
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from typing import Any

import pikepdf

VIDES = {"meta", "link", "br", "hr", "img", "use", "path", "rect", "circle", "line", "polyline"}
MUETS = {"head", "style", "script", "title"}


@cache
def heard(contenu: bytes) -> list[tuple[str, str]]:
    """[(role of the nearest element that is no Span, text)]; a figure is its alternative.

    The head of a table is one text.
    """
    with pikepdf.open(io.BytesIO(contenu)) as pdf:
        pages = {page.obj.objgen: _marked_texts(page)[0] for page in pdf.pages}
        return list(_walk(pdf.Root.StructTreeRoot["/K"], "", None, pages))


def without_repeats(entendu: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Without bullets, and without the head that a table says again on its next page."""
    gardes, tete, avant = [], "", ""
    for role, texte in entendu:
        repete = role == "THead" and texte == tete and avant != "Caption"
        if role != "Lbl" and not repete:
            gardes.append((role, texte))
        tete, avant = (texte if role == "THead" else tete), role
    return gardes


def unheard(contenu: bytes) -> str:
    """What is drawn as an artifact: running heads, page numbers."""
    with pikepdf.open(io.BytesIO(contenu)) as pdf:
        return " ".join(_marked_texts(page)[1] for page in pdf.pages)


def _walk(element: Any, role: str, page: Any, pages: Any) -> Iterator[tuple[str, str]]:
    if isinstance(element, pikepdf.Array):
        for enfant in element:
            yield from _walk(enfant, role, page, pages)
    elif isinstance(element, int):
        yield role, pages[page][element]
    elif isinstance(element, pikepdf.Dictionary) and "/S" in element:
        sorte = str(element["/S"])[1:]
        page = element["/Pg"].objgen if "/Pg" in element else page
        if sorte == "Figure":
            yield "Figure", str(element["/Alt"])
        elif sorte == "THead":
            yield sorte, " ".join(t for _, t in _walk(element["/K"], "", page, pages))
        elif "/K" in element:
            propre = role if sorte in ("Span", "NonStruct") else sorte
            yield from _walk(element["/K"], propre, page, pages)


def _marked_texts(page: pikepdf.Page) -> tuple[dict[int, str], str]:
    """({MCID: text}, artifacts) of a page, in the order of drawing."""
    par_mcid: dict[int, str] = {}
    artefacts, pile, police = [], [], {}
    polices = {nom: _unicode(p) for nom, p in page.resources.get("/Font", {}).items()}
    for operandes, operateur in pikepdf.parse_content_stream(page):
        match str(operateur):
            case "BDC" | "BMC":
                suite = operandes[1] if len(operandes) > 1 else {}
                mcid = suite.get("/MCID") if hasattr(suite, "get") else None
                pile.append(str(operandes[0]) if mcid is None else mcid)
                if mcid is not None:
                    par_mcid[mcid] = ""
            case "EMC":
                pile.pop()
            case "Tf":
                police = polices[str(operandes[0])]
            case "TJ" | "Tj":
                texte = "".join(_decode(o, police) for o in _strings(operandes[0]))
                if "/Artifact" in pile:
                    artefacts.append(texte)
                else:
                    # Text that is neither tagged nor an artifact stops here.
                    par_mcid[next(m for m in reversed(pile) if isinstance(m, int))] += texte
    return par_mcid, " ".join(artefacts)


def _strings(operande: Any) -> Iterator[bytes]:
    for morceau in operande if isinstance(operande, pikepdf.Array) else [operande]:
        if isinstance(morceau, pikepdf.String):
            yield bytes(morceau)


def _decode(octets: bytes, police: dict[int, str]) -> str:
    return "".join(
        police[int.from_bytes(octets[i : i + 2], "big")] for i in range(0, len(octets), 2)
    )


def _unicode(police: Any) -> dict[int, str]:
    """{glyph: text} of the font's ToUnicode map, as WeasyPrint writes it."""
    texte = police["/ToUnicode"].read_bytes().decode()
    return {
        int(glyphe, 16): bytes.fromhex(u).decode("utf-16-be")
        for bloc in re.findall(r"beginbfchar(.*?)endbfchar", texte, re.S)
        for glyphe, u in re.findall(r"<(\w+)>\s*<(\w+)>", bloc)
    }


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.textes: list[tuple[str, str]] = []
        self.pile: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in VIDES:
            self.pile.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.pile:
            while self.pile.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if "svg" in self.pile:
            # A figure is its title, whatever is drawn in it.
            if self.pile[-2:] == ["svg", "title"]:
                self.textes.append(("figure", data))
        elif not MUETS & set(self.pile) and data.strip():
            self.textes.append((self.pile[-1], data))


def read(page: str) -> list[tuple[str, str]]:
    """[(tag, text)] of an HTML page, in the order of its source; a drawing is its title."""
    lecteur = _Page()
    lecteur.feed(page)
    return lecteur.textes
