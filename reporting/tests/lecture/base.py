"""What the PDF must say of each number of the JSON, written without the code that prints it.

`attendus(donnees)` gives lines of cells as a reader finds them, and remembers every number it
took from `donnees`: what was not taken is a figure that nobody looks for.
"""

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from reporting.enums import Figure

Chemin = tuple[str | int, ...]
Ligne = list[str]

# Derived in the report from two figures of the line: not a number of the JSON.
PART = re.compile(r"(?:[\d ]+,\d %|—)")
DECIMALE = re.compile(r"(?:[\d ]+,\d|—)")

NON_IMPRIMES = {
    r"schema": "version of the file format, not a figure",
    r"lieux\.\d+\.(latitude|longitude)": "coordinates: the map shows them",
    r"douze_mois\.\d+\.ateliers": "sum of two columns of its line, ateliers and mini-formations",
}


def numbers(valeur: Any, chemin: Chemin = ()) -> Iterator[Chemin]:
    """Path of every number; a yes or no is not one."""
    if isinstance(valeur, dict):
        for cle, suite in valeur.items():
            yield from numbers(suite, (*chemin, cle))
    elif isinstance(valeur, list):
        for rang, suite in enumerate(valeur):
            yield from numbers(suite, (*chemin, rang))
    elif isinstance(valeur, int | float) and not isinstance(valeur, bool):
        yield chemin


def is_technical(chemin: Chemin) -> bool:
    texte = ".".join(map(str, chemin))
    return any(re.fullmatch(motif, texte) for motif in NON_IMPRIMES)


def grouped(valeur: float | Decimal, decimales: int = 0) -> str:
    """« 1 234,5 », rounded half up, with plain spaces."""
    exact = Decimal(str(valeur)).quantize(Decimal(10) ** -decimales, ROUND_HALF_UP)
    entier, _, suite = f"{abs(exact):f}".partition(".")
    groupes = []
    while entier:
        groupes.insert(0, entier[-3:])
        entier = entier[:-3]
    return ("−" if exact < 0 else "") + " ".join(groupes) + (f",{suite}" if suite else "")


def french(cle: str, valeur: Any) -> str:
    """A value in the unit of its key, as the contract of the JSON gives it."""
    if valeur is None:
        return "—"
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if cle.startswith("minutes"):
        return grouped(Decimal(valeur) / 60, 1)
    if cle in ("conventionne", "verse", "reste_a_verser", "enveloppe"):
        return f"{grouped(Decimal(valeur) / 100, 2)} €"
    if cle.startswith("taux"):
        return f"{grouped(Decimal(str(valeur)) * 100, 1)} %"
    if cle in ("heures_pour_1000", "distance_km", "lieux_actifs_pour_100000"):
        return grouped(valeur, 1)
    return grouped(valeur)


class Lecture:
    """`donnees`, and the numbers that were taken from it."""

    def __init__(self, donnees: dict[str, Any]) -> None:
        self.donnees = donnees
        self.lus: set[Chemin] = set()

    def brut(self, *chemin: str | int) -> Any:
        valeur: Any = self.donnees
        for cle in chemin:
            valeur = valeur[cle]
        self.lus.add(chemin)
        return valeur

    def __call__(self, *chemin: str | int) -> str:
        return french(str(chemin[-1]), self.brut(*chemin))

    def plusieurs(self, base: Chemin, *cles: str) -> Ligne:
        return [self(*base, cle) for cle in cles]

    def non_lus(self) -> list[str]:
        return [
            ".".join(map(str, chemin))
            for chemin in numbers(self.donnees)
            if chemin not in self.lus and not is_technical(chemin)
        ]


def mois(iso: str) -> str:
    annee, numero = iso.split("-")
    noms = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
    return f"{noms.split()[int(numero) - 1]} {annee}"


def nature_part() -> list[tuple[str, str]]:
    return [("departement", "Département"), ("partenaire", "Partenaires")]


def common_lines(lu: Lecture) -> Iterator[Ligne]:
    """What both reports hold."""
    for code, libelle in (
        ("a_l_heure", "Mois déclaré complet à temps"),
        ("en_retard", "Mois déclaré complet en retard"),
        ("manquant", "Mois non déclaré"),
        ("excuse", "Occupants absents tout le mois"),
        ("vacant", "Poste vacant tout le mois"),
        ("sans_objet", "Sans objet (coordination)"),
    ):
        yield [libelle, lu("completude", code), PART]
    for rang, controle in enumerate(lu.donnees["verifications"]):
        nombre = lu("verifications", rang, "nombre")
        yield [controle["libelle"], controle["niveau"], nombre]
    for rang, ligne in enumerate(lu.donnees["rapprochements"]):
        fin = ligne["libelle"].rpartition(" : ")[0] or ligne["libelle"]
        termes = lu.plusieurs(("rapprochements", rang), "gauche", "droite")
        yield [fin, re.compile(r"(?:: [^\d]{1,45} )?"), *termes, "oui"]
    cog, population, epci = (
        str(lu.brut("millesimes", cle)) for cle in ("cog", "population", "epci")
    )
    yield [
        f"code officiel géographique {cog}, populations de référence {population}, "
        f"liste des EPCI {epci}"
    ]
    yield [f"version {lu('version')}"] if not lu.donnees["provisoire"] else ["PROVISOIRE"]
    lu("version")
    yield from _coop(lu)
    for figure in lu.donnees["cibles"]:
        valeur = lu.brut("cibles", figure)
        yield [dict(Figure.choices)[figure], _dated(valeur)]


RAISONS = {
    "double": "Double d’une séance saisie ici",
    "hors_delai": "Hors délai : régularisation d’un autre rapport",
    "lieu_a_rapprocher": "Lieu à rapprocher",
    "mois_clos": "Changée dans La Coop après la clôture de son mois",
    "saisie_ici": "Saisie ici, ou importée d’un autre fichier",
}


def _coop(lu: Lecture) -> Iterator[Ligne]:
    """La Coop's own totals, ours, and what makes the gap."""
    ecart = lu.donnees["ecart_coop"]
    for rang, ligne in enumerate(ecart["mois"]):
        cellules = []
        for cle in ("seances", "participations"):
            cotes = [("ecart_coop", "mois", rang, cote, cle) for cote in ("coop", "ici")]
            cellules += [lu(*cote) for cote in cotes]
            cellules.append(grouped(lu.brut(*cotes[0]) - lu.brut(*cotes[1])))
        yield [mois(ligne["mois"]), *cellules]
    cles = ("seances", "participations", "seances_douze_mois", "participations_douze_mois")
    for rang, ligne in enumerate(ecart["raisons"]):
        yield [RAISONS[ligne["code"]], *lu.plusieurs(("ecart_coop", "raisons", rang), *cles)]


def _dated(valeur: float) -> str:
    exposant = Decimal(str(valeur)).normalize().as_tuple().exponent
    return grouped(valeur, max(-int(exposant), 0))


def as_pattern(ligne: Ligne) -> str:
    """Cells one after the other, as pdftotext reads them; an optional one brings its own space."""
    motif = ""
    for cellule in ligne:
        if isinstance(cellule, re.Pattern):
            motif += f"(?:{cellule.pattern})" + ("" if cellule.pattern.endswith(")?") else " ")
        else:
            motif += re.escape(printed(cellule)) + " "
    return motif.rstrip(" ") + r"(?!,?\d)"


def printed(texte: str) -> str:
    """A straight apostrophe between two letters is printed curly, and every space is a space."""
    texte = re.sub(r"(?<=[^\W\d_])'(?=[^\W\d_])", "’", texte)
    return " ".join(texte.split())
