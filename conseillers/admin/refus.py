"""What the database refused, said in French to the one who typed."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DataError, IntegrityError, models

REFUS = (ValidationError, IntegrityError, DataError)

PHRASE_DOUBLON = "Une autre fiche porte déjà cette valeur : vérifiez-la, ou modifiez l’autre fiche."
PHRASE_LIEE = (
    "D’autres fiches en dépendent : supprimez-les ou rattachez-les ailleurs d’abord, "
    "ou mettez une date de fin plutôt que de supprimer."
)
PHRASE_REFUS = (
    "La base de données a refusé cet enregistrement : vérifiez les valeurs et recommencez. "
    "Rien n’a été modifié."
)


def translate_refus(erreur: Exception) -> ValidationError:
    """The ValidationError to show for a refusal of the database or of a service.

    A named constraint answers with its own `violation_error_message`, a trigger with the
    sentence that it raised; both are already written for the user.
    """
    if isinstance(erreur, ValidationError):
        return erreur
    if isinstance(erreur, models.ProtectedError | models.RestrictedError):
        return ValidationError(PHRASE_LIEE, code="liee")
    diag = getattr(erreur.__cause__, "diag", None)
    if diag is None:
        return ValidationError(PHRASE_REFUS, code="refus")
    if diag.constraint_name:
        return ValidationError(_phrase_of_constraint(diag), code="refus")
    if diag.sqlstate == "23514":  # check_violation without a name: RAISE in one of our triggers
        return ValidationError(diag.message_primary, code="refus")
    return ValidationError(PHRASE_REFUS, code="refus")


def _phrase_of_constraint(diag: object) -> str:
    nom = getattr(diag, "constraint_name", "")
    for contrainte in _constraints():
        if contrainte.name == nom:
            return str(contrainte.violation_error_message)
    # Unique fields and foreign keys have no constraint of ours.
    return {"23505": PHRASE_DOUBLON, "23503": PHRASE_LIEE}.get(
        getattr(diag, "sqlstate", ""), PHRASE_REFUS
    )


def _constraints() -> Iterator[models.BaseConstraint]:
    for model in apps.get_models():
        yield from model._meta.constraints


def phrases_of(erreur: Exception) -> list[str]:
    return translate_refus(erreur).messages


def errors_by_field(erreur: Exception, champs: set[str]) -> dict[str | None, list[str]]:
    """{field of the form, or None for the whole form: sentences}."""
    refus = translate_refus(erreur)
    if not hasattr(refus, "error_dict"):
        return {None: refus.messages}
    trie: dict[str | None, list[str]] = {}
    for champ, messages in refus.message_dict.items():
        cible = champ if champ in champs and champ != NON_FIELD_ERRORS else None
        trie.setdefault(cible, []).extend(messages)
    return trie
