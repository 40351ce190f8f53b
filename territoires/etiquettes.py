"""Names on a map: which fit, and where. Pure.

A name is written at the commune's point when it lies inside the drawing and covers neither
another name nor a mark. Widths come from the font itself (a test compares), so that what fits
here fits in the PDF and on the screen. The first served are those the caller puts first.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from territoires.avances import largeur

Boite = tuple[float, float, float, float]  # left, top, right, bottom

HAUTEUR_CAPITALE, DESCENTE = 0.66, 0.2  # of the size; letters below the line reach 0.2
HALO = 1.2
ECART_X, ECART_Y = 4.0, 2.0  # between two names: a map full of names is read by nobody
# From a point to the name beside it: a town may stand a little farther, its mark being known.
PRES, LOIN = 3.0, 7.0
AISE = 8.0  # from a name to the mark of another


@dataclass(frozen=True)
class Nom:
    """A name to write at `x`, `y`; `gras`: a town, in semibold."""

    texte: str
    x: float
    y: float
    taille: float
    gras: bool = False
    recul: float = 0.0  # radius of a mark at its own point, beside which it stands


@dataclass(frozen=True)
class Etiquette:
    """A name and its place: `x` is its middle, `y` its base line."""

    nom: Nom
    x: float
    y: float

    @property
    def boite(self) -> Boite:
        demie = largeur(self.nom.texte, self.nom.taille, gras=self.nom.gras) / 2 + HALO
        return (
            self.x - demie,
            self.y - HAUTEUR_CAPITALE * self.nom.taille - HALO,
            self.x + demie,
            self.y + DESCENTE * self.nom.taille + HALO,
        )


def place(noms: Iterable[Nom], marques: Sequence[Boite], cadre: Boite) -> list[Etiquette]:
    """The names that fit in `cadre`, each in its first free place, in the order received.

    A place at some distance from the marks of others is looked for first, so that a name is
    not read as theirs.
    """
    posees: list[Etiquette] = []
    for nom in noms:
        autres = [marque for marque in marques if not _du_point(nom, marque)]
        aeres = [_elargie(marque, AISE, AISE) for marque in autres]
        libres = [e for e in _places(nom) if _libre(e, posees, marques, cadre)]
        au_large = (e for e in libres if not any(_touche(e.boite, m) for m in aeres))
        if choisie := next(au_large, next(iter(libres), None)):
            posees.append(choisie)
    return posees


def _libre(
    etiquette: Etiquette, posees: list[Etiquette], marques: Sequence[Boite], cadre: Boite
) -> bool:
    boite = etiquette.boite
    large = _elargie(boite, ECART_X, ECART_Y)
    return (
        _dedans(boite, cadre)
        and not any(_touche(boite, marque) for marque in marques)
        and not any(_touche(large, posee.boite) for posee in posees)
    )


def _du_point(nom: Nom, marque: Boite) -> bool:
    """The mark is at the name's own point, or nearly."""
    return _touche(_elargie(marque, PRES, PRES), (nom.x, nom.y, nom.x, nom.y))


def _places(nom: Nom) -> Iterator[Etiquette]:
    """On the point, then below, above, right, left, and for a town at the corners and farther."""
    demie = largeur(nom.texte, nom.taille, gras=nom.gras) / 2 + HALO
    capitale, descente = HAUTEUR_CAPITALE * nom.taille, DESCENTE * nom.taille
    centre = nom.y + capitale / 2
    if not nom.recul:
        yield Etiquette(nom, nom.x, centre)
    for ecart in (PRES, LOIN) if nom.gras else (PRES,):
        recul = ecart + nom.recul
        dessous = nom.y + recul + HALO + capitale
        dessus = nom.y - recul - HALO - descente
        droite, gauche = nom.x + recul + demie, nom.x - recul - demie
        for x, y in ((nom.x, dessous), (nom.x, dessus), (droite, centre), (gauche, centre)):
            yield Etiquette(nom, x, y)
        if nom.gras:
            for y in (dessous, dessus):
                yield from (Etiquette(nom, x, y) for x in (droite, gauche))


def _elargie(boite: Boite, de_x: float, de_y: float) -> Boite:
    gauche, haut, droite, bas = boite
    return (gauche - de_x, haut - de_y, droite + de_x, bas + de_y)


def _dedans(boite: Boite, cadre: Boite) -> bool:
    return (
        boite[0] >= cadre[0]
        and boite[1] >= cadre[1]
        and boite[2] <= cadre[2]
        and boite[3] <= cadre[3]
    )


def _touche(a: Boite, b: Boite) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
