"""Bars of the advisors' own figures: numbers in, percentages out; the templates draw them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# Values of `fill`, told apart without colour (templates/permanences/chiffres/motifs.svg).
MOTIFS = ("#0b5563", "url(#motif-raye)", "url(#motif-pointe)")


@dataclass(frozen=True)
class Morceau:
    """A part of a bar: where it starts and how wide it is, in percent of the widest bar."""

    debut: str
    largeur: str
    motif: str


def barre(valeurs: Sequence[int], maximum: int) -> list[Morceau]:
    """One bar of stacked values, in the order of `MOTIFS`; an empty part is not drawn.

    `maximum`: the total of the longest bar of the same chart.
    """
    morceaux, debut = [], 0
    for valeur, motif in zip(valeurs, MOTIFS, strict=False):
        if valeur:
            morceaux.append(Morceau(_part(debut, maximum), _part(valeur, maximum), motif))
        debut += valeur
    return morceaux


def _part(valeur: int, maximum: int) -> str:
    return f"{100 * valeur / maximum:.2f}%"
