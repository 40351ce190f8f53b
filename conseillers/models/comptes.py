"""Who may sign in, and the employers."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q

from conseillers.enums import Part, Role, TypeStructure
from conseillers.models.base import valide_siret
from territoires.models import journalise, valide_code_insee


class UtilisateurManager(BaseUserManager["Utilisateur"]):
    def create_user(self, courriel: str, password: str | None = None, **champs: Any) -> Utilisateur:
        utilisateur = self.model(courriel=courriel.strip().lower(), **champs)
        utilisateur.set_password(password)
        utilisateur.save(using=self._db)
        return utilisateur

    def create_superuser(self, courriel: str, password: str, **champs: Any) -> Utilisateur:
        champs |= {"is_superuser": True, "role": Role.GESTIONNAIRE}
        return self.create_user(courriel, password, **champs)


@journalise(sauf=["password", "last_login"])
class Utilisateur(AbstractBaseUser, PermissionsMixin):
    courriel = models.EmailField("courriel", unique=True)
    prenom = models.CharField("prénom", max_length=80, blank=True)
    nom = models.CharField("nom", max_length=80, blank=True)
    fonction = models.CharField(
        "fonction", max_length=120, blank=True, help_text="Imprimée à côté d’« établi par »."
    )
    role = models.CharField("rôle", max_length=20, choices=Role)
    structure = models.ForeignKey(
        "Structure", models.PROTECT, null=True, blank=True, related_name="referents"
    )
    is_active = models.BooleanField(
        "compte actif", default=True, help_text="Décocher plutôt que supprimer le compte."
    )
    actif_jusqu_au = models.DateField(
        "ouvert jusqu’au",
        null=True,
        blank=True,
        help_text="Dernier jour où ce compte s’ouvre ; vide : sans limite.",
    )
    cree_le = models.DateTimeField("créé le", auto_now_add=True)
    anonymise_le = models.DateTimeField("anonymisé le", null=True, blank=True, editable=False)

    objects = UtilisateurManager()

    USERNAME_FIELD = "courriel"
    EMAIL_FIELD = "courriel"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        ordering = ["courriel"]
        verbose_name = "utilisateur"
        constraints = [
            models.CheckConstraint(
                condition=~Q(role=Role.EMPLOYEUR) | Q(structure__isnull=False),
                name="utilisateur_employeur_a_une_structure",
                violation_error_message="Un référent employeur est rattaché à une structure.",
            ),
            models.CheckConstraint(
                condition=Q(anonymise_le__isnull=True)
                | Q(prenom="", nom="", fonction="", is_active=False, last_login__isnull=True),
                name="utilisateur_anonymise_ne_s_ouvre_plus",
                violation_error_message="Un compte anonymisé ne se rouvre pas : créez-en un autre.",
            ),
        ]

    def __str__(self) -> str:
        if self.anonymise_le:
            return f"Compte anonymisé n° {self.pk}"
        return f"{self.prenom} {self.nom}".strip() or self.courriel

    def get_short_name(self) -> str:
        return self.prenom or self.courriel

    @property
    def is_staff(self) -> bool:
        """Django's word for « may open the admin »."""
        return self.role in (Role.GESTIONNAIRE, Role.DIRECTION)

    @property
    def lit_tout(self) -> bool:
        return self.is_staff

    def est_ouvert_le(self, jour: dt.date) -> bool:
        return self.is_active and (self.actif_jusqu_au is None or jour <= self.actif_jusqu_au)


class StructureQuerySet(models.QuerySet):
    def visible_to(self, utilisateur: Utilisateur) -> Self:
        if utilisateur.lit_tout:
            return self
        if utilisateur.role == Role.EMPLOYEUR:
            return self.filter(pk=utilisateur.structure_id)
        if utilisateur.role == Role.CONSEILLER:
            return self.filter(postes__affectations__conseiller__utilisateur=utilisateur).distinct()
        return self.none()


@journalise
class Structure(models.Model):
    """An employer; the Département is one of them."""

    siret = models.CharField("SIRET", max_length=14, unique=True, validators=[valide_siret])
    nom = models.CharField("nom", max_length=200)
    type = models.CharField("type", max_length=20, choices=TypeStructure)
    code_insee = models.CharField("code INSEE", max_length=5, validators=[valide_code_insee])

    objects = StructureQuerySet.as_manager()

    class Meta:
        ordering = ["nom", "siret"]
        verbose_name = "structure"

    def __str__(self) -> str:
        return self.nom

    @property
    def part(self) -> Part:
        return Part.DEPARTEMENT if self.type == TypeStructure.DEPARTEMENT else Part.PARTENAIRE
