"""What the annexes of the couverture print in full: every commune, every lieu. Pure."""

from collections.abc import Iterable
from typing import Any

from reporting import francais as fr
from reporting.tables.base import Colonne, Genre, Ligne, Table

Donnees = dict[str, Any]

ACTIVITE = ("prevues", "tenues", "annulees", "sans_visite", "seances")


def toutes_les_communes(donnees: Donnees) -> list[tuple[str, str]]:
    """(EPCI, its communes with population and distance), in the order of the tables.

    Sentences: a table of all of them would be a dozen pages.
    """
    epci = [(e["siren"], e["nom"]) for e in donnees["par_epci"]]
    communes = donnees.get("communes", [])
    lignes = [
        (nom, fr.SUITE.join(_commune(c) for c in communes if c["siren"] == siren))
        for siren, nom in [*epci, (None, "Sans EPCI")]
    ]
    return [(nom, texte) for nom, texte in lignes if texte]


def _commune(commune: Ligne) -> str:
    distance = commune["distance_km"]
    habitants = f"{fr.entier(commune['population'] or 0)}{fr.INSECABLE}hab."
    if distance is None:
        return f"{commune['nom']} ({habitants})"
    return f"{commune['nom']} ({habitants}, {fr.decimal(distance)}{fr.INSECABLE}km)"


def lieux_du_mois(donnees: Donnees) -> Table:
    """Lieux where something was planned or took place."""
    return Table(
        "lieux_du_mois",
        "Lieux d’accueil où un créneau était prévu ou une séance a eu lieu",
        (
            Colonne("nom", "Lieu", Genre.TEXTE),
            Colonne("prevues", "Créneaux prévus"),
            Colonne("tenues", "Tenus"),
            Colonne("annulees", "Annulés"),
            Colonne("sans_visite", "Sans visite"),
            Colonne("seances", "Séances"),
        ),
        tuple(x for x in donnees.get("lieux", []) if _a_servi(x)),
        vide="Aucun créneau n’était prévu, aucune séance n’a eu lieu dans un lieu d’accueil.",
    )


def lieux_sans_activite(donnees: Donnees) -> str:
    """Names of the known lieux where nothing was planned and nothing took place."""
    autres = [x["nom"] for x in donnees.get("lieux", []) if not _a_servi(x)]
    if not autres:
        return ""
    noms = fr.SUITE.join(_sans_repetition(autres))
    return f"Lieux connus, sans créneau prévu ni séance ce mois-ci{fr.FINE}: {noms}."


def _a_servi(lieu: Ligne) -> bool:
    return any(lieu.get(cle) for cle in ACTIVITE)


def _sans_repetition(noms: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(noms))
