"""What a person decided of two séances that look like the same one, typed here and in La Coop."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from conseillers.enums import Role
from conseillers.models import Utilisateur
from permanences.enums import VerdictDouble
from permanences.models.seances import Seance
from territoires.models import journalise


class DecisionDoubleQuerySet(models.QuerySet):
    def visible_to(self, utilisateur: Utilisateur) -> Self:
        """As the séances: their author, and the Département's staff."""
        if utilisateur.lit_tout:
            return self
        if utilisateur.role == Role.CONSEILLER:
            return self.filter(saisie__auteur__utilisateur=utilisateur)
        return self.none()

    def en_vigueur(self) -> Self:
        return self.filter(annulee_le__isnull=True)


@journalise
class DecisionDouble(models.Model):
    """One pair, decided once: proposed again only if the decision is undone.

    `reprises`: {field: [before, after]} of what the kept séance took over from the other.
    """

    saisie = models.ForeignKey(
        Seance, models.PROTECT, verbose_name="séance saisie", related_name="decisions_saisie"
    )
    coop = models.ForeignKey(
        Seance, models.PROTECT, verbose_name="séance de La Coop", related_name="decisions_coop"
    )
    verdict = models.CharField("verdict", max_length=10, choices=VerdictDouble)
    gardee = models.ForeignKey(
        Seance,
        models.PROTECT,
        verbose_name="séance gardée",
        null=True,
        blank=True,
        related_name="doubles_retires",
    )
    reprises = models.JSONField("repris de l’autre", default=dict, blank=True)
    decidee_par = models.ForeignKey(
        Utilisateur,
        models.SET_NULL,
        verbose_name="décidée par",
        null=True,
        blank=True,
        related_name="+",
    )
    decidee_le = models.DateTimeField("décidée le", default=timezone.now)
    annulee_par = models.ForeignKey(
        Utilisateur,
        models.SET_NULL,
        verbose_name="annulée par",
        null=True,
        blank=True,
        related_name="+",
    )
    annulee_le = models.DateTimeField("annulée le", null=True, blank=True)

    objects = DecisionDoubleQuerySet.as_manager()

    class Meta:
        ordering = ["-decidee_le", "-pk"]
        verbose_name = "décision sur un double"
        verbose_name_plural = "décisions sur les doubles"
        constraints = [
            models.UniqueConstraint(
                fields=["saisie", "coop"],
                condition=Q(annulee_le__isnull=True),
                name="decision_double_une_par_paire",
                violation_error_message="Ces deux séances ont déjà été comparées.",
            ),
            models.CheckConstraint(
                condition=~Q(saisie=F("coop")),
                name="decision_double_de_deux_seances",
                violation_error_message="Une séance n’est pas son propre double.",
            ),
            models.CheckConstraint(
                condition=Q(verdict=VerdictDouble.MEME, gardee=F("saisie"))
                | Q(verdict=VerdictDouble.MEME, gardee=F("coop"))
                | Q(verdict=VerdictDouble.DEUX, gardee__isnull=True),
                name="decision_double_garde_l_une_des_deux",
                violation_error_message="Dites laquelle des deux séances est gardée.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()}, {self.saisie.date:%d/%m/%Y}"

    @property
    def retiree(self) -> Seance | None:
        if self.gardee_id is None:
            return None
        return self.coop if self.gardee_id == self.saisie_id else self.saisie
