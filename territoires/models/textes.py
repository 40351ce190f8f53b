"""Free texts: what a field that a person or a file fills refuses to hold."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from territoires.traces import MOTIF_DE_TOUTES, PROFESSIONNEL, PUBLIC, Surveillance, traces_in


def _refuse(surveillance: Surveillance, texte: str) -> None:
    for trace in traces_in(texte):
        if surveillance.refuse(trace):
            raise ValidationError(surveillance.phrase(trace), code="trace")


def sans_trace(texte: str) -> None:
    """Validator of a text about the public: nothing that leads to somebody."""
    _refuse(PUBLIC, texte)


def sans_nir(texte: str) -> None:
    """Validator of a professional text: it may have a telephone number, never that number."""
    _refuse(PROFESSIONNEL, texte)


def surveillance_of(validateurs: list[object]) -> Surveillance | None:
    """How a field is watched, as its validators say; None for one that is not."""
    if sans_trace in validateurs:
        return PUBLIC
    return PROFESSIONNEL if sans_nir in validateurs else None


def contrainte_sans_trace(champ: str, nom: str) -> models.CheckConstraint:
    """The same refusal by the database, whatever the door."""
    return models.CheckConstraint(
        condition=~Q(**{f"{champ}__regex": MOTIF_DE_TOUTES}),
        name=nom,
        violation_error_message="Ce texte ressemble à un numéro ou à une adresse : n’écrivez "
        "aucun nom ni aucune coordonnée.",
    )
