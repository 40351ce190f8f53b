"""The map of « Où nous trouver »: what its SVG says, from the ground and the marks. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from territoires import etiquettes
from territoires.etiquettes import Boite
from territoires.fond import Geometrie, Point, Projection, borders, rings, write

# Units of the drawing: about a pixel on a phone, a little more on a desk.
LARGEUR, HAUTEUR = 400, 320
# The ground is drawn once for the whole département, and enlarged around a commune.
LARGEUR_FOND = 1000
RAYON, RAYON_NUMERO, RAYON_CENTRE = 5.0, 10.0, 4.0
TAILLE = 13.0
AU_MOINS_KM = 14  # from side to side, or a single mark would stand on an empty ground
BORD = 26.0  # where no mark is


# What a name is written for, and where: latitude, longitude.
Nom = tuple[str, float, float]


@dataclass(frozen=True)
class Fond:
    """The département's outline and its EPCI's borders; `projection` places a point on them."""

    projection: Projection
    largeur: float
    hauteur: float
    trace: str


@dataclass(frozen=True)
class Repere:
    """A place to mark. `texte`: its number, or empty for a plain dot."""

    latitude: float
    longitude: float
    texte: str
    titre: str
    adresse: str = ""


def draw_ground(
    contours: Mapping[str, Geometrie | None], groupe_de: Mapping[str, str]
) -> Fond | None:
    """None when no commune has a contour."""
    anneaux = {code: siens for code, c in contours.items() if (siens := rings(c))}
    if not anneaux:
        return None
    projection = Projection(
        (point for siens in anneaux.values() for anneau in siens for point in anneau), LARGEUR_FOND
    )
    lignes = borders(anneaux, groupe_de)
    trace = "".join(_draw([projection(point) for point in ligne]) for ligne in lignes)
    return Fond(projection, LARGEUR_FOND, projection.hauteur, trace)


def _draw(points: list[Point]) -> str:
    """Whole units, in steps, without the corners that change nothing at this size."""
    entiers = [(round(x), round(y)) for x, y in _simplified(points)]
    (x, y), *suite = entiers
    pas = []
    for a, b in suite:
        if (a, b) != (x, y):
            pas.append(f"l{a - x} {b - y}")
            x, y = a, b
    return f"M{entiers[0][0]} {entiers[0][1]}{''.join(pas)}"


def _simplified(points: list[Point], tolerance: float = 0.8) -> list[Point]:
    """Douglas and Peucker's: corners nearer than `tolerance` to the line are left out."""
    gardes = {0, len(points) - 1}
    morceaux = [(0, len(points) - 1)]
    while morceaux:
        debut, fin = morceaux.pop()
        ecarts = [_away(points[i], points[debut], points[fin]) for i in range(debut + 1, fin)]
        if ecarts and max(ecarts) > tolerance:
            ou = debut + 1 + ecarts.index(max(ecarts))
            gardes.add(ou)
            morceaux += [(debut, ou), (ou, fin)]
    return [points[i] for i in sorted(gardes)]


def _away(point: Point, debut: Point, fin: Point) -> float:
    """Distance of a point to the line of two others; to the first of them when they are one."""
    dx, dy = fin[0] - debut[0], fin[1] - debut[1]
    longueur = (dx * dx + dy * dy) ** 0.5
    if not longueur:
        return float(((point[0] - debut[0]) ** 2 + (point[1] - debut[1]) ** 2) ** 0.5)
    return float(abs(dx * (point[1] - debut[1]) - dy * (point[0] - debut[0])) / longueur)


def whole_map(fond: Fond, reperes: Iterable[Repere], noms: Iterable[Nom]) -> dict[str, Any]:
    """The whole département, a dot for each place, the names that fit."""
    vue = _Vue(fond, (0.0, 0.0, fond.largeur, fond.hauteur), entiere=True)
    return vue.map(reperes, noms, RAYON, ())


def map_around(
    fond: Fond,
    centre: Nom,
    reperes: Sequence[Repere],
    noms: Iterable[Nom],
) -> dict[str, Any]:
    """What lies around a commune, as far as its marks; `centre` and `noms`: name, lat., long."""
    nom, latitude, longitude = centre
    points = [fond.projection((r.longitude, r.latitude)) for r in reperes]
    points.append(fond.projection((longitude, latitude)))
    vue = _Vue(fond, _window(points, fond.projection.km(AU_MOINS_KM)))
    carte = vue.map(reperes, noms, RAYON_NUMERO, [centre])
    x, y = vue.place(latitude, longitude)
    return {**carte, "centre": {"x": write(x), "y": write(y), "nom": nom}}


