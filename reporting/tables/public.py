"""What séances were about and for whom, from `donnees`. Département level only. Pure."""

from typing import Any

from permanences.enums import (
    NON_COMMUNIQUE,
    THEMATIQUES_ADMINISTRATIVES,
    Thematique,
)
from reporting import francais as fr
from reporting.tables.base import Colonne, Genre, Table, ordonne, ratio

Donnees = dict[str, Any]

SEUIL_NON_COMMUNIQUE = 0.3
NON_COMMUNIQUE_LIBELLE = (NON_COMMUNIQUE, "Non communiqué")
SEANCES = Colonne("seances", "Séances")
PARTICIPATIONS = Colonne("participations", "Participations")


def _themes(donnees: Donnees, code: str, titre: str, retenus: Any) -> Table:
    valeurs = donnees.get("thematiques", {})
    total = donnees["total"]
    zero = {"seances": 0, "participations": 0}
    lignes = [
        {
            "code": cle,
            "libelle": libelle,
            "seances": (v := valeurs.get(cle, zero))["seances"],
            "part_seances": ratio(v["seances"], total["seances"]),
            "participations": v["participations"],
            "part_participations": ratio(v["participations"], total["participations"]),
        }
        for cle, libelle in ordonne(valeurs, Thematique)
        if retenus(cle)
    ]
    return Table(
        code,
        titre,
        (
            Colonne("code", "Code", Genre.TEXTE),
            Colonne("libelle", "Thématique", Genre.TEXTE),
            SEANCES,
            Colonne("part_seances", "Part des séances", Genre.PART),
            PARTICIPATIONS,
            Colonne("part_participations", "Part des participations", Genre.PART),
        ),
        tuple(lignes),
        note="Une séance peut porter sur plusieurs thématiques : les parts ne s’additionnent pas "
        "à 100 %.",
    )


def thematiques(donnees: Donnees) -> Table:
    return _themes(
        donnees,
        "thematiques",
        "Thématiques de médiation numérique",
        lambda cle: cle not in THEMATIQUES_ADMINISTRATIVES,
    )


def demarches(donnees: Donnees) -> Table:
    return _themes(
        donnees,
        "thematiques_administratives",
        "Démarches administratives, par sujet",
        lambda cle: cle in THEMATIQUES_ADMINISTRATIVES,
    )


def public(donnees: Donnees, cle: str, titre: str, colonne: str, liste: Any) -> Table:
    """Département level only: no other table may cross these with a place."""
    valeurs = donnees[cle]
    total = donnees["total"]["participations"]
    lignes = tuple(
        {
            "code": code,
            "libelle": libelle,
            "participations": valeurs.get(code, 0),
            "part": ratio(valeurs.get(code, 0), total),
        }
        for code, libelle in ordonne(valeurs, liste, NON_COMMUNIQUE_LIBELLE)
    )
    inconnus = ratio(valeurs.get(NON_COMMUNIQUE, 0), total)
    note = f"Taux de « non communiqué »{fr.FINE}: {fr.pourcent(inconnus)}."
    if inconnus is not None and inconnus > SEUIL_NON_COMMUNIQUE:
        note += (
            f" Tableau fragile{fr.FINE}: ce taux dépasse {fr.pourcent(SEUIL_NON_COMMUNIQUE)}, "
            "les autres lignes ne décrivent qu’une partie du public."
        )
    return Table(
        cle,
        titre,
        (
            Colonne("code", "Code", Genre.TEXTE),
            Colonne("libelle", colonne, Genre.TEXTE),
            PARTICIPATIONS,
            Colonne("part", "Part des participations", Genre.PART),
        ),
        lignes,
        ({"libelle": "Total", "participations": total, "part": ratio(total, total)},),
        note=note,
    )
