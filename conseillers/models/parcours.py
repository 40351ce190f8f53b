"""Recruitment and training: dates and states, no health data, no free comment."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from conseillers.enums import EtatCandidature, NatureFormation, Role
from conseillers.models.comptes import Utilisateur
from conseillers.models.postes import Conseiller, Poste
from territoires.models import journalise, valide_code_insee


class CandidatureQuerySet(models.QuerySet):
    def visible_to(self, utilisateur: Utilisateur) -> Self:
        return self if utilisateur.lit_tout else self.none()


@journalise(sans_valeur=["courriel", "prenom", "nom"])
class Candidature(models.Model):
    """Those of the Département only: a partner's candidates are that employer's data."""

    courriel = models.EmailField("courriel", unique=True)
    prenom = models.CharField("prénom", max_length=80)
    nom = models.CharField("nom", max_length=80)
    code_insee = models.CharField(
        "code INSEE", max_length=5, blank=True, validators=[valide_code_insee]
    )
    recue_le = models.DateField("reçue le")
    etat = models.CharField(
        "état", max_length=20, choices=EtatCandidature, default=EtatCandidature.RECUE
    )
    poste = models.ForeignKey(
        Poste, models.SET_NULL, null=True, blank=True, related_name="candidatures"
    )

    objects = CandidatureQuerySet.as_manager()

    class Meta:
        ordering = ["-recue_le", "nom", "pk"]
        verbose_name = "candidature"
        constraints = [
            models.CheckConstraint(
                condition=~Q(etat=EtatCandidature.RECRUTEE) | Q(poste__isnull=False),
                name="candidature_recrutee_sur_un_poste",
                violation_error_message="Indiquez le poste sur lequel elle est recrutée.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prenom} {self.nom}"


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
    """A training, a certification or a meeting of the network attended by one advisor."""

    conseiller = models.ForeignKey(Conseiller, models.PROTECT, related_name="formations")
    nature = models.CharField("nature", max_length=20, choices=NatureFormation)
    intitule = models.CharField("intitulé", max_length=120)
    date = models.DateField("date")
    heures = models.PositiveSmallIntegerField("durée (h)", null=True, blank=True)

    objects = FormationQuerySet.as_manager()

    class Meta:
        ordering = ["-date", "pk"]
        verbose_name = "formation"
        constraints = [
            models.UniqueConstraint(
                fields=["conseiller", "nature", "intitule", "date"],
                name="formation_unique",
                violation_error_message="Cette formation est déjà notée pour ce conseiller.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.intitule}, {self.date:%d/%m/%Y}"
