"""The yearly attestation of an employer, which stays when the State's money is gone."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q

from conseillers.enums import Role
from conseillers.models.comptes import Structure, Utilisateur
from territoires.models import journalise

UN_AN = dt.timedelta(days=366)


class LabelQuerySet(models.QuerySet):
    def visible_to(self, utilisateur: Utilisateur) -> Self:
        if utilisateur.lit_tout:
            return self
        if utilisateur.role == Role.EMPLOYEUR:
            return self.filter(structure=utilisateur.structure_id)
        return self.none()


@journalise
class Label(models.Model):
    """« Label conseiller numérique »: one row per attestation on honour.

    Two may overlap, since an employer attests again before the first one ends: the one that
    expires last is the one in force.
    """

    structure = models.ForeignKey(Structure, models.PROTECT, related_name="labels")
    atteste_le = models.DateField("attesté le")
    expire_le = models.DateField(
        "expire le", help_text="Dernier jour de validité : un an après l’attestation."
    )
    reference = models.CharField(
        "référence",
        max_length=200,
        blank=True,
        help_text="Numéro ou nom du document qui l’atteste.",
    )

    objects = LabelQuerySet.as_manager()

    class Meta:
        ordering = ["structure", "-atteste_le"]
        verbose_name = "label"
        constraints = [
            models.UniqueConstraint(
                fields=["structure", "atteste_le"],
                name="label_unique",
                violation_error_message="Cet employeur a déjà une attestation à cette date.",
            ),
            models.CheckConstraint(
                condition=Q(expire_le__gt=F("atteste_le"))
                & Q(expire_le__lte=F("atteste_le") + UN_AN),
                name="label_vaut_un_an",
                violation_error_message="Un label vaut un an au plus à partir de son attestation.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.structure}, label jusqu’au {self.expire_le:%d/%m/%Y}"
