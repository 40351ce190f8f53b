"""When each rule of retention last passed, and what it did."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils import timezone

from conseillers.conservation import REGLES
from conseillers.models.comptes import Utilisateur
from territoires.models import journalise


class PassageConservationQuerySet(models.QuerySet):
    def visible_to(self, utilisateur: Utilisateur) -> Self:
        return self if utilisateur.lit_tout else self.none()


# A night that had nothing to do is no event.
@journalise(sauf=["passe_le"])
class PassageConservation(models.Model):
    """One row per rule: its last run, and the last one that had something to erase."""

    regle = models.CharField(
        "règle", max_length=30, unique=True, choices=[(r.code, r.quoi) for r in REGLES]
    )
    passe_le = models.DateTimeField("dernier passage", default=timezone.now)
    agi_le = models.DateTimeField("dernier effet", null=True, blank=True)
    lignes = models.PositiveIntegerField("lignes de ce dernier effet", default=0)
    total = models.PositiveIntegerField("lignes depuis le début", default=0)

    objects = PassageConservationQuerySet.as_manager()

    class Meta:
        ordering = ["regle"]
        verbose_name = "passage de la conservation"
        verbose_name_plural = "passages de la conservation"

    def __str__(self) -> str:
        return self.get_regle_display()
