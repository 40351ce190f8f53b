"""Sums that must agree, and jumps worth a look."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from permanences import calendrier
from reporting.enums import TypeRapport
from reporting.selectors.contexte import Contexte
from reporting.selectors.evolution import figes
from reporting.selectors.rapprochements import rapprochements
from reporting.selectors.verifications.base import (
    BLOQUANT,
    INFORMATION,
    Verification,
    of_list,
)

# Against the mean of the three months before, and from a size where a change means something.
ECART = 0.5
TAILLE_MINIMALE = 10


def checks_of_totals(
    c: Contexte, couvert: dict[str, Any], frequente: dict[str, Any]
) -> Iterator[Verification]:
    yield of_list(
        "rapprochement",
        "Totaux qui ne se rapprochent pas",
        BLOQUANT,
        [
            f"{r['libelle']} : {r['gauche']} au lieu de {r['droite']}"
            for r in rapprochements(c.mois, couvert, frequente)
            if r["gauche"] != r["droite"]
        ],
    )
    yield of_list(
        "saut_par_epci",
        "EPCI dont les séances changent de plus de moitié par rapport aux trois mois précédents",
        INFORMATION,
        list(_jumps(c, frequente)),
    )


def _jumps(c: Contexte, frequente: dict[str, Any]) -> Iterator[str]:
    """Only when the three months before are frozen; 1 query."""
    mois = [calendrier.mois_decale(c.mois, -rang) for rang in (1, 2, 3)]
    connus = figes(TypeRapport.FREQUENTATION, mois, ["par_epci"])
    if len(connus) < len(mois):
        return
    sommes: dict[str, int] = {}
    for trouve in connus.values():
        for ligne in trouve["par_epci"]:
            sommes[ligne["siren"]] = sommes.get(ligne["siren"], 0) + ligne["seances"]
    for ligne in frequente["par_epci"]:
        moyenne = sommes.get(ligne["siren"], 0) / len(mois)
        if max(moyenne, ligne["seances"]) < TAILLE_MINIMALE:
            continue
        if abs(ligne["seances"] - moyenne) > ECART * moyenne:
            yield f"{ligne['nom']} : {ligne['seances']} séances, {moyenne:.0f} en moyenne"
