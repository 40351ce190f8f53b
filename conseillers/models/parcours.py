"""Trainings and certifications of each advisor: dates, hours, a reference; no health data."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q

from conseillers.enums import NatureFormation, Role, TypeCertification
from conseillers.models.comptes import Utilisateur
from conseillers.models.postes import Conseiller
from territoires.models import journalise, sans_nir


class FormationQuerySet(models.QuerySet):
    def visible_to(self, utilisateur: Utilisateur) -> Self:
        if utilisateur.lit_tout:
            return self
        if utilisateur.role == Role.CONSEILLER:
            return self.filter(conseiller__utilisateur=utilisateur)
        if utilisateur.role == Role.EMPLOYEUR:
            return self.filter(
                conseiller__affectations__poste__structure=utilisateur.structure_id
            ).distinct()
        return self.none()


@journalise
class Formation(models.Model):
    """What one advisor followed or obtained. What several follow together is a Rencontre."""

    conseiller = models.ForeignKey(Conseiller, models.PROTECT, related_name="formations")
    nature = models.CharField("nature", max_length=20, choices=NatureFormation)
    certification = models.CharField(
        "certification",
        max_length=10,
        choices=TypeCertification,
        blank=True,
        help_text="Pour une certification seulement.",
    )
    intitule = models.CharField(
        "intitulé",
        max_length=120,
        blank=True,
        validators=[sans_nir],
        help_text="Inutile pour une certification.",
    )
    date = models.DateField("date", help_text="Premier jour, ou jour de l’examen.")
    date_fin = models.DateField("dernier jour", null=True, blank=True)
    # Both generations of the programme: any number of hours, the usual ones are suggested.
    heures = models.PositiveSmallIntegerField("durée (h)", null=True, blank=True)
    obtenue_le = models.DateField(
        "obtenue le", null=True, blank=True, help_text="Vide : pas encore obtenue."
    )
    reference = models.CharField("référence du certificat", max_length=60, blank=True)

    objects = FormationQuerySet.as_manager()

    class Meta:
        ordering = ["-date", "pk"]
        verbose_name = "formation"
        constraints = [
            models.UniqueConstraint(
                fields=["conseiller", "nature", "certification", "intitule", "date"],
                name="formation_unique",
                violation_error_message="Cette formation est déjà notée pour ce conseiller.",
            ),
            models.CheckConstraint(
                condition=(Q(nature=NatureFormation.CERTIFICATION) & ~Q(certification=""))
                | (~Q(nature=NatureFormation.CERTIFICATION) & Q(certification="")),
                name="formation_certification_nommee",
                violation_error_message="Choisissez laquelle pour une certification, et aucune "
                "pour une formation ou un parcours.",
            ),
            models.CheckConstraint(
                condition=Q(nature=NatureFormation.CERTIFICATION) | ~Q(intitule=""),
                name="formation_intitule",
                violation_error_message="Donnez l’intitulé de la formation.",
            ),
            models.CheckConstraint(
                condition=Q(date_fin__isnull=True) | Q(date_fin__gte=F("date")),
                name="formation_fin_apres_debut",
                violation_error_message="Le dernier jour précède le premier.",
            ),
            models.CheckConstraint(
                condition=Q(obtenue_le__isnull=True) | Q(obtenue_le__gte=F("date")),
                name="formation_obtenue_apres_debut",
                violation_error_message="Elle ne peut être obtenue avant d’avoir commencé.",
            ),
            models.CheckConstraint(
                condition=Q(reference="") | Q(obtenue_le__isnull=False),
                name="formation_reference_datee",
                violation_error_message="Un certificat a une date : dites quand il est obtenu.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.libelle}, {self.date:%d/%m/%Y}"

    @property
    def libelle(self) -> str:
        return self.intitule or self.get_certification_display()
