"""The public of a séance in words: « 60 à 69 ans : 2 »."""

from __future__ import annotations

from permanences.enums import GROUPES
from permanences.models import Seance


def public_en_mots(seance: Seance) -> str:
    """The counters that are filled, all groups; what is left to the participants goes unsaid."""
    comptes = [
        (str(libelle), getattr(seance, f"{prefixe}_{valeur}"))
        for prefixe, liste in GROUPES
        for valeur, libelle in liste.choices
    ]
    return ", ".join(f"{libelle}\u202f: {nombre}" for libelle, nombre in comptes if nombre)
