"""The two maps of a couverture, as the numbers of their SVG; the ground is territoires.fond."""

import math
from collections.abc import Iterable
from typing import Any

from reporting import francais as fr
from reporting.graphiques import remplissage
from reporting.tables.couverture import classes_libelles
from territoires import etiquettes
from territoires.etiquettes import Boite, Nom
from territoires.fond import Geometrie, Point, Projection, borders, draw, outline, rings
from territoires.fond import write as _n

LARGEUR_A, LARGEUR_B = 680, 440
RAYON_LIEU = 3.6  # of a lieu's mark, its line included
# At A4 a unit of map A is 0.62 pt: the smallest name is printed in 5.6 pt.
TAILLE_VILLE, TAILLE_NOM = 10.5, 9.0
TRAIT_CLAIR, TRAIT_FONCE = "#ffffff", "#5c3a00"
# Beyond this many, names hide the map; the table beside it holds them all.
NOMS_MAX = 40

# Class -> pattern of svg/_motifs.svg: dark near, light far, hatched beyond the threshold.
MOTIFS = ("classe-0", "classe-1", "classe-2", "classe-3", "classe-4", "classe-5")


def cartes(donnees: Geometrie, carte: Geometrie | None, *, prefixe: str = "") -> Geometrie:
    """Both maps of a couverture, or None for each where nothing can be drawn.

    `carte`: as `selectors.carte.carte_du_departement` gives it. `prefixe` keeps the ids of two
    maps A apart on one screen.
    """
    communes = [c for c in (carte or {}).get("communes", []) if c["contour"]]
    contours = {c["code"]: c["contour"] for c in communes}
    if carte is None or not any(c["code"] in contours for c in donnees.get("communes", [])):
        return {"carte_communes": None, "carte_heures": None, "attribution": ""}
    points = {c["code"]: c["point"] for c in communes if c.get("point")}
    return {
        "carte_communes": carte_des_communes(
            donnees, contours, points, prefixe=f"{prefixe}communes"
        ),
        "carte_heures": carte_des_heures(donnees, contours, prefixe=f"{prefixe}heures"),
        "attribution": carte["attribution"],
    }


