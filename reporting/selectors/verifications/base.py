"""What a check says when it finds something."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

Niveau = Literal["bloquant", "avertissement", "information"]
BLOQUANT: Niveau = "bloquant"
AVERTISSEMENT: Niveau = "avertissement"
INFORMATION: Niveau = "information"
NB_EXEMPLES = 10
# More rows than an address can name: the link then opens the whole list.
NB_CLES = 400


@dataclass(frozen=True, slots=True)
class Verification:
    """`exemples` are French lines for staff, `cles` the rows found: never frozen nor printed."""

    code: str
    libelle: str
    niveau: Niveau
    nombre: int
    exemples: tuple[str, ...] = field(default=())
    cles: tuple[int | str, ...] = field(default=())

    @property
    def bloque(self) -> bool:
        return self.niveau == BLOQUANT


def of_list(
    code: str,
    libelle: str,
    niveau: Niveau,
    trouves: list[str],
    cles: Iterable[int | str] = (),
) -> Verification:
    """`cles`: primary keys of the rows behind `trouves`, in the list that the admin opens."""
    return Verification(
        code, libelle, niveau, len(trouves), tuple(trouves[:NB_EXEMPLES]), some_keys(cles)
    )


def some_keys(cles: Iterable[int | str]) -> tuple[int | str, ...]:
    """Each once, or none at all when they are too many to be named."""
    uniques = tuple(dict.fromkeys(cles))
    return uniques if len(uniques) <= NB_CLES else ()
