"""What differs between two versions of a report's figures. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

# Of the document, not of the month: they differ at each version.
HORS_COMPARAISON = frozenset(
    {
        "version",
        "provisoire",
        "gabarit",
        "etabli",
        "changements",
        "verifications",
        "rapprochements",
        "avertissements_acceptes",
        "evolution",
        "douze_mois",
        # La Coop's figures, which move at any time, and what follows from them.
        "ecart_coop",
    }
)
CLES_DE_LISTE = ("siren", "code", "numero", "reference", "mois", "zonage")


def changements(avant: dict[str, Any], apres: dict[str, Any]) -> list[dict[str, Any]]:
    """[{"chemin", "avant", "apres"}] of every figure that differs, sorted by path.

    A line that appears or disappears has None on the missing side.
    """
    gauche = dict(_aplatit(avant))
    droite = dict(_aplatit(apres))
    return [
        {"chemin": chemin, "avant": gauche.get(chemin), "apres": droite.get(chemin)}
        for chemin in sorted(gauche.keys() | droite.keys())
        if gauche.get(chemin) != droite.get(chemin)
    ]


def _aplatit(valeur: Any, chemin: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(valeur, dict):
        for cle, suite in valeur.items():
            if chemin or cle not in HORS_COMPARAISON:
                yield from _aplatit(suite, f"{chemin}.{cle}" if chemin else cle)
    elif isinstance(valeur, list):
        for rang, suite in enumerate(valeur):
            yield from _aplatit(suite, f"{chemin}.{_cle_de_ligne(suite, rang)}")
    else:
        yield chemin, valeur


def _cle_de_ligne(ligne: Any, rang: int) -> str:
    if isinstance(ligne, dict):
        for cle in CLES_DE_LISTE:
            if cle in ligne:
                return str(ligne[cle])
    return str(rang)
