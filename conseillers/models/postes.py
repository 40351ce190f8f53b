"""Posts, the people who hold them, and when."""

from __future__ import annotations

from collections.abc import Collection
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value

from conseillers.enums import Part, Role, RoleAffectation, TypeContrat, TypePoste
from conseillers.models.base import PeriodeQuerySet, ends_before_it_starts, fin_apres_debut
from conseillers.models.comptes import Structure, Utilisateur
from territoires.models import EPCI, journalise


class PosteQuerySet(models.QuerySet):
    def visible_to(self, utilisateur: Utilisateur) -> Self:
        if utilisateur.lit_tout:
            return self
        if utilisateur.role == Role.EMPLOYEUR:
            return self.filter(structure=utilisateur.structure_id)
        if utilisateur.role == Role.CONSEILLER:
            return self.filter(affectations__conseiller__utilisateur=utilisateur).distinct()
        return self.none()


@journalise
class Poste(models.Model):
    numero = models.PositiveSmallIntegerField(
        "numéro", unique=True, validators=[MinValueValidator(1)]
    )
    structure = models.ForeignKey(Structure, models.PROTECT, related_name="postes")
    type = models.CharField("type", max_length=20, choices=TypePoste, default=TypePoste.CONSEILLER)
    date_attribution = models.DateField("attribué le")
    date_rendu = models.DateField(
        "rendu le", null=True, blank=True, help_text="Premier jour où le poste n’est plus à nous."
    )
    epcis = models.ManyToManyField(
        EPCI, verbose_name="EPCI desservis", blank=True, related_name="postes"
    )

    objects = PosteQuerySet.as_manager()

    class Meta:
        ordering = ["numero"]
        verbose_name = "poste"
        constraints = [
            models.CheckConstraint(
                condition=Q(numero__gte=1),
                name="poste_numero_positif",
                violation_error_message="Le numéro d’un poste commence à 1.",
            ),
            models.CheckConstraint(
                condition=Q(date_rendu__isnull=True) | Q(date_rendu__gte=F("date_attribution")),
                name="poste_rendu_apres_attribution",
                violation_error_message="Un poste ne peut être rendu avant d’être attribué.",
            ),
        ]

    def __str__(self) -> str:
        return f"Poste {self.numero}"

    @property
    def part(self) -> Part:
        return self.structure.part


class ConseillerQuerySet(models.QuerySet):
    def visible_to(self, utilisateur: Utilisateur) -> Self:
        if utilisateur.lit_tout:
            return self
        if utilisateur.role == Role.EMPLOYEUR:
            return self.filter(affectations__poste__structure=utilisateur.structure_id).distinct()
        if utilisateur.role == Role.CONSEILLER:
            return self.filter(utilisateur=utilisateur)
        return self.none()


@journalise
class Conseiller(models.Model):
    courriel = models.EmailField("courriel", unique=True)
    prenom = models.CharField("prénom", max_length=80)
    nom = models.CharField("nom", max_length=80)
    utilisateur = models.OneToOneField(
        Utilisateur, models.SET_NULL, null=True, blank=True, related_name="conseiller"
    )
    anonymise_le = models.DateTimeField("anonymisé le", null=True, blank=True, editable=False)

    objects = ConseillerQuerySet.as_manager()

    class Meta:
        ordering = ["nom", "prenom", "pk"]
        verbose_name = "conseiller"

    def __str__(self) -> str:
        if self.anonymise_le:
            return f"Conseiller anonymisé n° {self.pk}"
        return f"{self.prenom} {self.nom}"


class ParPosteQuerySet(PeriodeQuerySet):
    """Dated rows of a poste, seen by those who see the poste."""

    def visible_to(self, utilisateur: Utilisateur) -> Self:
        if utilisateur.lit_tout:
            return self
        if utilisateur.role == Role.EMPLOYEUR:
            return self.filter(poste__structure=utilisateur.structure_id)
        if utilisateur.role == Role.CONSEILLER:
            return self.filter(conseiller__utilisateur=utilisateur)
        return self.none()


@journalise
class Affectation(models.Model):
    """Who holds a poste from when to when."""

    poste = models.ForeignKey(Poste, models.PROTECT, related_name="affectations")
    conseiller = models.ForeignKey(Conseiller, models.PROTECT, related_name="affectations")
    date_debut = models.DateField("prise de poste")
    date_fin = models.DateField("fin de fonctions", null=True, blank=True)
    type_contrat = models.CharField("type de contrat", max_length=3, choices=TypeContrat)
    # The reason of a part time is often a health matter: never stored.
    quotite = models.PositiveSmallIntegerField("quotité (%)", default=100)
    role = models.CharField(
        "rôle", max_length=20, choices=RoleAffectation, default=RoleAffectation.PRINCIPALE
    )

    objects = ParPosteQuerySet.as_manager()

    class Meta:
        ordering = ["poste", "date_debut", "pk"]
        verbose_name = "affectation"
        constraints = [
            fin_apres_debut("affectation_fin_apres_debut"),
            models.CheckConstraint(
                condition=Q(quotite__gte=1, quotite__lte=100),
                name="affectation_quotite_de_1_a_100",
                violation_error_message="La quotité va de 1 à 100 %.",
            ),
            models.UniqueConstraint(
                fields=["poste", "conseiller", "date_debut"],
                name="affectation_unique",
                violation_error_message="Cette affectation existe déjà.",
            ),
            ExclusionConstraint(
                name="affectation_principales_sans_chevauchement",
                expressions=[
                    ("poste", RangeOperators.EQUAL),
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
                condition=Q(role=RoleAffectation.PRINCIPALE),
                violation_error_message="Ce poste a déjà une affectation principale à ces dates : "
                "terminez-la d’abord, ou choisissez « remplacement ».",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.conseiller} — {self.poste}"

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Without a role the exclusion has no condition, or no range with its dates the wrong way
        round: Django asks for it all the same, unless what it compares is left out too.
        """
        laisses = set(exclude or ())
        impossible = "role" in laisses or ends_before_it_starts(self)
        super().validate_constraints(laisses | {"poste"} if impossible else laisses)


@journalise
class Absence(models.Model):
    """Dates only: the reason of an absence is never stored."""

    poste = models.ForeignKey(Poste, models.PROTECT, related_name="absences")
    conseiller = models.ForeignKey(Conseiller, models.PROTECT, related_name="absences")
    date_debut = models.DateField("du")
    date_fin = models.DateField("au")

    objects = ParPosteQuerySet.as_manager()

    class Meta:
        ordering = ["-date_debut", "pk"]
        verbose_name = "absence"
        constraints = [
            fin_apres_debut("absence_fin_apres_debut"),
            models.UniqueConstraint(
                fields=["poste", "conseiller", "date_debut"],
                name="absence_unique",
                violation_error_message="Cette absence est déjà déclarée.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.conseiller}, du {self.date_debut:%d/%m/%Y} au {self.date_fin:%d/%m/%Y}"
