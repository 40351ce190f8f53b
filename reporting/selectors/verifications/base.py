"""What a check says when it finds something."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Niveau = Literal["bloquant", "avertissement", "information"]
BLOQUANT: Niveau = "bloquant"
AVERTISSEMENT: Niveau = "avertissement"
INFORMATION: Niveau = "information"
NB_EXEMPLES = 10


@dataclass(frozen=True, slots=True)
class Verification:
    """`exemples` are French lines for staff: never frozen, never printed."""

    code: str
    libelle: str
    niveau: Niveau
    nombre: int
    exemples: tuple[str, ...] = field(default=())

    @property
    def bloque(self) -> bool:
        return self.niveau == BLOQUANT


def of_list(code: str, libelle: str, niveau: Niveau, trouves: list[str]) -> Verification:
    return Verification(code, libelle, niveau, len(trouves), tuple(trouves[:NB_EXEMPLES]))
