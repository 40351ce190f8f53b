"""Two reports of one type side by side: their figures, and what separates them. Pure.

Left is the report one starts from, right the one it is compared with; a difference is right less
left. « — » (nothing to divide by) and « non connu » stay two different things.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from reporting import fichiers
from reporting import francais as fr
from reporting.comparaison import changements
from reporting.essentiel import chiffres
from reporting.tables.base import Colonne, Genre, Ligne, Table
from reporting.tables.chemins import lisible
from reporting.tables.communs import noms_des_codes, valeur_imprimee

Donnees = dict[str, Any]

RETIRE = "trop peu renseigné"  # a headline figure that left page 1
# Told by the head of the comparison, whose sides have a month and a version.
DU_TITRE = frozenset({"mois", "type", "schema"})
COLONNES_EPCI = {
    "couverture": ("tenues", "taux_tenue", "minutes_tenues", "part_a_10_km"),
    "frequentation": ("seances", "participations", "minutes"),
}


@dataclass(frozen=True)
class Ecart:
    """One figure of both sides; `colonne` says how it is printed."""

    colonne: Colonne
    avant: Any
    apres: Any
    unite: str = ""

    @property
    def libelle(self) -> str:
        return self.colonne.titre

    @property
    def chemin(self) -> str:
        """Of a figure of the JSON, its path."""
        return self.colonne.cle

    @property
    def gauche(self) -> str:
        return self.colonne.texte(self.avant)

    @property
    def droite(self) -> str:
        return self.colonne.texte(self.apres)

    @property
    def difference(self) -> int | float | None:
        """None where one of the sides is no number."""
        if not _est_un_nombre(self.avant) or not _est_un_nombre(self.apres):
            return None
        # The JSON has four decimals at most: no tail of binary fractions.
        return round(self.apres - self.avant, 4)

    @property
    def ecart(self) -> str:
        """The difference with its sign and unit; « — » or « non connu » when there is none."""
        if self.difference is not None:
            return fr.signe(self.difference, self._texte_de(abs(self.difference)))
        if fr.NON_CONNU in (self.avant, self.apres):
            return fr.NON_CONNU
        if self.avant is None or self.avant != self.apres:
            return fr.TIRET
        return "="

    def _texte_de(self, ecart: float) -> str:
        if self.colonne.genre == Genre.PART:
            return f"{fr.decimal(ecart * 100)} {fr.mot(ecart * 100, 'point')}"
        return self.colonne.texte(ecart)


def _est_un_nombre(valeur: Any) -> bool:
    return isinstance(valeur, int | float) and not isinstance(valeur, bool)


@dataclass(frozen=True)
class ColonneBrute(Colonne):
    """A figure of the JSON, whose unit its own key says."""

    def texte(self, valeur: Any) -> str:
        return valeur_imprimee(valeur)


@dataclass(frozen=True)
class Section:
    """The figures of one table of the JSON that differ."""

    cle: str
    titre: str
    ecarts: tuple[Ecart, ...]


@dataclass(frozen=True)
class LignesComparees:
    """`groupes`: one title per figure; each line has three texts per figure."""

    titre: str
    groupes: tuple[str, ...]
    lignes: tuple[tuple[str, tuple[Ecart, ...]], ...]


def compare_chiffres(gauche: Donnees, droite: Donnees) -> list[Ecart]:
    """The headline figures, in the order of the page."""
    a, b = ({c.cle: c for c in chiffres(donnees)} for donnees in (gauche, droite))
    ecarts = []
    for cle in dict.fromkeys([*a, *b]):
        connu = b.get(cle) or a[cle]
        colonne = Colonne(cle, connu.libelle, connu.genre)
        avant, apres = (cote[cle].valeur if cle in cote else RETIRE for cote in (a, b))
        ecarts.append(Ecart(colonne, avant, apres, _unite(connu.unite)))
    return ecarts


def _unite(unite: str) -> str:
    """« sur 30 postes attribués » is true of one side only."""
    return "" if unite.startswith("sur ") else unite


def compare_epci(gauche: Donnees, droite: Donnees) -> LignesComparees:
    """Every EPCI of either side, then the foot lines; « — » where a side does not have it."""
    tables = [_table(donnees, "par_epci") for donnees in (gauche, droite)]
    retenues = COLONNES_EPCI[droite["type"]]
    colonnes = [c for cle in retenues for c in tables[1].colonnes if c.cle == cle]
    a, b = (_par_cle(table) for table in tables)
    lignes = tuple(
        (
            (b.get(cle) or a[cle])["nom"],
            tuple(Ecart(c, a.get(cle, {}).get(c.cle), b.get(cle, {}).get(c.cle)) for c in colonnes),
        )
        for cle in _dans_l_ordre(a, b)
    )
    return LignesComparees("Par EPCI", tuple(c.titre for c in colonnes), lignes)


def _par_cle(table: Table) -> dict[str, Ligne]:
    return {ligne.get("siren") or ligne["nom"]: ligne for ligne in (*table.lignes, *table.pied)}


def _dans_l_ordre(a: dict[str, Ligne], b: dict[str, Ligne]) -> Iterator[str]:
    """As on the right; a line that the right has lost comes first, before the foot."""
    yield from (cle for cle in a if cle not in b)
    yield from b


def _table(donnees: Donnees, code: str) -> Table:
    return next(table for table in fichiers.all_tables(donnees) if table.code == code)


def compare_tout(gauche: Donnees, droite: Donnees) -> list[Section]:
    """Every figure that differs, by table of the JSON, those of the report as a whole first."""
    noms = {**noms_des_codes(gauche), **noms_des_codes(droite)}
    differents = [
        c for c in changements(gauche, droite) if c["chemin"].split(".")[0] not in DU_TITRE
    ]
    return [
        Section(cle, lisible(cle), tuple(_du_chemin(c, noms) for c in groupe))
        for cle, groupe in groupby(differents, key=lambda c: c["chemin"].split(".")[0])
    ]


def _du_chemin(changement: dict[str, Any], noms: dict[str, str]) -> Ecart:
    chemin = changement["chemin"]
    colonne = ColonneBrute(chemin, lisible(chemin, noms))
    return Ecart(colonne, changement["avant"], changement["apres"])


def rows(sections: list[Section]) -> Iterator[list[Any]]:
    """For a spreadsheet: table, figure, path in the JSON, left, right, difference; raw values."""
    for section in sections:
        for e in section.ecarts:
            yield [section.titre, e.libelle, e.chemin, e.avant, e.apres, e.difference]
