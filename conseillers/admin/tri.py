"""Texts compared as a French reader compares them: case, accents and hyphens do not count.

The embedded server has neither ICU nor unaccent: a plain translation serves both engines.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import F, Func, Value
from django.db.models.constants import LOOKUP_SEP
from django.db.models.expressions import OrderBy
from django.db.models.functions import Cast, Lower, Replace

_ACCENTS = "àáâãäçèéêëìíîïñòóôõöùúûüýÿ"
_LETTRES = "aaaaaceeeeiiiinooooouuuuyy"
# Capitals too: a server of the C locale leaves « É » as it is in LOWER.
_AVANT = _ACCENTS + _ACCENTS.upper() + "’-'"
_APRES = _LETTRES * 2 + "   "


def folded(champ: str) -> Func:
    """SQL expression: `champ` as text, lower case, without accent, hyphen or apostrophe."""
    texte: Any = Cast(F(champ), models.TextField())
    for ligature, lettres in (("œ", "oe"), ("Œ", "oe"), ("æ", "ae"), ("Æ", "ae")):
        texte = Replace(texte, Value(ligature), Value(lettres))
    traduit = Func(
        texte,
        Value(_AVANT),
        Value(_APRES),
        function="translate",
        output_field=models.TextField(),
    )
    return Lower(traduit)


def readable_order(modele: type[models.Model], ordre: Sequence[Any]) -> list[Any]:
    """The same order, names sorted as in a dictionary: ÉCOUIS before Zoé.

    A foreign key gives the order of what it points at. Expressions pass unchanged.
    """
    return [partie for brute in ordre for partie in _readable(modele, brute)]


def _readable(modele: type[models.Model], partie: Any, prefixe: str = "") -> list[Any]:
    if not isinstance(partie, str):
        return [partie]
    signe, chemin = ("-", partie[1:]) if partie.startswith("-") else ("", partie)
    champ = _field(modele, chemin)
    complet = f"{prefixe}{chemin}"
    if champ is None or chemin.endswith("_id"):
        return [f"{signe}{complet}"]
    if champ.is_relation:
        return _readable_relation(champ, signe, complet)
    if not _is_words(champ):
        return [f"{signe}{complet}"]
    expression = folded(complet)
    return [expression.desc() if signe else expression.asc()]


def _readable_relation(champ: Any, signe: str, chemin: str) -> list[Any]:
    """The order of the rows pointed at, the other way round after a minus sign."""
    parties = [
        lue
        for partie in champ.related_model._meta.ordering or ["pk"]
        for lue in _readable(champ.related_model, partie, f"{chemin}{LOOKUP_SEP}")
    ]
    return [_reversed(partie) for partie in parties] if signe else parties


def _reversed(partie: Any) -> Any:
    if isinstance(partie, OrderBy):
        inverse = partie.copy()
        inverse.reverse_ordering()
        return inverse
    return partie[1:] if partie.startswith("-") else f"-{partie}"


def _field(modele: type[models.Model], chemin: str) -> Any:
    """The field at the end of the path, or None: `pk`, « ? », an annotation."""
    champ: Any = None
    for nom in chemin.split(LOOKUP_SEP):
        if champ is not None:
            if not champ.is_relation:
                return None
            modele = champ.related_model
        try:
            champ = modele._meta.get_field(nom)
        except FieldDoesNotExist:
            return None
    return champ


def _is_words(champ: Any) -> bool:
    """A code, a value of a closed list, a key already folded are sorted as they are."""
    return (
        isinstance(champ, models.CharField | models.TextField)
        and not champ.choices
        and not champ.unique
        and not champ.name.endswith("_tri")
    )