def carte_des_communes(
    donnees: Geometrie,
    contours: dict[str, Geometrie],
    points: dict[str, Point] | None = None,
    *,
    prefixe: str = "communes",
) -> dict:
    """Map A: communes by class of distance, lieux actifs, borders of the EPCI, names.

    `points`: longitude and latitude of each commune's chef-lieu; without them, no name.
    """
    fond = _Fond(donnees, contours, LARGEUR_A)
    libelles = classes_libelles(donnees)
    classe_de = {c["code"]: c["classe"] for c in donnees["communes"]}
    classes = [
        {
            "fond": remplissage(_motif(rang, cle), prefixe),
            "libelle": libelle,
            "d": fond.surface(code for code, classe in classe_de.items() if classe == cle),
            "trait": _trait(rang, cle),
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
    cadre = fond.cadre(prefixe, titre)
    noms = _noms(donnees, points or {}, fond, lieux)
    return {
        **cadre,
        "hauteur": cadre["hauteur"] + (18 if noms else 0),
        "classes": _avec_legende(classes, fond.hauteur + 18),
        "lieux": lieux,
        "legende_lieux": bool(lieux),
        "noms": noms,
        "rayon": donnees.get("distance_non_desservie_km", 10),
    }


def _noms(
    donnees: Geometrie, points: dict[str, Point], fond: "_Fond", lieux: list[dict[str, str]]
) -> list[dict[str, Any]]:
    """The names that fit: the largest commune of each EPCI, then those « non desservies »."""
    marques = [_autour(float(lieu["x"]), float(lieu["y"])) for lieu in lieux]
    noms = [
        Nom(commune["nom"], *fond.place(points[commune["code"]]), taille, gras=gras)
        for communes, taille, gras in (
            (_chefs_lieux(donnees), TAILLE_VILLE, True),
            (_non_desservies(donnees), TAILLE_NOM, False),
        )
        for commune in communes
        if commune["code"] in points
    ]
    posees = etiquettes.place(noms, [*marques, fond.coin_echelle], fond.boite)
    return [
        {
            "texte": posee.nom.texte,
            "x": _n(posee.x),
            "y": _n(posee.y),
            "taille": _n(posee.nom.taille),
            "gras": posee.nom.gras,
        }
        for posee in posees
    ]


def _chefs_lieux(donnees: Geometrie) -> list[Geometrie]:
    """The most populated commune of each EPCI, the largest first."""
    premieres: dict[str, Geometrie] = {}
    for commune in _par_population(donnees["communes"]):
        premieres.setdefault(commune["siren"] or commune["code"], commune)
    return list(premieres.values())


def _non_desservies(donnees: Geometrie) -> list[Geometrie]:
    deja = {commune["code"] for commune in _chefs_lieux(donnees)}
    autres = (c for c in donnees["communes_non_desservies"] if c["code"] not in deja)
    return _par_population(autres)[:NOMS_MAX]


def _par_population(communes: Iterable[Geometrie]) -> list[Geometrie]:
    return sorted(communes, key=lambda c: (-(c["population"] or 0), c["code"]))


def _autour(x: float, y: float) -> Boite:
    return (x - RAYON_LIEU, y - RAYON_LIEU, x + RAYON_LIEU, y + RAYON_LIEU)


def carte_des_heures(
    donnees: Geometrie, contours: dict[str, Geometrie], *, prefixe: str = "heures"
) -> dict:
    """Map B: hours held per 1,000 inhabitants by EPCI."""
    fond = _Fond(donnees, contours, LARGEUR_B)
    valeurs = {e["siren"]: e.get("heures_pour_1000") for e in donnees["par_epci"]}
    siren_de = {c["code"]: c["siren"] for c in donnees["communes"]}
    pas = _pas(max((v or 0 for v in valeurs.values()), default=0))
    classes = [
        {
            "fond": remplissage(motif, prefixe),
            "libelle": libelle,
            "trait": TRAIT_CLAIR,
            "d": fond.bloc(
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
        **fond.cadre(prefixe, titre),
        "classes": _avec_legende(classes, fond.hauteur + 18, par_ligne=2),
        "lieux": [],
        "legende_lieux": False,
        "noms": [],
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


def _trait(rang: int, cle: str) -> str:
    """Colour of the line between two communes: white would be lost in the light patterns."""
    return TRAIT_CLAIR if rang < 3 and cle != "sans" else TRAIT_FONCE


class _Fond:
    """Contours of the communes, projected once."""

    def __init__(self, donnees: Geometrie, contours: dict[str, Geometrie], largeur: int) -> None:
        siren_de = {c["code"]: c["siren"] for c in donnees["communes"]}
        self._anneaux = {
            code: anneaux for code in sorted(siren_de) if (anneaux := rings(contours.get(code)))
        }
        self._projection = Projection(
            (p for anneaux in self._anneaux.values() for anneau in anneaux for p in anneau),
            largeur,
        )
        self.largeur, self.hauteur = largeur, self._projection.hauteur
        self._limites = "".join(
            draw(ligne, self._projection) for ligne in borders(self._anneaux, siren_de)
        )

    def surface(self, codes: Iterable[str]) -> str:
        """One path for many communes: a pattern is then painted once per class."""
        return "".join(
            draw(anneau, self._projection, fin="Z")
            for code in codes
            for anneau in self._anneaux.get(code, [])
        )

    def bloc(self, codes: Iterable[str]) -> str:
        """The same surface without the borders inside it: where only groups are told apart.

        Fewer points to draw: a fifth of them for the EPCI of the Sarthe.
        """
        anneaux = (anneau for code in codes for anneau in self._anneaux.get(code, []))
        return "".join(draw(ligne, self._projection, fin="Z") for ligne in outline(anneaux))

    def point(self, longitude: float, latitude: float) -> dict[str, str]:
        x, y = self._projection((longitude, latitude))
        return {"x": _n(x), "y": _n(y)}

    def place(self, point: Point) -> Point:
        return self._projection((point[0], point[1]))

    @property
    def boite(self) -> Boite:
        return (0, 0, self.largeur, self.hauteur)

    @property
    def coin_echelle(self) -> Boite:
        """Where the scale bar and its words are."""
        cote = self._projection.km(20)
        return (self.largeur - cote - 12, self.hauteur - 30, self.largeur, self.hauteur)

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
            "legende_noms_y": self.hauteur + 76,
        }


def _avec_legende(classes: list[dict], haut: float, *, par_ligne: int = 3) -> list[dict]:
    largeur = 222
    for rang, classe in enumerate(classes):
        classe["legende_x"] = 8 + largeur * (rang % par_ligne)
        classe["legende_y"] = round(haut + 18 * (rang // par_ligne))
    return classes
