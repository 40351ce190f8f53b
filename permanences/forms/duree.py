"""The duration as tiles: one's own most used first, then the ordinary ones, then « Autre »."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from permanences.forms.widgets import TuilesRadio
from permanences.models.seances import DUREE_MAX
from territoires.typographie import format_duree

AUTRE = "autre"
ORDINAIRES = (15, 30, 45, 60, 90, 120)
TUILES_MAX = 10  # « Autre » included
PREMIERES = 4  # one row of a phone


def minutes_des_tuiles(habituelles: Sequence[int]) -> list[int]:
    """Minutes in the order of the tiles.

    `habituelles`: own frequent durations, the most used first. Those of the first row are in
    order of length, not of use, so that a tile stays where the thumb has learnt it.
    """
    propres = [m for m in habituelles if m not in ORDINAIRES]
    gardees = {*ORDINAIRES, *propres[: TUILES_MAX - 1 - len(ORDINAIRES)]}
    premieres = sorted([m for m in habituelles if m in gardees][:PREMIERES])
    return [*premieres, *sorted(gardees - set(premieres))]


class DureeField(forms.ChoiceField):
    """« 45 », or « autre » with the number typed beside it.

    Any number of minutes is taken, drawn or not: the tiles of a form kept on a phone for days
    are not those of today.
    """

    widget = TuilesRadio

    def tuiles(self, habituelles: Sequence[int], garde: Any = None) -> list[tuple[str, str]]:
        """`garde`: what was posted keeps its tile."""
        minutes = minutes_des_tuiles(habituelles)
        if self.valid_value(garde) and garde != AUTRE and int(garde) not in minutes:
            minutes.append(int(garde))
        return [*((str(m), format_duree(m)) for m in minutes), (AUTRE, "Autre")]

    def valid_value(self, value: Any) -> bool:
        texte = str(value or "")
        court = texte.isdecimal() and len(texte) <= 4
        return texte == AUTRE or (court and 1 <= int(texte) <= DUREE_MAX)

    def split(self, minutes: int) -> dict[str, Any]:
        """The two answers that say this number of minutes with the tiles there are."""
        if str(minutes) in dict(self.choices):
            return {"duree": str(minutes), "duree_autre": None}
        return {"duree": AUTRE, "duree_autre": minutes}
