"""The plan and what became of it."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from conseillers.enums import Role
from conseillers.models import Affectation, Poste, Utilisateur
from conseillers.models.base import PeriodeQuerySet, fin_apres_debut
from permanences import calendrier, recurrence
from permanences.enums import NATURES_DE_GROUPE, Acces, Motif, NatureCreneau, StatutOccurrence
from permanences.models.fermetures import ActeFermeture
from permanences.models.lieux import LieuAccueil
from permanences.models.mois import refuse_si_clos, verrou_du_mois
from permanences.models.plan_clos import (
    refuse_creneau_clos,
    refuse_fermeture_close,
    verrou_de_la_fermeture,
    verrou_du_creneau,
)
from territoires.models import contrainte_sans_trace, journalise, sans_trace
from territoires.typographie import INSECABLE, format_heure


class CreneauQuerySet(PeriodeQuerySet):
    def visible_to(self, utilisateur: Utilisateur) -> Self:
        if utilisateur.lit_tout:
            return self
        if utilisateur.role == Role.EMPLOYEUR:
            return self.filter(poste__structure=utilisateur.structure_id)
        if utilisateur.role == Role.CONSEILLER:
            return self.filter(Exists(_held_meanwhile(utilisateur)))
        return self.none()


def _held_meanwhile(utilisateur: Utilisateur) -> QuerySet[Affectation]:
    """Of a créneau: that person held its poste on a day when it was in force, even long ago.

    What a poste plans before and after is the others': a former holder keeps one's own past.
    """
    return Affectation.objects.filter(
        Q(date_fin__isnull=True) | Q(date_fin__gte=OuterRef("date_debut")),
        poste=OuterRef("poste"),
        conseiller__utilisateur=utilisateur,
        date_debut__lte=Coalesce(OuterRef("date_fin"), Value(dt.date.max)),
    )


@journalise
class Creneau(models.Model):
    """A planned slot of a poste at a lieu: a weekday rule, or a single date."""

    code = models.CharField("code", max_length=60, unique=True)
    poste = models.ForeignKey(Poste, models.PROTECT, related_name="creneaux")
    lieu = models.ForeignKey(LieuAccueil, models.PROTECT, related_name="creneaux")
    nature = models.CharField("nature", max_length=20, choices=NatureCreneau)
    titre = models.CharField("titre", max_length=150, blank=True, validators=[sans_trace])
    date_debut = models.DateField("à partir du")
    date_fin = models.DateField("jusqu’au", null=True, blank=True)
    heure_debut = models.TimeField("de")
    heure_fin = models.TimeField("à")
    recurrence = models.CharField(
        "récurrence", max_length=120, blank=True, help_text="Vide : une seule fois."
    )
    capacite = models.PositiveSmallIntegerField(
        "capacité", null=True, blank=True, validators=[MinValueValidator(1)]
    )
    feries = models.BooleanField("tenu les jours fériés", default=False)
    acces = models.CharField("accès", max_length=20, choices=Acces, default=Acces.LIBRE)

    objects = CreneauQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = "créneau"
        verbose_name_plural = "créneaux"
        constraints = [
            fin_apres_debut("creneau_fin_apres_debut"),
            models.CheckConstraint(
                condition=Q(heure_fin__gt=F("heure_debut")),
                name="creneau_heure_fin_apres_debut",
                violation_error_message="L’heure de fin doit suivre l’heure de début.",
            ),
            models.CheckConstraint(
                condition=Q(capacite__isnull=True) | Q(capacite__gte=1),
                name="creneau_capacite_positive",
                violation_error_message="La capacité est d’au moins une personne.",
            ),
            models.CheckConstraint(
                condition=Q(recurrence="")
                | Q(
                    recurrence__regex=r"^FREQ=(WEEKLY|MONTHLY)(;INTERVAL=[1-9][0-9]{0,2})?"
                    r"(;BYDAY=[+\-0-9A-Z,]+)?$"
                ),
                name="creneau_recurrence_lisible",
                violation_error_message="La récurrence n’est pas une règle acceptée.",
            ),
            contrainte_sans_trace("titre", "creneau_titre_sans_trace"),
        ]
        triggers = [verrou_du_creneau()]

    def __str__(self) -> str:
        return f"{self.lieu}, {self.phrase}"

    def clean(self) -> None:
        try:
            regle = recurrence.parse_regle(self.recurrence) if self.recurrence else None
        except recurrence.RegleInvalide as erreur:
            raise ValidationError({"recurrence": str(erreur)}) from erreur
        self.recurrence = str(regle) if regle else ""
        self.__dict__.pop("regle", None)
        if self.date_debut and self.poste_id and self.lieu_id:
            refuse_creneau_clos(Creneau.objects.filter(pk=self.pk).first(), self)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        refuse_creneau_clos(Creneau.objects.filter(pk=self.pk).first(), None)
        return super().delete(*args, **kwargs)

    @cached_property
    def regle(self) -> recurrence.Regle | None:
        return recurrence.parse_regle(self.recurrence) if self.recurrence else None

    @property
    def phrase(self) -> str:
        debut, fin = format_heure(self.heure_debut), format_heure(self.heure_fin)
        heures = f"{debut}{INSECABLE}–{INSECABLE}{fin}"
        return f"{recurrence.phrase(self.regle, self.date_debut)}, {heures}"

    @property
    def pour_un_groupe(self) -> bool:
        return self.nature in NATURES_DE_GROUPE

    @property
    def minutes(self) -> int:
        """Planned length in minutes, on the clock's face."""
        debut, fin = self.heure_debut, self.heure_fin
        return (fin.hour - debut.hour) * 60 + fin.minute - debut.minute

    def dates_entre(self, premier: dt.date, dernier: dt.date) -> list[dt.date]:
        """Dates on which it takes place, public holidays left out unless it is held on them."""
        dates = recurrence.dates_du_creneau(
            regle=self.regle,
            date_debut=self.date_debut,
            date_fin=self.date_fin,
            premier=premier,
            dernier=dernier,
        )
        if self.feries:
            return dates
        return [j for j in dates if not calendrier.est_ferie(j, settings.DEPARTEMENT)]

    def est_actif_entre(self, premier: dt.date, dernier: dt.date) -> bool:
        """In force on a day of the period, whatever its weekday."""
        return self.date_debut <= dernier and (self.date_fin is None or premier <= self.date_fin)

    def a_lieu_le(self, jour: dt.date) -> bool:
        return bool(self.dates_entre(jour, jour))


