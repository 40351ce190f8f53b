"""What was chosen on the page of the probable doubles: a pair, or those that are ticked."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict

from permanences.services.doubles import GARDER
from territoires.text import is_number


@dataclass(frozen=True)
class ChoixDoubles:
    """`paires`: (typed, La Coop's), by their keys."""

    garder: str
    paires: tuple[tuple[int, int], ...]


def read_choix(donnees: QueryDict) -> ChoixDoubles | None:
    """« choix=coop:12-34 » of one pair's button, else « cochees=coop » with the « paires » ticked.

    None where nothing sensible was sent.
    """
    garder, _, une = donnees.get("choix", "").partition(":")
    brutes = [une] if une else donnees.getlist("paires")
    garder = garder or donnees.get("cochees", "")
    if garder not in GARDER:
        return None
    paires = tuple(paire for brute in brutes if (paire := _paire(brute)))
    return ChoixDoubles(garder, paires) if paires else None


def _paire(texte: str) -> tuple[int, int] | None:
    saisie, _, coop = texte.partition("-")
    return (int(saisie), int(coop)) if is_number(saisie) and is_number(coop) else None
