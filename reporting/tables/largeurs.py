"""How wide each column of a printed table is, from what it holds. Pure.

WeasyPrint would find it by laying every cell out three times, a fifth of what a report costs. The
sharing is that of an automatic layout, but a name stays on one line when its column can have it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reporting.francais import espace_ponctuation
from territoires.avances import largeur

PAGE_MM = 178.0  # an A4 page between the margins of rapport.css
MM_PAR_POINT = 25.4 / 72
# Kerning that parts two letters, and roundings.
JEU = 1.01
# Beyond, a text is read on two lines rather than pushing all others aside.
CONFORT_MM = 95.0
# Of a head's width: room for it on two lines.
DEUX_LIGNES = 0.6
# Between two numbers, more than the thin space that parts their thousands.
GOUTTIERE_MM = 1.0
# A word of more letters may be cut anywhere (`.long` of rapport.css).
LETTRES = 30
_MORCEAUX = re.compile(r"[^ -]*-|[^ -]+")


@dataclass(frozen=True)
class Corps:
    """Sizes of rapport.css: of the body and of the heads in points, of both paddings in mm."""

    corps: float
    tete: float
    marges: float


NORMAL = Corps(8.5, 8.5, 2.8)
DENSE = Corps(8, 7.5, 2)
SERRE = Corps(7.2, 6.8, 1)


@dataclass(frozen=True)
class Contenu:
    """Texts of a column: its head, its cells, those of its foot (in semibold)."""

    titre: str
    cellules: Sequence[str]
    pied: Sequence[str]
    numerique: bool  # never on two lines, its head excepted


@dataclass(frozen=True)
class Besoin:
    """In mm, paddings included: no word cut; cells on one line, head on two; all on one line."""

    minimum: float
    confort: float
    naturel: float


def parts(colonnes: Sequence[Contenu]) -> list[float]:
    """Percentages of the page's width, one a column; their sum is 100."""
    corps = SERRE if len(colonnes) > 11 else DENSE if len(colonnes) > 6 else NORMAL
    besoins = [_besoin(c, corps, cesure=False) for c in colonnes]
    if sum(b.minimum for b in besoins) > PAGE_MM:
        besoins = [_besoin(c, corps, cesure=True) for c in colonnes]
    largeurs = _partage(besoins)
    total = sum(largeurs)
    return [100 * x / total for x in largeurs]


def _partage(besoins: list[Besoin]) -> list[float]:
    minimums, conforts, naturels = zip(
        *((b.minimum, b.confort, b.naturel) for b in besoins), strict=True
    )
    if sum(naturels) <= PAGE_MM:
        return list(naturels)  # what is left is shared in proportion
    if sum(conforts) <= PAGE_MM:
        return _entre(conforts, naturels)
    return _entre(minimums, conforts)


def _entre(moins: Sequence[float], plus: Sequence[float]) -> list[float]:
    reste = PAGE_MM - sum(moins)
    envie = sum(plus) - sum(moins)
    if reste <= 0 or not envie:
        return list(moins)
    return [a + (b - a) * reste / envie for a, b in zip(moins, plus, strict=True)]


def _besoin(colonne: Contenu, corps: Corps, *, cesure: bool) -> Besoin:
    tete = _mesure([colonne.titre], corps.tete, gras=True, cesure=cesure)
    cellules = _mesure(colonne.cellules, corps.corps, gras=False, cesure=cesure)
    pied = _mesure(colonne.pied, corps.corps, gras=True, cesure=cesure)
    ligne = max(cellules[1], pied[1]) + (GOUTTIERE_MM if colonne.numerique else 0)
    mot = max(tete[0], ligne if colonne.numerique else max(cellules[0], pied[0]))
    return Besoin(
        mot + corps.marges,
        max(mot, min(ligne, CONFORT_MM), tete[1] * DEUX_LIGNES) + corps.marges,
        max(tete[1], ligne) + corps.marges,
    )


def _mesure(
    textes: Iterable[str], taille: float, *, gras: bool, cesure: bool
) -> tuple[float, float]:
    """The widest piece that does not break, the widest text: in mm."""
    mot = ligne = 0.0
    for texte in set(textes):
        imprime = espace_ponctuation(texte)
        ligne = max(ligne, largeur(imprime, taille, gras=gras))
        for morceau in _MORCEAUX.findall(imprime) if cesure else imprime.split(" "):
            if len(morceau) <= LETTRES:
                mot = max(mot, largeur(morceau, taille, gras=gras))
    echelle = MM_PAR_POINT * JEU
    return mot * echelle, ligne * echelle
