"""The tag tree, mended where WeasyPrint leaves it short of PDF/UA-1; tests hold each point.

Works on pydyf's objects just before they are written: no second reading of the file.
"""

from collections.abc import Iterator
from typing import Any

import pydyf

# ISO 32000-1, 12.5.3: an annotation without it is on the screen only.
IMPRIMABLE = 4


def mend_tags(pdf: pydyf.PDF) -> None:
    par_numero = {objet.number: objet for objet in pdf.objects}
    racine = par_numero[_numero(pdf.catalog["StructTreeRoot"])]
    elements = dict(_walk(racine, par_numero))
    for element in elements.values():
        if element.get("S") == "/TR":
            _give_scopes(element, par_numero)
    nums = par_numero[_numero(racine["ParentTree"])]["Nums"]
    parents = dict(zip(nums[::2], nums[1::2], strict=True))
    for objet in pdf.objects:
        if isinstance(objet, pydyf.Dictionary) and objet.get("Type") == "/Page":
            flux = par_numero[_numero(objet["Contents"])]
            _mark_running_heads(flux, parents[objet["StructParents"]], elements)
            for annotation in objet.get("Annots", []):
                par_numero[_numero(annotation)].setdefault("F", IMPRIMABLE)


def _walk(element: Any, par_numero: dict[int, Any]) -> Iterator[tuple[int, Any]]:
    """Every element that hangs on the root, itself included, by its number."""
    yield element.number, element
    for enfant in element.get("K", []):
        if b" 0 R" in _octets(enfant):
            yield from _walk(par_numero[_numero(enfant)], par_numero)


def _give_scopes(rangee: Any, par_numero: dict[int, Any]) -> None:
    """WeasyPrint leaves header cells without the scope that 7.5 asks for."""
    cellules = [par_numero[_numero(k)] for k in rangee["K"]]
    entete = all(c["S"] == "/TH" for c in cellules)
    for cellule in cellules:
        if cellule["S"] == "/TH":
            cellule["A"]["Scope"] = "/Column" if entete else "/Row"


def _mark_running_heads(flux: Any, parents: Any, elements: dict[int, Any]) -> None:
    """Running heads and page numbers as artifacts (7.8).

    WeasyPrint marks them as text whose element hangs on no tree: some readers would still say
    them on every page.
    """
    for rang, proprietes in enumerate(flux.stream):
        if not isinstance(proprietes, pydyf.Dictionary) or "MCID" not in proprietes:
            continue
        mcid = proprietes["MCID"]
        if _numero(parents[mcid]) not in elements:
            flux.stream[rang - 1] = b"/Artifact"
            flux.stream[rang] = pydyf.Dictionary({"Type": "/Pagination"})
            parents[mcid] = "null"


def _numero(reference: Any) -> int:
    return int(_octets(reference).split()[0])


def _octets(valeur: Any) -> bytes:
    return valeur if isinstance(valeur, bytes) else str(valeur).encode()