def phrase_pas_de_creneau(creneau: Creneau, jour: dt.date) -> str:
    return (
        f"Le créneau {creneau.code} n’a pas lieu le {jour:%d/%m/%Y} "
        f"(il a lieu {creneau.phrase}) : corrigez la date ou le créneau."
    )


class FermetureQuerySet(PeriodeQuerySet):
    def visible_to(self, utilisateur: Utilisateur) -> Self:
        if utilisateur.lit_tout:
            return self
        if utilisateur.role == Role.EMPLOYEUR:
            postes = Q(poste__structure=utilisateur.structure_id) | Q(
                creneau__poste__structure=utilisateur.structure_id
            )
        elif utilisateur.role == Role.CONSEILLER:
            postes = Q(poste__affectations__conseiller__utilisateur=utilisateur) | Q(
                creneau__poste__affectations__conseiller__utilisateur=utilisateur
            )
        else:
            return self.none()
        return self.filter(postes | Q(poste__isnull=True, creneau__isnull=True)).distinct()


@journalise
class Fermeture(models.Model):
    """A dated exception: on a créneau, a lieu, a poste, or the whole programme."""

    code = models.CharField("code", max_length=60, unique=True)
    date_debut = models.DateField("du")
    date_fin = models.DateField("au")
    motif = models.CharField("motif", max_length=30, choices=Motif)
    lieu = models.ForeignKey(
        LieuAccueil, models.PROTECT, null=True, blank=True, related_name="fermetures"
    )
    poste = models.ForeignKey(
        Poste, models.PROTECT, null=True, blank=True, related_name="fermetures"
    )
    creneau = models.ForeignKey(
        Creneau,
        models.PROTECT,
        verbose_name="créneau",
        null=True,
        blank=True,
        related_name="fermetures",
    )
    posee_par = models.ForeignKey(
        Utilisateur,
        models.SET_NULL,
        verbose_name="posée par",
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        help_text="Le conseiller, depuis son agenda ; vide : le Département.",
    )
    acte = models.ForeignKey(
        ActeFermeture,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="fermetures",
        help_text="La décision du Département qui l’a posée.",
    )

    objects = FermetureQuerySet.as_manager()

    class Meta:
        ordering = ["-date_debut", "pk"]
        verbose_name = "fermeture"
        constraints = [
            fin_apres_debut("fermeture_fin_apres_debut"),
            models.CheckConstraint(
                condition=Q(lieu__isnull=True, poste__isnull=True)
                | Q(lieu__isnull=True, creneau__isnull=True)
                | Q(poste__isnull=True, creneau__isnull=True),
                name="fermeture_un_seul_objet",
                violation_error_message="Une fermeture vise un lieu, un poste ou un créneau : "
                "un seul des trois, ou aucun pour tout le programme.",
            ),
        ]
        triggers = [verrou_de_la_fermeture()]

    def __str__(self) -> str:
        objet = self.creneau or self.lieu or self.poste or "Tout le programme"
        return f"{objet}, du {self.date_debut:%d/%m/%Y} au {self.date_fin:%d/%m/%Y}"

    def clean(self) -> None:
        if self.date_debut and self.date_fin and self.date_debut <= self.date_fin:
            refuse_fermeture_close(Fermeture.objects.filter(pk=self.pk).first(), self)


