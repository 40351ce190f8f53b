"""Who watches an import line by line: what would change, before and after, and its fingerprint."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import IO, Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model

from territoires.importers.bilan import Bilan
from territoires.importers.importeur import Importeur, Ligne

CREEE, MODIFIEE, REFUSEE = "C", "M", "R"
Accord = Callable[[Bilan, str], bool]


class Temoin:
    """Writes a line of JSON for each line that creates, changes or is refused.

    The first character says which. The fingerprint covers all of them, whatever is written:
    two runs that would do the same have the same one. `accord` is asked inside the
    transaction, once all is written: False, and nothing is.
    """

    def __init__(self, importeur: Importeur, flux: IO[bytes], accord: Accord | None = None) -> None:
        self._importeur = importeur
        self._flux = flux
        self._accord = accord
        self._empreinte = hashlib.sha256()
        # On a new row, what an empty cell would give is not worth a line.
        self._vides = {colonne.nom: colonne.vide for colonne in importeur.colonnes}

    @property
    def empreinte(self) -> str:
        return self._empreinte.hexdigest()

    def restart(self) -> None:
        """The same file is read again, step by step."""
        self._flux.seek(0)
        self._flux.truncate()
        self._empreinte = hashlib.sha256()

    def see(self, ligne: Ligne) -> None:
        sort = sort_of(ligne)
        if not sort:
            return
        texte = json.dumps(self._told(ligne, sort), ensure_ascii=False, separators=(",", ":"))
        brut = f"{sort}{texte}\n".encode()
        self._flux.write(brut)
        self._empreinte.update(brut)

    def agrees(self, bilan: Bilan) -> bool:
        return self._accord is None or self._accord(bilan, self.empreinte)

    def _told(self, ligne: Ligne, sort: str) -> dict[str, Any]:
        dit: dict[str, Any] = {"n": ligne.numero, "cle": self._key(ligne)}
        if sort == REFUSEE:
            dit["e"] = [[e.colonne, e.message] for e in ligne.erreurs]
        else:
            dit["d"] = list(_changes(ligne, self._vides))
        if ligne.notes:
            dit["notes"] = ligne.notes
        return dit

    def _key(self, ligne: Ligne) -> str:
        connues = [ligne.valeurs[nom] for nom in self._importeur.cle if nom in ligne.valeurs]
        return " · ".join(str(_told(valeur)) for valeur in connues)


def sort_of(ligne: Ligne) -> str:
    """Empty for a line that changes nothing."""
    if ligne.erreurs:
        return REFUSEE
    if ligne.avant is None:
        return CREEE
    return MODIFIEE if ligne.changee else ""


def _changes(ligne: Ligne, vides: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """(field, before, after); before is None on a new row, where empty values are left out."""
    avant = ligne.avant
    for nom, valeur in ligne.champs.items():
        if avant is None and valeur not in (None, "", [], vides.get(nom)):
            yield nom, None, _told(valeur)
        elif avant is not None and avant.get(nom) != valeur:
            yield nom, _told(avant.get(nom)), _told(valeur)
    for nom, (ancien, nouveau) in ligne.ecarts.items():
        yield nom, _told(ancien), _told(nouveau)


def _told(valeur: Any) -> Any:
    match valeur:
        case None | bool() | int() | float() | str():
            return valeur
        case Decimal():
            return f"{valeur:f}"
        case dt.date():
            return f"{valeur:%d/%m/%Y}"
        case dt.time():
            return f"{valeur:%H:%M}"
        case list() | tuple() | set():
            return [_told(partie) for partie in valeur]
        case Model():
            return str(valeur)
    return str(valeur)


def field_of(modele: type[Model], nom: str) -> Any:
    """The model's field of a change, by its own name or by its column; None for another thing."""
    for champ in modele._meta.concrete_fields:
        if nom in (champ.name, champ.attname):
            return champ
    try:
        return modele._meta.get_field(nom)
    except FieldDoesNotExist:
        return None
