"""That a person's data were handed over: to whom, when, about whom. Never the data."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from conseillers.models.comptes import Utilisateur
from conseillers.models.postes import Conseiller
from territoires.models import journalise


class RemiseDonneesQuerySet(models.QuerySet):
    def visible_to(self, utilisateur: Utilisateur) -> Self:
        return self if utilisateur.lit_tout else self.filter(remise_a=utilisateur)


@journalise
class RemiseDonnees(models.Model):
    """The answer to a right of access (RGPD, articles 15 and 20)."""

    compte = models.ForeignKey(
        Utilisateur,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="données du compte",
        related_name="remises",
    )
    conseiller = models.ForeignKey(
        Conseiller,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="données du conseiller",
        related_name="remises",
    )
    remise_a = models.ForeignKey(
        Utilisateur, models.PROTECT, verbose_name="remise à", related_name="remises_recues"
    )
    le = models.DateTimeField("le", default=timezone.now)
    lignes = models.PositiveIntegerField("lignes")

    objects = RemiseDonneesQuerySet.as_manager()

    class Meta:
        ordering = ["-le", "-pk"]
        verbose_name = "remise de données"
        verbose_name_plural = "remises de données"
        constraints = [
            models.CheckConstraint(
                condition=Q(compte__isnull=False) | Q(conseiller__isnull=False),
                name="remise_de_quelqu_un",
                violation_error_message="Une remise concerne un compte ou un conseiller.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.conseiller or self.compte}, {self.le:%d/%m/%Y}"
