"""Geometry of the charts: numbers in, coordinates out; SVG templates draw them. Pure.

One source for the PDF and the screen: presentation attributes only, no style sheet, and every
class told apart by a pattern as well as by a colour.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from permanences.enums import NatureSeance
from reporting import francais as fr

LARGEUR, HAUTEUR = 680, 195
GAUCHE, DROITE, HAUT, BAS = 52, 8, 22, 30

MOTIFS_NATURE = (
    (NatureSeance.INDIVIDUEL, "Accompagnements individuels", "plein"),
    (NatureSeance.ATELIER, "Ateliers", "raye"),
    (NatureSeance.MINI_FORMATION, "Mini-formations", "pointe"),
)


@dataclass(frozen=True)
class Serie:
    """One layer of the bars. `motif` names a pattern of `svg/_motifs.svg`."""

    libelle: str
    motif: str
    valeurs: Sequence[int]


def graduations(maximum: float, *, nombre: int = 4) -> list[float]:
    """Round steps from 0 to at least `maximum`: 23 -> 0, 10, 20, 30."""
    if maximum <= 0:
        return [0, 1]
    brut = maximum / nombre
    puissance = 10 ** (len(str(int(brut))) - 1) if brut >= 1 else 1
    pas = next(p * puissance for p in (1, 2, 5, 10) if p * puissance >= brut)
    crans = int(-(-maximum // pas))
    return [i * pas for i in range(crans + 1)]


def barres(
    mois: Sequence[str],
    series: Sequence[Serie],
    *,
    titre: str,
    prefixe: str,
    nommer: Callable[[str], str] = fr.mois_court,
) -> dict:
    """Stacked bars, one per month; `prefixe` keeps pattern ids apart on one screen page."""
    totaux = [sum(s.valeurs[i] for s in series) for i in range(len(mois))]
    # Room above the tallest bar for its own total: the legend stands there.
    crans = graduations(max(totaux, default=0) * 1.05)
    echelle = (HAUTEUR - HAUT - BAS) / crans[-1]
    pas = (LARGEUR - GAUCHE - DROITE) / max(len(mois), 1)
    base = HAUTEUR - BAS
    colonnes = []
    for i, nom in enumerate(mois):
        morceaux = _empile([(s.motif, s.valeurs[i] * echelle) for s in series], base, prefixe)
        x = GAUCHE + i * pas
        colonnes.append(
            {
                "x": _n(x + pas * 0.16),
                "largeur": _n(pas * 0.68),
                "milieu": _n(x + pas / 2),
                "morceaux": morceaux,
                "haut": _n(base - totaux[i] * echelle - 4),
                "total": fr.entier(totaux[i]),
                "nom": nommer(nom),
            }
        )
    return {
        **_cadre(titre, prefixe),
        "colonnes": colonnes,
        "crans": [{"y": _n(base - c * echelle), "texte": fr.entier(c)} for c in crans],
        "legende": [
            {
                "x": GAUCHE + 190 * i,
                "fond": remplissage(s.motif, prefixe),
                "libelle": s.libelle,
            }
            for i, s in enumerate(series)
        ],
    }


def _empile(couches: list[tuple[str, float]], base: float, prefixe: str) -> list[dict[str, str]]:
    """Layers (pattern, height) piled from `base` upwards; an empty one is not drawn."""
    morceaux, y = [], base
    for motif, hauteur in couches:
        y -= hauteur
        if hauteur:
            fond = remplissage(motif, prefixe)
            morceaux.append({"y": _n(y), "h": _n(hauteur), "fond": fond})
    return morceaux


# From a month to the next: beyond, the line crosses the label of the lower one.
PENTE = 0.12


def courbe(
    mois: Sequence[str], parts: Sequence[float | str | None], *, titre: str, prefixe: str
) -> dict:
    """A share in [0, 1] per month, or the text that stands for it; None: nothing to divide by.

    The line stops where there is no share.
    """
    base, hauteur = HAUTEUR - BAS, HAUTEUR - HAUT - BAS
    pas = (LARGEUR - GAUCHE - DROITE) / max(len(mois), 1)
    points: list[dict[str, Any]] = []
    trait, leve = "", True
    for i, (nom, part) in enumerate(zip(mois, parts, strict=True)):
        x = _n(GAUCHE + (i + 0.5) * pas)
        point = {"x": x, "nom": fr.mois_court(nom), "y": None, "texte": fr.TIRET}
        if part is None or isinstance(part, str):
            point |= {"texte": part or fr.TIRET}
            leve = True
        else:
            y = _n(base - part * hauteur)
            trait += f"{'M' if leve else 'L'}{x} {y}"
            leve = False
            ecart = -15 if _creux(parts, i) and part * hauteur > 20 else 7
            point |= {"y": y, "haut": _n(base - part * hauteur - ecart), "texte": fr.pourcent(part)}
        points.append(point)
    return {
        **_cadre(titre, prefixe),
        "points": points,
        "trait": trait,
        "base": base,
        "crans": [
            {"y": _n(base - c / 4 * hauteur), "texte": fr.pourcent(c / 4).replace(",0", "")}
            for c in range(5)
        ],
    }


def _creux(parts: Sequence[float | str | None], rang: int) -> bool:
    """The line climbs so steeply from this month that it would cross a label above it."""
    voisins = [p for p in parts[max(rang - 1, 0) : rang + 2] if isinstance(p, int | float)]
    return parts[rang] == min(voisins) and max(voisins) - min(voisins) > PENTE


def barres_des_douze_mois(donnees: dict[str, Any], *, prefixe: str = "") -> list[dict]:
    """The two charts of a fréquentation: séances, then participations, by nature."""
    douze = donnees.get("douze_mois", [])
    graphiques = []
    for cle, nom in (("seances", "Séances"), ("participations", "Participations")):
        series = [
            Serie(libelle, motif, [m["par_nature"].get(nature, {}).get(cle, 0) for m in douze])
            for nature, libelle, motif in MOTIFS_NATURE
        ]
        titre = (
            f"{nom} par mois et par nature, en barres{fr.FINE}; "
            "les mêmes nombres sont dans le tableau « Douze derniers mois »."
        )
        mois = [m["mois"] for m in douze]
        graphique = barres(
            mois, series, titre=fr.espace_ponctuation(titre), prefixe=f"{prefixe}{cle}"
        )
        graphiques.append({**graphique, "titre_court": f"{nom} par nature, sur douze mois"})
    return graphiques


def barres_des_trimestres(trimestres: Sequence[str], euros: dict[str, Sequence[int]]) -> dict:
    """Instalments expected per quarter, by phase; whole euros, the table has the cents."""
    motifs = ("plein", "raye")
    series = [
        Serie(f"Phase {phase}", motif, valeurs)
        for motif, (phase, valeurs) in zip(motifs, euros.items(), strict=True)
    ]
    titre = "Versements attendus par trimestre et par phase, en barres ; le tableau les donne."
    return barres(
        trimestres, series, titre=fr.espace_ponctuation(titre), prefixe="attendus", nommer=str
    )


def courbe_des_taux(donnees: dict[str, Any], *, prefixe: str = "") -> dict:
    """The chart of a couverture: share of the créneaux that were held, month by month."""
    douze = donnees.get("douze_mois", [])
    titre = (
        f"Part des créneaux tenus par mois, en courbe{fr.FINE}; les mêmes nombres sont dans le "
        "tableau « Douze derniers mois »."
    )
    trace = courbe(
        [m["mois"] for m in douze],
        [fr.NON_CONNU if m["prevues"] is None else m["taux_tenue"] for m in douze],
        titre=fr.espace_ponctuation(titre),
        prefixe=f"{prefixe}taux",
    )
    return {**trace, "titre_court": "Part des créneaux tenus, sur douze mois"}


# Plain colours are painted as such: a tiled pattern would show its seams.
COULEURS = {
    "plein": "#1f4e79",
    "classe-0": "#123f6d",
    "classe-1": "#4f8fc0",
    "classe-2": "#c3dbee",
}


def remplissage(motif: str, prefixe: str) -> str:
    """Value of `fill`: a colour, or a pattern of `svg/_motifs.svg`."""
    return COULEURS.get(motif) or f"url(#{prefixe}-{motif})"


def _cadre(titre: str, prefixe: str) -> dict[str, Any]:
    return {
        "titre": titre,
        "prefixe": prefixe,
        "largeur": LARGEUR,
        "hauteur": HAUTEUR,
        "gauche": GAUCHE,
        "droite": LARGEUR - DROITE,
        "bas": HAUTEUR - 10,
    }


def _n(valeur: float) -> str:
    """One decimal, with a point whatever the locale of the template."""
    return f"{valeur:.1f}".removesuffix(".0")
