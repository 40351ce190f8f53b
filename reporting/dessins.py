"""The maps and charts of a report for a screen, each with the table of the same numbers. Pure."""

from dataclasses import dataclass
from typing import Any

from reporting import fichiers
from reporting.carte import LARGEUR_A, cartes
from reporting.graphiques import barres_des_douze_mois, courbe_des_taux
from reporting.tables.base import Table
from reporting.tables.couverture import EPCI_PLAN, TITRE_PLAN

Donnees = dict[str, Any]

# Keys of a place are of no use on a screen: they stay in the CSV and JSON files.
COLONNES_DE_FICHIER = ("code", "siren", "classe")


@dataclass(frozen=True)
class Dessin:
    """`g`: what the SVG template `gabarit` draws. `cle` is unique on the page."""

    cle: str
    titre: str
    gabarit: str
    g: Donnees
    table: Table
    attribution: str = ""

    @property
    def carte(self) -> bool:
        return self.gabarit == CARTE

    @property
    def petit(self) -> bool:
        """Drawn for half the width of a page."""
        return bool(self.g["largeur"] < LARGEUR_A)


CARTE, BARRES, COURBE = (f"reporting/svg/{nom}.svg" for nom in ("carte", "barres", "courbe"))


def dessins(donnees: Donnees, carte: Donnees | None, *, prefixe: str = "") -> list[Dessin]:
    """In the order of the pages; a map without contours is left out.

    `carte`: as `selectors.carte.carte_du_departement` gives it, for a couverture.
    """
    tables = {table.code: table for table in fichiers.all_tables(donnees)}
    douze = tables["douze_mois"]
    if donnees["type"] == "couverture":
        courbe = courbe_des_taux(donnees, prefixe=prefixe)
        taux = Dessin(f"{prefixe}taux", courbe["titre_court"], COURBE, courbe, douze)
        return [*_cartes(donnees, carte, tables, prefixe), taux]
    return [
        Dessin(barres["prefixe"], barres["titre_court"], BARRES, barres, douze)
        for barres in barres_des_douze_mois(donnees, prefixe=prefixe)
    ]


def carte_seule(donnees: Donnees, carte: Donnees | None, *, prefixe: str = "") -> Dessin | None:
    """Map A alone, with its table."""
    tables = {table.code: table for table in fichiers.all_tables(donnees)}
    return next(iter(_cartes(donnees, carte, tables, prefixe)), None)


def _cartes(
    donnees: Donnees, carte: Donnees | None, tables: dict[str, Table], prefixe: str
) -> list[Dessin]:
    traces = cartes(donnees, carte, prefixe=prefixe)
    if not traces["carte_communes"]:
        return []
    classes = tables["communes_par_classe"]
    return [
        Dessin(
            f"{prefixe}communes",
            "Communes selon la distance à vol d’oiseau au lieu actif le plus proche",
            CARTE,
            traces["carte_communes"],
            lisible(classes),
            traces["attribution"],
        ),
        Dessin(
            f"{prefixe}heures",
            "Heures tenues pour 1 000 habitants, par EPCI",
            CARTE,
            traces["carte_heures"],
            tables["par_epci"].vue(*EPCI_PLAN, titre=TITRE_PLAN),
            traces["attribution"],
        ),
    ]


def lisible(table: Table) -> Table:
    """Without the columns that only a machine reads."""
    return table.vue(*(c.cle for c in table.colonnes if c.cle not in COLONNES_DE_FICHIER))
