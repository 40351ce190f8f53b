"""The days of the demonstration, and the chance that fills them."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

from permanences.calendrier import mois_decale


@dataclass(frozen=True)
class Calendrier:
    """`nombre` whole months of activity, then the current one up to `aujourd_hui`."""

    aujourd_hui: dt.date
    nombre: int

    @property
    def debut(self) -> dt.date:
        return mois_decale(self.aujourd_hui, -self.nombre)

    @property
    def mois_revolus(self) -> list[dt.date]:
        """The whole months, oldest first."""
        return [mois_decale(self.aujourd_hui, -n) for n in range(self.nombre, 0, -1)]

    def il_y_a(self, mois: int, jour: int = 1) -> dt.date:
        """The `jour`th of the month that came `mois` months before this one."""
        return mois_decale(self.aujourd_hui, -mois).replace(day=jour)

    def hasard(self, *cle: object) -> random.Random:
        """A generator of its own for each thing: adding one does not move the others."""
        return random.Random("-".join(map(str, (self.aujourd_hui, *cle))))


def lundi_de(jour: dt.date) -> dt.date:
    return jour - dt.timedelta(days=jour.weekday())