class OccurrenceQuerySet(models.QuerySet):
    def visible_to(self, utilisateur: Utilisateur) -> Self:
        if utilisateur.lit_tout:
            return self
        if utilisateur.role == Role.CONSEILLER:
            # On the days of another, the motive speaks of that one.
            tenu = Affectation.objects.filter(
                Q(date_fin__isnull=True) | Q(date_fin__gte=OuterRef("date")),
                poste=OuterRef("creneau__poste"),
                conseiller__utilisateur=utilisateur,
                date_debut__lte=OuterRef("date"),
            )
            return self.filter(Exists(tenu))
        return self.filter(creneau__in=Creneau.objects.visible_to(utilisateur))


@journalise
class Occurrence(models.Model):
    """One date of a créneau; a row exists only once something is known of it."""

    creneau = models.ForeignKey(
        Creneau, models.PROTECT, verbose_name="créneau", related_name="occurrences"
    )
    date = models.DateField("date")
    statut = models.CharField("état", max_length=10, choices=StatutOccurrence)
    motif = models.CharField("motif", max_length=30, choices=Motif, blank=True)
    motif_texte = models.CharField(
        "précision",
        max_length=200,
        blank=True,
        validators=[sans_trace],
        help_text="Aucun nom, aucune raison de santé.",
    )
    modifiee_le = models.DateTimeField("modifiée le", auto_now=True)

    objects = OccurrenceQuerySet.as_manager()

    class Meta:
        ordering = ["-date", "creneau"]
        verbose_name = "occurrence"
        constraints = [
            models.UniqueConstraint(
                fields=["creneau", "date"],
                name="occurrence_unique",
                violation_error_message="Cette date du créneau est déjà renseignée.",
            ),
            models.CheckConstraint(
                condition=Q(statut=StatutOccurrence.TENUE, motif="")
                | (Q(statut=StatutOccurrence.ANNULEE) & ~Q(motif="")),
                name="occurrence_motif_si_annulee",
                violation_error_message="Une annulation a un motif, une occurrence tenue n’en a "
                "pas.",
            ),
            contrainte_sans_trace("motif_texte", "occurrence_motif_sans_trace"),
        ]
        indexes = [models.Index(fields=["date"])]
        triggers = [verrou_du_mois("date")]

    def __str__(self) -> str:
        return f"{self.creneau.code}, {self.date:%d/%m/%Y}"

    def clean(self) -> None:
        if not self.date or not self.creneau_id:
            return
        refuse_si_clos(self.date)
        if not self.creneau.a_lieu_le(self.date):
            raise ValidationError({"date": phrase_pas_de_creneau(self.creneau, self.date)})
