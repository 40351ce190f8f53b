"""Meetings and trainings that advisors follow together, and who came."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Self

from django.core.validators import URLValidator
from django.db import models
from django.db.models import F, Q

from conseillers.enums import NatureRencontre, Role, StatutPresence
from conseillers.models.comptes import Utilisateur
from conseillers.models.postes import Conseiller
from territoires.models import Commune, journalise, sans_nir


class RencontreQuerySet(models.QuerySet):
    def visible_to(self, utilisateur: Utilisateur) -> Self:
        if utilisateur.lit_tout:
            return self
        if utilisateur.role == Role.CONSEILLER:
            return self.filter(presences__conseiller__utilisateur=utilisateur)
        return self.none()

    def maintenues(self) -> Self:
        return self.filter(annulee_le__isnull=True)


@journalise
class Rencontre(models.Model):
    """One event of the network, whoever came: the reports count it once."""

    nature = models.CharField(
        "nature", max_length=20, choices=NatureRencontre, default=NatureRencontre.REUNION
    )
    intitule = models.CharField("intitulé", max_length=120, validators=[sans_nir])
    date = models.DateField("date")
    heure_debut = models.TimeField("de")
    heure_fin = models.TimeField("à")
    lieu = models.CharField(
        "lieu", max_length=200, blank=True, validators=[sans_nir], help_text="Salle et adresse."
    )
    commune = models.ForeignKey(
        Commune, models.PROTECT, null=True, blank=True, related_name="rencontres"
    )
    visio = models.URLField(
        "lien de visioconférence",
        blank=True,
        validators=[URLValidator(schemes=["https"])],
        help_text="Commence par https://",
    )
    ordre_du_jour = models.TextField(
        "ordre du jour",
        max_length=1000,
        blank=True,
        validators=[sans_nir],
        help_text="Envoyé avec l’invitation. Aucun nom de personne aidée, rien sur la santé.",
    )
    # RFC 5545: a calendar recognises the event by its UID and its news by a growing SEQUENCE.
    uid = models.UUIDField("UID", default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveSmallIntegerField("version", default=0, editable=False)
    annulee_le = models.DateTimeField("annulée le", null=True, blank=True, editable=False)

    objects = RencontreQuerySet.as_manager()

    class Meta:
        ordering = ["-date", "-heure_debut", "pk"]
        verbose_name = "rencontre"
        constraints = [
            models.CheckConstraint(
                condition=Q(heure_fin__gt=F("heure_debut")),
                name="rencontre_fin_apres_debut",
                violation_error_message="L’heure de fin précède celle du début.",
            ),
            models.CheckConstraint(
                condition=~Q(lieu="") | ~Q(visio=""),
                name="rencontre_quelque_part",
                violation_error_message="Dites où : un lieu, ou un lien de visioconférence.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.intitule}, {self.date:%d/%m/%Y}"

    @property
    def endroit(self) -> str:
        """« Salle du conseil, Le Mans »; empty where it is on a screen only."""
        return ", ".join(texte for texte in (self.lieu, str(self.commune or "")) if texte)

    @property
    def minutes(self) -> int:
        debut = dt.datetime.combine(self.date, self.heure_debut)
        return int((dt.datetime.combine(self.date, self.heure_fin) - debut).total_seconds()) // 60


class PresenceQuerySet(models.QuerySet):
    def visible_to(self, utilisateur: Utilisateur) -> Self:
        if utilisateur.lit_tout:
            return self
        if utilisateur.role == Role.CONSEILLER:
            return self.filter(conseiller__utilisateur=utilisateur)
        return self.none()


@journalise
class Presence(models.Model):
    """One advisor at one rencontre. Why somebody did not come is never stored."""

    rencontre = models.ForeignKey(Rencontre, models.CASCADE, related_name="presences")
    conseiller = models.ForeignKey(Conseiller, models.PROTECT, related_name="presences")
    statut = models.CharField(
        "présence", max_length=10, choices=StatutPresence, default=StatutPresence.INSCRIT
    )
    # What this person was last sent: nobody gets the same invitation twice.
    sequence_envoyee = models.PositiveSmallIntegerField(
        "version envoyée", null=True, blank=True, editable=False
    )
    envoyee_le = models.DateTimeField("envoyée le", null=True, blank=True, editable=False)

    objects = PresenceQuerySet.as_manager()

    class Meta:
        ordering = ["conseiller", "pk"]
        verbose_name = "présence"
        constraints = [
            models.UniqueConstraint(
                fields=["rencontre", "conseiller"],
                name="presence_unique",
                violation_error_message="Ce conseiller est déjà inscrit à cette rencontre.",
            ),
            models.CheckConstraint(
                condition=Q(sequence_envoyee__isnull=True, envoyee_le__isnull=True)
                | Q(sequence_envoyee__isnull=False, envoyee_le__isnull=False),
                name="presence_envoi_date",
                violation_error_message="Un envoi a une date.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.conseiller} : {self.get_statut_display().lower()}"
