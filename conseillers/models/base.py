"""What every dated row of this app shares."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

valide_siret = RegexValidator(r"^\d{14}$", "Un SIRET compte 14 chiffres.")


def fin_apres_debut(nom: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(date_fin__isnull=True) | Q(date_fin__gte=F("date_debut")),
        name=nom,
        violation_error_message="La date de fin précède la date de début.",
    )


def ends_before_it_starts(ligne: Any) -> bool:
    """Then no exclusion of dates can be asked: PostgreSQL makes no range of them."""
    return bool(ligne.date_debut and ligne.date_fin and ligne.date_fin < ligne.date_debut)


class PeriodeQuerySet(models.QuerySet):
    """Rows with `date_debut` and `date_fin`, both inclusive; an empty end is open."""

    def actif_le(self, jour: dt.date) -> Self:
        return self.actif_entre(jour, jour)

    def actif_entre(self, debut: dt.date, fin: dt.date) -> Self:
        return self.filter(Q(date_fin__isnull=True) | Q(date_fin__gte=debut), date_debut__lte=fin)
