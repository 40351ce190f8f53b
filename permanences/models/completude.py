"""Who declared a month: its state once frozen, and the reminders that were sent."""

from __future__ import annotations

from typing import Self

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from conseillers.models import Poste, Utilisateur
from permanences.enums import EtatCompletude, PublicRelance
from permanences.models.mois import nom_du_mois
from territoires.models import journalise

# A month has nineteen working days at least.
RANG_MAX = 19


class DuPersonnelQuerySet(models.QuerySet):
    def visible_to(self, utilisateur: Utilisateur) -> Self:
        return self if utilisateur.lit_tout else self.none()


@journalise
class CompletudeFigee(models.Model):
    """What a poste had declared when a version of its month was closed.

    The reports hold the sums alone: a line of activity per poste is data about a person.
    """

    poste = models.ForeignKey(Poste, models.PROTECT, related_name="completudes")
    mois = models.DateField("mois")
    version = models.PositiveSmallIntegerField("version")
    etat = models.CharField("état", max_length=20, choices=EtatCompletude)

    objects = DuPersonnelQuerySet.as_manager()

    class Meta:
        ordering = ["-mois", "poste", "-version"]
        verbose_name = "complétude figée"
        verbose_name_plural = "complétudes figées"
        constraints = [
            models.UniqueConstraint(
                fields=["poste", "mois", "version"],
                name="completude_figee_unique",
                violation_error_message="Ce poste a déjà son état pour cette version du mois.",
            ),
        ]
        triggers = [pgtrigger.Protect(name="completude_definitive", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.poste}, {nom_du_mois(self.mois)}, version {self.version}"


@journalise
class EtapeRelance(models.Model):
    """A working day of the month on which the month before is asked for, and of whom.

    Unticked, it is not sent any more; all unticked, nothing leaves by itself.
    """

    rang = models.PositiveSmallIntegerField(
        "jour ouvré du mois",
        validators=[MinValueValidator(1), MaxValueValidator(RANG_MAX)],
        help_text="1 : le premier jour ouvré du mois suivant ; l’échéance est le cinquième.",
    )
    public = models.CharField("à qui", max_length=30, choices=PublicRelance)
    actif = models.BooleanField(
        "envoyée", default=True, help_text="Décocher pour suspendre cet envoi automatique."
    )

    objects = DuPersonnelQuerySet.as_manager()

    class Meta:
        ordering = ["rang", "public"]
        verbose_name = "étape de relance"
        verbose_name_plural = "étapes de relance"
        constraints = [
            models.UniqueConstraint(
                fields=["rang", "public"],
                name="etape_relance_unique",
                violation_error_message="Cette étape existe déjà.",
            ),
            models.CheckConstraint(
                condition=Q(rang__gte=1, rang__lte=RANG_MAX),
                name="etape_relance_jour_ouvre_du_mois",
                violation_error_message=f"Le jour ouvré va de 1 à {RANG_MAX}.",
            ),
        ]

    def __str__(self) -> str:
        rang = "1ᵉʳ" if self.rang == 1 else f"{self.rang}ᵉ"
        return f"{rang} jour ouvré : {self.get_public_display()}"


@journalise
class Relance(models.Model):
    """One reminder that was sent: to whom, for which month, which day. Never changed."""

    mois = models.DateField("mois")
    poste = models.ForeignKey(
        Poste,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="relances",
        help_text="Vide : l’état du mois, envoyé au Département.",
    )
    courriel = models.EmailField("destinataire")
    public = models.CharField("au titre de", max_length=30, choices=PublicRelance)
    jour = models.DateField("jour")
    le = models.DateTimeField("envoyée le", default=timezone.now)
    demandee_par = models.ForeignKey(
        Utilisateur,
        models.SET_NULL,
        verbose_name="demandée par",
        null=True,
        blank=True,
        related_name="+",
        help_text="Vide : envoyée par le calendrier.",
    )

    objects = DuPersonnelQuerySet.as_manager()

    class Meta:
        ordering = ["-le", "-pk"]
        verbose_name = "relance"
        constraints = [
            models.UniqueConstraint(
                fields=["poste", "mois", "courriel", "jour"],
                condition=Q(poste__isnull=False),
                name="relance_une_fois_par_jour",
                violation_error_message="Cette personne a déjà été relancée aujourd’hui.",
            ),
            models.UniqueConstraint(
                fields=["mois", "courriel", "jour"],
                condition=Q(poste__isnull=True),
                name="relance_du_departement_une_fois_par_jour",
                violation_error_message="L’état du mois a déjà été envoyé aujourd’hui.",
            ),
            models.CheckConstraint(
                condition=Q(mois__day=1),
                name="relance_mois_commence_le_premier",
                violation_error_message="Un mois est désigné par son premier jour.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.poste or 'Département'}, {nom_du_mois(self.mois)}, {self.jour:%d/%m/%Y}"
