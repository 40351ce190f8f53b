"""Geometry of the two maps: contours in degrees in, SVG paths out. Pure.

Equirectangular projection, longitudes scaled by the cosine of the middle latitude: true enough
for one département (less than 1 % over 100 km), and one kilometre is the same everywhere.
"""

import math
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from reporting import francais as fr
from reporting.graphiques import remplissage
from reporting.tables.couverture import classes_libelles

Point = tuple[float, float]
Geometrie = dict[str, Any]

KM_PAR_DEGRE = 111.195  # of latitude, on a sphere of 6,371.0088 km
LARGEUR_A, LARGEUR_B = 680, 440
MARGE = 6

# Class -> pattern of svg/_motifs.svg: dark near, light far, hatched beyond the threshold.
MOTIFS = ("classe-0", "classe-1", "classe-2", "classe-3", "classe-4", "classe-5")


class Projection:
    """Degrees -> points of a drawing `largeur` wide."""

    def __init__(self, points: Iterable[Point], largeur: float) -> None:
        longitudes, latitudes = zip(*points, strict=True)
        self._ouest, self._nord = min(longitudes), max(latitudes)
        self._cos = math.cos(math.radians((self._nord + min(latitudes)) / 2))
        etendue = (max(longitudes) - self._ouest) * self._cos
        self._echelle = (largeur - 2 * MARGE) / etendue
        self.hauteur = round((self._nord - min(latitudes)) * self._echelle + 2 * MARGE)

    def __call__(self, point: Point) -> Point:
        longitude, latitude = point
        return (
            MARGE + (longitude - self._ouest) * self._cos * self._echelle,
            MARGE + (self._nord - latitude) * self._echelle,
        )

    def km(self, kilometres: float) -> float:
        return kilometres / KM_PAR_DEGRE * self._echelle


def carte_des_communes(donnees: Geometrie, contours: dict[str, Geometrie]) -> dict:
    """Map A: communes by class of distance, lieux actifs, borders of the EPCI."""
    fond = _Fond(donnees, contours, LARGEUR_A)
    libelles = classes_libelles(donnees)
    classe_de = {c["code"]: c["classe"] for c in donnees["communes"]}
    classes = [
        {
            "fond": remplissage(_motif(rang, cle), "communes"),
            "libelle": libelle,
            "d": fond.surface(code for code, classe in classe_de.items() if classe == cle),
        }
        for rang, (cle, libelle) in enumerate(libelles)
    ]
    titre = (
        "Carte des communes selon la distance au lieu actif le plus proche"
        f"{fr.FINE}; les mêmes nombres sont dans le tableau « Communes selon la distance »."
    )
    lieux = [
        fond.point(lieu["longitude"], lieu["latitude"])
        for lieu in donnees.get("lieux", [])
        if lieu["actif"] and lieu.get("latitude") is not None
    ]
    lieux = [lieu for lieu in lieux if fond.contient(lieu)]
    return {
        **fond.cadre("communes", titre),
        "classes": _avec_legende(classes, fond.hauteur + 18),
        "lieux": lieux,
        "legende_lieux": bool(lieux),
    }


def carte_des_heures(donnees: Geometrie, contours: dict[str, Geometrie]) -> dict:
    """Map B: hours held per 1,000 inhabitants by EPCI."""
    fond = _Fond(donnees, contours, LARGEUR_B)
    valeurs = {e["siren"]: e.get("heures_pour_1000") for e in donnees["par_epci"]}
    siren_de = {c["code"]: c["siren"] for c in donnees["communes"]}
    pas = _pas(max((v or 0 for v in valeurs.values()), default=0))
    classes = [
        {
            "fond": remplissage(motif, "heures"),
            "libelle": libelle,
            "d": fond.surface(
                code for code, siren in siren_de.items() if _classe(valeurs.get(siren), pas) == rang
            ),
        }
        for rang, (motif, libelle) in enumerate(_classes_heures(pas))
    ]
    titre = (
        "Carte des heures tenues pour 1 000 habitants par EPCI"
        f"{fr.FINE}; les mêmes nombres sont dans le tableau « Plan et réalité par EPCI »."
    )
    return {
        **fond.cadre("heures", titre),
        "classes": _avec_legende(classes, fond.hauteur + 18, par_ligne=2),
        "lieux": [],
        "legende_lieux": False,
    }


def _pas(maximum: float) -> float:
    """Width of a class, round, so that four of them reach `maximum`."""
    if maximum <= 0:
        return 1
    brut = maximum / 4
    puissance = 10 ** math.floor(math.log10(brut))
    ronds = (p * puissance for p in (1, 1.5, 2, 2.5, 3, 4, 5, 7.5, 10))
    return float(next(pas for pas in ronds if pas >= brut - 1e-9))


def _classe(valeur: float | None, pas: float) -> int:
    """0 for four steps or nearly, 3 for the least, 4 for no hour at all."""
    if not valeur:
        return 4
    return 3 - min(3, math.ceil(valeur / pas - 1e-9) - 1)


