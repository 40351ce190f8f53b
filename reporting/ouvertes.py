"""The figures of transmitted reports as open data: two tables, their description. Pure.

What could tell of a person helped is hidden under eleven, and so is what would give it away by
subtraction. A créneau is nobody: the plan is given as the report gives it.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

SEUIL = 11
ACTIVITE = ("seances", "participations", "premieres_venues", "minutes")
PLAN = ("prevues", "tenues", "annulees", "a_renseigner", "minutes_tenues", "lieux_actifs")
COUVERTURE = ("jours_tenus", "communes_avec_permanence", "population", "population_a_10_km")
# Lengths tell nothing that the number of séances does not: hidden with it.
SUIT = {"minutes": "seances"}
# The groups of which the lines add up to the total of the département, then the others.
AXES = {
    "nature": "par_nature",
    "canal": "par_canal",
    "type_lieu": "par_type_lieu",
    "tranche_age": "tranches_age",
    "genre": "genres",
    "statut": "statuts",
}
HORS_SOMME = {"thematique": "thematiques"}
CLES_FREQUENTATION = (
    "total", "par_epci", "a_distance", "hors_departement", "sans_epci", *AXES.values(),
    *HORS_SOMME.values(),
)  # fmt: skip
CLES_COUVERTURE = ("total", "par_epci", "hors_departement", "population", "motifs")
AUTRES = ("a_distance", "hors_departement", "sans_epci")
NOMS = {
    "a_distance": "À distance",
    "hors_departement": "Hors du département",
    "sans_epci": "Sans EPCI",
}

Donnees = Mapping[str, Any]


@dataclass(frozen=True)
class MoisOuvert:
    """The reports in force of a month."""

    mois: str
    version: int
    transmis_le: dt.date
    frequentation: Donnees
    couverture: Donnees


@dataclass(frozen=True)
class Colonne:
    cle: str
    titre: str
    type: str = "string"
    requise: bool = True
    valeurs: tuple[str, ...] = ()

    def descripteur(self) -> dict[str, Any]:
        contraintes: dict[str, Any] = {"required": self.requise}
        if self.valeurs:
            contraintes["enum"] = list(self.valeurs)
        return {
            "name": self.cle,
            "title": self.titre,
            "type": self.type,
            "constraints": contraintes,
        }


CHIFFRES = {
    "seances": "Séances datées du mois",
    "participations": "Participations : qui vient trois fois compte trois fois",
    "premieres_venues": "Premières venues, où le conseiller les a déclarées",
    "premieres_venues_sur": "Participations des séances où elles sont déclarées",
    "minutes": "Durée des séances, en minutes, une fois par séance",
    "prevues": "Créneaux prévus",
    "tenues": "Créneaux tenus",
    "annulees": "Créneaux annulés",
    "a_renseigner": "Créneaux dont l’issue n’est pas connue",
    "minutes_tenues": "Durée prévue des créneaux tenus, en minutes",
    "lieux_actifs": "Lieux où un créneau ou une séance a été tenu",
    "jours_tenus": "Jours où un créneau a été tenu dans l’EPCI",
    "communes_avec_permanence": "Communes où un créneau a été tenu",
    "population": "Population municipale des communes du département",
    "population_a_10_km": "Population à 10 km au plus, à vol d’oiseau, d’un lieu actif",
}
TERRITOIRES = ("departement", "epci", *AUTRES)
_VALEUR = (
    Colonne("chiffre", "Ce qui est compté", valeurs=tuple(CHIFFRES)),
    Colonne("valeur", "Nombre entier ; vide quand il est masqué", "integer", requise=False),
    Colonne("masque", "Masqué : de 1 à 10, ou déductible d’un autre", "boolean"),
    Colonne("version", "Version du rapport en vigueur", "integer"),
    Colonne("transmis_le", "Jour de sa transmission à la Préfecture", "date"),
)
COLONNES_EPCI = (
    Colonne("mois", "Mois", "yearmonth"),
    Colonne("departement", "Code du département"),
    Colonne("territoire", "Nature du territoire", valeurs=TERRITOIRES),
    Colonne("code", "SIREN de l’EPCI, code du département, ou la nature du territoire"),
    Colonne("nom", "Nom du territoire"),
    *_VALEUR,
)
COLONNES_DEPARTEMENT = (
    Colonne("mois", "Mois", "yearmonth"),
    Colonne("departement", "Code du département"),
    Colonne("axe", "Ce qui range les lignes", valeurs=(*AXES, *HORS_SOMME, "motif_d_annulation")),
    Colonne("cle", "Rang dans l’axe, comme dans le rapport"),
    *_VALEUR,
)

# --- Small numbers -------------------------------------------------------------------------------


def hidden(valeurs: Mapping[str, int], *, somme: bool = True) -> set[str]:
    """Keys not to be told. `somme`: their total is told, so what is hidden has to be at least two
    lines and eleven people, or a subtraction would tell it.
    """
    caches = {cle for cle, n in valeurs.items() if 0 < n < SEUIL}
    if not somme:
        return caches
    restent = sorted((n, cle) for cle, n in valeurs.items() if n >= SEUIL)
    while caches and restent and sum(valeurs[cle] for cle in caches) < SEUIL:
        caches.add(restent.pop(0)[1])
    return caches


Cellule = tuple[str, str, Any, bool]  # line, figure, value, hidden


def _activity(lignes: Mapping[str, Donnees], *, somme: bool = True) -> Iterator[Cellule]:
    """{line: {figure: number}} -> its cells, small numbers hidden."""
    connus = [c for c in ACTIVITE if any(c in ligne for ligne in lignes.values())]
    caches = {
        chiffre: hidden(
            {cle: ligne.get(chiffre) or 0 for cle, ligne in lignes.items()}, somme=somme
        )
        for chiffre in connus
    }
    for cle, ligne in lignes.items():
        for chiffre in connus:
            cache = cle in caches[SUIT.get(chiffre, chiffre)]
            yield cle, chiffre, ligne.get(chiffre) or 0, cache


# --- By EPCI -------------------------------------------------------------------------------------


def rows_by_epci(mois: Iterable[MoisOuvert], departement: str, nom: str) -> Iterator[list[Any]]:
    for m in mois:
        noms = {departement: ("departement", nom)}
        noms |= {e["siren"]: ("epci", e["nom"]) for e in m.frequentation["par_epci"]}
        noms |= {cle: (cle, NOMS[cle]) for cle in AUTRES}
        for cle, chiffre, valeur, cache in (
            *_of_activity(m, departement),
            *_of_plan(m, departement),
        ):
            yield [m.mois, departement, noms[cle][0], cle, noms[cle][1],
                   *_value(m, chiffre, valeur, cache)]  # fmt: skip


def _of_activity(m: MoisOuvert, departement: str) -> Iterator[Cellule]:
    total = m.frequentation["total"]
    caches = {chiffre for chiffre in total if 0 < (total[chiffre] or 0) < SEUIL}
    for chiffre in (*ACTIVITE, "premieres_venues_sur"):
        if chiffre in total:
            cache = SUIT.get(chiffre, chiffre) in caches
            yield departement, chiffre, total[chiffre] or 0, cache
    lignes = {e["siren"]: e for e in m.frequentation["par_epci"]}
    lignes |= {cle: m.frequentation[cle] for cle in AUTRES if m.frequentation.get(cle)}
    yield from _activity(lignes)


def _of_plan(m: MoisOuvert, departement: str) -> Iterator[Cellule]:
    population = m.couverture.get("population") or {}
    total = {
        **m.couverture["total"],
        "population": population.get("total"),
        "population_a_10_km": population.get("a_10_km"),
    }
    lignes = {departement: total} | {e["siren"]: e for e in m.couverture["par_epci"]}
    if hors := m.couverture.get("hors_departement"):
        lignes["hors_departement"] = hors
    for cle, ligne in lignes.items():
        for chiffre in (*PLAN, *COUVERTURE):
            if ligne.get(chiffre) is not None:
                yield cle, chiffre, ligne[chiffre], False


# --- Of the département --------------------------------------------------------------------------


def rows_of_departement(mois: Iterable[MoisOuvert], departement: str) -> Iterator[list[Any]]:
    for m in mois:
        for axe, cle, chiffre, valeur, cache in _of_axes(m):
            yield [m.mois, departement, axe, cle, *_value(m, chiffre, valeur, cache)]


def _of_axes(m: MoisOuvert) -> Iterator[tuple[str, str, str, Any, bool]]:
    for axe, source in (AXES | HORS_SOMME).items():
        lignes = {
            cle: ligne if isinstance(ligne, Mapping) else {"participations": ligne}
            for cle, ligne in sorted((m.frequentation.get(source) or {}).items())
        }
        for cellule in _activity(lignes, somme=axe in AXES):
            yield axe, *cellule
    # An absence is somebody's: the motives are hidden as what is done for people is.
    motifs = m.couverture.get("motifs") or {}
    caches = hidden(motifs)
    for motif, nombre in sorted(motifs.items()):
        yield "motif_d_annulation", motif, "annulees", nombre, motif in caches


def _value(m: MoisOuvert, chiffre: str, valeur: Any, cache: bool) -> list[Any]:
    return [
        chiffre,
        "" if cache else valeur,
        "true" if cache else "false",
        m.version,
        m.transmis_le.isoformat(),
    ]


# --- Files and their description -----------------------------------------------------------------


def csv_text(colonnes: Iterable[Colonne], lignes: Iterable[list[Any]]) -> str:
    """For machines: UTF-8, comma, decimal point."""
    sortie = io.StringIO()
    ecrit = csv.writer(sortie, lineterminator="\n")
    ecrit.writerow([colonne.cle for colonne in colonnes])
    ecrit.writerows(lignes)
    return sortie.getvalue()


@dataclass(frozen=True)
class Ressource:
    """A file beside its description."""

    nom: str
    fichier: str
    titre: str
    description: str
    schema: Mapping[str, Any]

    def descripteur(self) -> dict[str, Any]:
        return {
            "name": self.nom,
            "path": self.fichier,
            "title": self.titre,
            "description": self.description,
            "profile": "tabular-data-resource",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "dialect": {"delimiter": ","},
            "schema": dict(self.schema),
        }


def schema_of(colonnes: Iterable[Colonne], cle: Iterable[str]) -> dict[str, Any]:
    return {"fields": [c.descripteur() for c in colonnes], "primaryKey": list(cle)}


CHIFFRES_EPCI = Ressource(
    "chiffres-mensuels-par-epci",
    "chiffres-mensuels-par-epci.csv",
    "Chiffres mensuels par EPCI",
    "Activité et plan de chaque mois transmis à la Préfecture, par EPCI et pour le département.",
    schema_of(COLONNES_EPCI, ("mois", "territoire", "code", "chiffre")),
)
CHIFFRES_DEPARTEMENT = Ressource(
    "chiffres-mensuels-du-departement",
    "chiffres-mensuels-du-departement.csv",
    "Chiffres mensuels du département",
    "Activité de chaque mois transmis, par nature, canal, type de lieu, public et thématique.",
    schema_of(COLONNES_DEPARTEMENT, ("mois", "axe", "cle", "chiffre")),
)
LICENCE = {
    "name": "etalab-2.0",
    "title": "Licence Ouverte 2.0",
    "path": "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
}


def data_package(
    *, titre: str, editeur: str, page: str, attribution: str, ressources: Iterable[Ressource]
) -> dict[str, Any]:
    return {
        "profile": "tabular-data-package",
        "name": "conseillers-numeriques",
        "title": titre,
        "homepage": page,
        "licenses": [LICENCE],
        "contributors": [{"title": editeur, "role": "publisher"}],
        "sources": [{"title": attribution}],
        "resources": [ressource.descripteur() for ressource in ressources],
    }