def _window(points: Sequence[Point], au_moins: float) -> Boite:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    cx, cy = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    utile_x, utile_y = 1 - 2 * BORD / LARGEUR, 1 - 2 * BORD / HAUTEUR
    large = max(
        (max(xs) - min(xs)) / utile_x,
        (max(ys) - min(ys)) / utile_y * LARGEUR / HAUTEUR,
        au_moins,
    )
    haut = large * HAUTEUR / LARGEUR
    return (cx - large / 2, cy - haut / 2, cx + large / 2, cy + haut / 2)


class _Vue:
    """A window on the ground, in units of the drawing."""

    def __init__(self, fond: Fond, fenetre: Boite, *, entiere: bool = False) -> None:
        gauche, haut, droite, bas = fenetre
        self.fond, self._gauche, self._haut = fond, gauche, haut
        self._echelle = LARGEUR / (droite - gauche)
        self.hauteur = round((bas - haut) * self._echelle)
        self._pas = 20 if entiere or fond.projection.km(20) * self._echelle < 130 else 5

    def place(self, latitude: float, longitude: float) -> Point:
        x, y = self.fond.projection((longitude, latitude))
        return (x - self._gauche) * self._echelle, (y - self._haut) * self._echelle

    def map(
        self,
        reperes: Iterable[Repere],
        noms: Iterable[Nom],
        rayon: float,
        gras: Sequence[Nom],
    ) -> dict[str, Any]:
        marques = self._marks(reperes, rayon)
        boites = [_box(x, y, rayon) for x, y, _ in marques]
        boites += [_box(*self.place(*ou), RAYON_CENTRE) for _, *ou in gras]
        a_ecrire = [
            self._name(nom, self.place(*ou), boites, en_gras)
            for liste, en_gras in ((gras, True), (noms, False))
            for nom, *ou in liste
        ]
        echelle = self._scale()
        poses = etiquettes.place(
            a_ecrire,
            [*boites, (float(echelle["x"]) - 4, self.hauteur - 26, LARGEUR, self.hauteur)],
            (0, 0, LARGEUR, self.hauteur),
        )
        return {
            "largeur": LARGEUR,
            "hauteur": self.hauteur,
            "trace": self.fond.trace,
            "agrandissement": f"{self._echelle:.4f}",
            "decalage_x": write(-self._gauche * self._echelle),
            "decalage_y": write(-self._haut * self._echelle),
            "rayon": write(rayon),
            "centre": None,
            "reperes": [
                {"x": write(x), "y": write(y), "texte": r.texte, "titre": r.titre, "url": r.adresse}
                for x, y, r in marques
            ],
            "noms": [
                {"x": write(p.x), "y": write(p.y), "texte": p.nom.texte, "gras": p.nom.gras}
                for p in poses
            ],
            "echelle": echelle,
        }

    def _name(self, nom: str, ou: Point, boites: Sequence[Boite], gras: bool) -> etiquettes.Nom:
        """Beside the mark that covers its point, if there is one."""
        x, y = ou
        couvert = [b for b in boites if b[0] <= x <= b[2] and b[1] <= y <= b[3]]
        recul = max(((b[2] - b[0]) / 2 for b in couvert), default=0.0)
        return etiquettes.Nom(nom, x, y, TAILLE, gras=gras, recul=recul)

    def _marks(self, reperes: Iterable[Repere], rayon: float) -> list[tuple[float, float, Repere]]:
        """Each at its place, or beside: two lieux of one street must both be seen."""
        posees: list[tuple[float, float, Repere]] = []
        for repere in reperes:
            x, y = self.place(repere.latitude, repere.longitude)
            if repere.texte:
                x, y = _free_place(x, y, 2 * rayon + 1, [(a, b) for a, b, _ in posees])
            posees.append((x, y, repere))
        return posees

    def _scale(self) -> dict[str, Any]:
        cote = self.fond.projection.km(self._pas) * self._echelle
        return {
            "x": write(LARGEUR - cote - 8),
            "fin": LARGEUR - 8,
            "y": self.hauteur - 8,
            "texte_y": self.hauteur - 14,
            "texte": f"{self._pas}\u00a0km",
        }


def _box(x: float, y: float, rayon: float) -> Boite:
    return (x - rayon, y - rayon, x + rayon, y + rayon)


def _free_place(x: float, y: float, ecart: float, prises: Sequence[Point]) -> Point:
    """The nearest of the places in rows of `ecart` around a point that covers no other mark."""
    places = sorted(
        ((x + i * ecart, y + j * ecart) for i in range(-3, 4) for j in range(-3, 4)),
        key=lambda p: (abs(p[0] - x) + abs(p[1] - y), p),
    )
    for a, b in places:
        if all((a - c) ** 2 + (b - d) ** 2 >= (ecart - 1.5) ** 2 for c, d in prises):
            return a, b
    return x, y
