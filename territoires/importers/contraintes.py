"""The models' check constraints, told in Python: a file of 50,000 lines cannot ask the
database once per line and constraint. The rules stay written once, on the models.
"""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import CheckConstraint, F, Model, Q, Value
from django.db.models.expressions import CombinedExpression

# SQL's three truths: a condition that meets NULL is unknown, and an unknown check passes.
Verdict = bool | None
Test = Callable[[Model], Verdict]
Valeur = Callable[[Model], Any]

_TRANSFORMATIONS: dict[str, Callable[[Any], Any]] = {
    "len": len,
    "day": operator.attrgetter("day"),
}
_COMPARAISONS: dict[str, Callable[[Any, Any], bool]] = {
    "exact": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
    "in": lambda valeur, liste: valeur in liste,
    "range": lambda valeur, bornes: bornes[0] <= valeur <= bornes[1],
    "regex": lambda valeur, motif: re.search(motif, valeur) is not None,
    "startswith": lambda valeur, debut: valeur.startswith(debut),
    "contained_by": lambda valeur, liste: set(valeur) <= set(liste),
}
_CALCULS: dict[str, Callable[[Any, Any], Any]] = {"+": operator.add, "-": operator.sub}


@dataclass(frozen=True)
class Regle:
    """One check constraint: the fields that it reads, in order, and its French sentence."""

    nom: str
    champs: tuple[str, ...]
    message: str
    test: Test

    def accepts(self, instance: Model) -> bool:
        return self.test(instance) is not False


@cache
def rules_of(modele: type[Model]) -> tuple[Regle, ...]:
    """Raises NotImplementedError for a condition that this module cannot tell."""
    return tuple(
        _rule(modele, contrainte)
        for contrainte in modele._meta.constraints
        if isinstance(contrainte, CheckConstraint)
    )


def _rule(modele: type[Model], contrainte: CheckConstraint) -> Regle:
    champs: dict[str, None] = {}
    assert isinstance(contrainte.condition, Q)
    test = _test(contrainte.condition, modele, champs)
    message = str(contrainte.violation_error_message)
    return Regle(contrainte.name, tuple(champs), message, test)


def _test(condition: Q, modele: type[Model], champs: dict[str, None]) -> Test:
    tests = [
        _test(partie, modele, champs) if isinstance(partie, Q) else _lookup(partie, modele, champs)
        for partie in condition.children
    ]
    if condition.connector not in (Q.AND, Q.OR):
        raise NotImplementedError(condition.connector)
    # A single False settles « and », a single True settles « or ».
    decisif = condition.connector == Q.OR

    def combined(instance: Model) -> Verdict:
        verdict: Verdict = not decisif
        for test in tests:
            partiel = test(instance)
            if partiel is decisif:
                return decisif
            if partiel is None:
                verdict = None
        return verdict

    if not condition.negated:
        return combined

    def negated(instance: Model) -> Verdict:
        verdict = combined(instance)
        return None if verdict is None else not verdict

    return negated


def _lookup(partie: Any, modele: type[Model], champs: dict[str, None]) -> Test:
    chemin, attendu = partie
    nom, *suites = chemin.split("__")
    comparaison = suites.pop() if suites and suites[-1] not in _TRANSFORMATIONS else "exact"
    valeur = _field(nom, modele, champs)
    for suite in suites:
        valeur = _transformed(valeur, _known(_TRANSFORMATIONS, suite))
    if comparaison == "isnull":
        return lambda instance: (valeur(instance) is None) is attendu
    compare = _known(_COMPARAISONS, comparaison)
    cible = _expression(attendu, modele, champs)

    def compared(instance: Model) -> Verdict:
        gauche, droite = valeur(instance), cible(instance)
        return None if gauche is None or droite is None else compare(gauche, droite)

    return compared


def _expression(attendu: Any, modele: type[Model], champs: dict[str, None]) -> Valeur:
    if isinstance(attendu, F):
        return _field(attendu.name, modele, champs)  # type: ignore[attr-defined]
    if isinstance(attendu, CombinedExpression):
        calcule = _known(_CALCULS, attendu.connector)
        gauche = _expression(attendu.lhs, modele, champs)
        droite = _expression(attendu.rhs, modele, champs)
        return lambda instance: calcule(gauche(instance), droite(instance))
    constante = attendu.value if isinstance(attendu, Value) else attendu
    return lambda instance: constante


def _field(nom: str, modele: type[Model], champs: dict[str, None]) -> Valeur:
    champs[nom] = None
    return operator.attrgetter(modele._meta.get_field(nom).attname)  # type: ignore[union-attr]


def _transformed(valeur: Valeur, transformation: Callable[[Any], Any]) -> Valeur:
    def transformed(instance: Model) -> Any:
        brute = valeur(instance)
        return None if brute is None else transformation(brute)

    return transformed


def _known(table: dict[str, Any], nom: str) -> Any:
    if nom not in table:
        raise NotImplementedError(f"« {nom} » in a check constraint")
    return table[nom]
