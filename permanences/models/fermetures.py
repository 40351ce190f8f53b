"""Closings decided by the Département in one act, and the school holidays that propose some."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone

from conseillers.models import Poste, Utilisateur
from conseillers.models.base import PeriodeQuerySet, ends_before_it_starts, fin_apres_debut
from permanences.enums import Motif, PorteeFermeture, ZoneScolaire
from permanences.models.lieux import LieuAccueil
from territoires.models import EPCI, journalise


class DuPersonnelQuerySet(PeriodeQuerySet):
    def visible_to(self, utilisateur: Utilisateur) -> Self:
        return self if utilisateur.lit_tout else self.none()


@journalise
class ActeFermeture(models.Model):
    """One decision to close, and the closures it posed: lifted together."""

    cle = models.UUIDField("clé", unique=True, default=uuid.uuid4, editable=False)
    portee = models.CharField("ce qui ferme", max_length=20, choices=PorteeFermeture)
    lieu = models.ForeignKey(
        LieuAccueil, models.PROTECT, null=True, blank=True, related_name="actes_fermeture"
    )
    epci = models.ForeignKey(
        EPCI,
        models.PROTECT,
        verbose_name="EPCI",
        null=True,
        blank=True,
        related_name="actes_fermeture",
    )
    poste = models.ForeignKey(
        Poste, models.PROTECT, null=True, blank=True, related_name="actes_fermeture"
    )
    date_debut = models.DateField("du")
    date_fin = models.DateField("au")
    motif = models.CharField("motif", max_length=30, choices=Motif)
    pose_par = models.ForeignKey(
        Utilisateur,
        models.SET_NULL,
        verbose_name="posée par",
        null=True,
        blank=True,
        related_name="+",
    )
    pose_le = models.DateTimeField("posée le", default=timezone.now)
    leve_par = models.ForeignKey(
        Utilisateur,
        models.SET_NULL,
        verbose_name="levée par",
        null=True,
        blank=True,
        related_name="+",
    )
    leve_le = models.DateTimeField("levée le", null=True, blank=True)

    objects = DuPersonnelQuerySet.as_manager()

    class Meta:
        ordering = ["-date_debut", "-pk"]
        verbose_name = "acte de fermeture"
        verbose_name_plural = "actes de fermeture"
        constraints = [
            fin_apres_debut("acte_fermeture_fin_apres_debut"),
            models.CheckConstraint(
                condition=Q(portee="lieu", lieu__isnull=False, epci=None, poste=None)
                | Q(portee="epci", lieu=None, epci__isnull=False, poste=None)
                | Q(portee="poste", lieu=None, epci=None, poste__isnull=False)
                | Q(portee="programme", lieu=None, epci=None, poste=None),
                name="acte_fermeture_objet_de_sa_portee",
                violation_error_message="Choisissez ce qui ferme : un lieu, un EPCI, un poste, ou "
                "tout le programme.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.objet}, du {self.date_debut:%d/%m/%Y} au {self.date_fin:%d/%m/%Y}"

    @property
    def objet(self) -> str:
        if self.epci:
            return f"Tous les lieux de {self.epci.nom}"
        return str(self.lieu or self.poste or "Tout le programme")


class VacancesQuerySet(PeriodeQuerySet):
    def visible_to(self, utilisateur: Utilisateur) -> Self:
        """Everybody's: an agenda shows them too."""
        return self


@journalise
class VacancesScolaires(models.Model):
    """A period of school holidays of a zone; loaded, then corrected by the Département."""

    zone = models.CharField("zone", max_length=10, choices=ZoneScolaire)
    nom = models.CharField("nom", max_length=80)
    date_debut = models.DateField("premier jour")
    date_fin = models.DateField("dernier jour", help_text="La veille de la rentrée.")

    objects = VacancesQuerySet.as_manager()

    class Meta:
        ordering = ["date_debut", "zone"]
        verbose_name = "vacances scolaires"
        verbose_name_plural = "vacances scolaires"
        constraints = [
            fin_apres_debut("vacances_fin_apres_debut"),
            ExclusionConstraint(
                name="vacances_sans_chevauchement",
                expressions=[
                    ("zone", RangeOperators.EQUAL),
                    (
                        Func(
                            F("date_debut"),
                            F("date_fin"),
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message="Cette zone a déjà des vacances à ces dates : "
                "corrigez-les.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nom}, du {self.date_debut:%d/%m/%Y} au {self.date_fin:%d/%m/%Y}"

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        laisses = set(exclude or ())
        super().validate_constraints(laisses | {"zone"} if ends_before_it_starts(self) else laisses)
