"""The secret addresses of the calendars that phones subscribe to."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from conseillers.models import Conseiller, Utilisateur
from permanences.models.lieux import LieuAccueil
from territoires.models import journalise


class AdresseIcalQuerySet(models.QuerySet):
    def visible_to(self, utilisateur: Utilisateur) -> Self:
        """One's own; the Département's staff renews those of the lieux."""
        if utilisateur.lit_tout:
            return self
        return self.filter(conseiller__utilisateur=utilisateur)


@journalise(sauf=["secret", "version", "empreinte", "change_le"])
class AdresseIcal(models.Model):
    """Address of an advisor's calendar, or of a lieu's; renewed, the old one stops.

    `secret` is kept as it is: its page shows it again to subscribe a second phone, and whoever
    reads this table reads the plan that it opens in the next one (docs/adr/0012).
    """

    conseiller = models.OneToOneField(
        Conseiller, models.CASCADE, null=True, blank=True, related_name="adresse_ical"
    )
    lieu = models.OneToOneField(
        LieuAccueil,
        models.CASCADE,
        verbose_name="lieu d’accueil",
        null=True,
        blank=True,
        related_name="adresse_ical",
    )
    secret = models.CharField("secret", max_length=32)
    renouvelee_le = models.DateTimeField("renouvelée le", default=timezone.now)
    # What was last served, so that a phone is told of a change once, and only then.
    version = models.PositiveIntegerField("version", default=0)
    empreinte = models.CharField("empreinte", max_length=64, blank=True)
    change_le = models.DateTimeField("changé le", null=True, blank=True)

    objects = AdresseIcalQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "adresse iCal"
        verbose_name_plural = "adresses iCal"
        constraints = [
            models.CheckConstraint(
                condition=Q(conseiller__isnull=True, lieu__isnull=False)
                | Q(conseiller__isnull=False, lieu__isnull=True),
                name="adresse_ical_d_un_conseiller_ou_d_un_lieu",
                violation_error_message="Une adresse iCal est celle d’un conseiller ou d’un lieu.",
            ),
            models.CheckConstraint(
                condition=Q(secret__regex=r"^[0-9a-f]{32}$"),
                name="adresse_ical_secret_de_128_bits",
                violation_error_message="Le secret d’une adresse iCal compte 128 bits.",
            ),
            models.CheckConstraint(
                condition=Q(version=0, change_le__isnull=True, empreinte="")
                | (Q(version__gt=0, change_le__isnull=False) & ~Q(empreinte="")),
                name="adresse_ical_version_datee",
                violation_error_message="Une version servie a une date et une empreinte.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.conseiller or self.lieu)

    @property
    def jeton(self) -> str:
        """What the address ends with: its row, then its secret."""
        return f"{self.pk}-{self.secret}"