def _classes_heures(pas: float) -> list[tuple[str, str]]:
    def borne(n: int) -> str:
        valeur = pas * n
        chiffres = next((c for c in range(3) if abs(round(valeur, c) - valeur) < 1e-9), 3)
        return fr.decimal(valeur, chiffres)

    return [
        ("classe-0", f"plus de {borne(3)} h"),
        ("classe-1", f"de {borne(2)} à {borne(3)} h"),
        ("classe-2", f"de {borne(1)} à {borne(2)} h"),
        ("classe-3", f"{borne(1)} h au plus"),
        ("classe-5", "aucune heure tenue"),
    ]


def _motif(rang: int, cle: str) -> str:
    """An instance may set more distances than we have patterns: the farther ones share one."""
    if cle == "sans":
        return MOTIFS[-1]
    return MOTIFS[min(rang, 4)]


class _Fond:
    """Contours of the communes, projected once."""

    def __init__(self, donnees: Geometrie, contours: dict[str, Geometrie], largeur: int) -> None:
        siren_de = {c["code"]: c["siren"] for c in donnees["communes"]}
        self._anneaux = {
            code: anneaux for code in sorted(siren_de) if (anneaux := _anneaux(contours.get(code)))
        }
        self._projection = Projection(
            (p for anneaux in self._anneaux.values() for anneau in anneaux for p in anneau),
            largeur,
        )
        self.largeur, self.hauteur = largeur, self._projection.hauteur
        self._limites = self._trace_limites(siren_de)

    def surface(self, codes: Iterable[str]) -> str:
        """One path for many communes: a pattern is then painted once per class."""
        return "".join(
            self._trace(anneau, fin="Z") for code in codes for anneau in self._anneaux.get(code, [])
        )

    def point(self, longitude: float, latitude: float) -> dict[str, str]:
        x, y = self._projection((longitude, latitude))
        return {"x": _n(x), "y": _n(y)}

    def contient(self, point: dict[str, str]) -> bool:
        """A lieu of a neighbouring département may lie outside the drawing."""
        return 0 <= float(point["x"]) <= self.largeur and 0 <= float(point["y"]) <= self.hauteur

    def cadre(self, prefixe: str, titre: str) -> dict[str, Any]:
        cote = self._projection.km(20)
        return {
            "prefixe": prefixe,
            "titre": titre,
            "largeur": self.largeur,
            "hauteur": self.hauteur + 64,
            "limites": self._limites,
            "echelle": {
                "x": _n(self.largeur - cote - 12),
                "fin": _n(self.largeur - 12),
                "y": self.hauteur - 10,
                "texte_y": self.hauteur - 18,
                "texte": f"20{fr.INSECABLE}km",
            },
            "legende_lieux_y": self.hauteur + 54,
        }

    def _trace(self, points: list[Point], fin: str = "") -> str:
        projetes = (self._projection(p) for p in points)
        return "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in projetes) + fin

    def _trace_limites(self, siren_de: dict[str, str]) -> str:
        """Edges met by one EPCI only: between two EPCI, or on the département's border."""
        riverains: dict[tuple[Point, Point], list[str]] = defaultdict(list)
        for code, anneaux in self._anneaux.items():
            for anneau in anneaux:
                for a, b in pairwise(anneau):
                    riverains[(min(a, b), max(a, b))].append(siren_de[code])
        aretes = [
            arete for arete, sirens in riverains.items() if len(sirens) == 1 or len(set(sirens)) > 1
        ]
        return "".join(self._trace(ligne) for ligne in _chaine(aretes))


def _chaine(aretes: list[tuple[Point, Point]]) -> list[list[Point]]:
    """Edges joined end to end, so that the line's corners are joined too."""
    voisins: dict[Point, list[Point]] = defaultdict(list)
    for a, b in aretes:
        voisins[a].append(b)
        voisins[b].append(a)
    lignes = []
    # From the junctions first, so that a line runs from junction to junction.
    for depart in sorted(voisins, key=lambda p: (len(voisins[p]) == 2, p)):
        while voisins[depart]:
            ligne = [depart]
            while voisins[ligne[-1]]:
                suivant = voisins[ligne[-1]].pop()
                voisins[suivant].remove(ligne[-1])
                ligne.append(suivant)
            lignes.append(ligne)
    return lignes


def _anneaux(geometrie: Geometrie | None) -> list[list[Point]]:
    if not geometrie:
        return []
    polygones = geometrie["coordinates"]
    if geometrie["type"] == "Polygon":
        polygones = [polygones]
    return [[(x, y) for x, y, *_ in anneau] for polygone in polygones for anneau in polygone]


def _avec_legende(classes: list[dict], haut: float, *, par_ligne: int = 3) -> list[dict]:
    largeur = 222
    for rang, classe in enumerate(classes):
        classe["legende_x"] = 8 + largeur * (rang % par_ligne)
        classe["legende_y"] = round(haut + 18 * (rang // par_ligne))
    return classes


def _n(valeur: float) -> str:
    return f"{valeur:.1f}".removesuffix(".0")
