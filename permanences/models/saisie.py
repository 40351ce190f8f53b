"""Where an advisor's séances come from: typed here, or brought from La Coop. One source a day."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.utils import timezone

from conseillers.enums import Role
from conseillers.models import Conseiller, Utilisateur
from permanences.enums import SourceConseiller
from territoires.models import journalise
from territoires.typographie import format_date


class ModeSaisieQuerySet(models.QuerySet):
    def visible_to(self, utilisateur: Utilisateur) -> Self:
        if utilisateur.lit_tout:
            return self
        if utilisateur.role == Role.CONSEILLER:
            return self.filter(conseiller__utilisateur=utilisateur)
        return self.none()

    def en_vigueur_le(self, jour: dt.date) -> Self:
        """The row of each advisor that decides that day, the newest of those that have begun."""
        return (
            self.filter(date_debut__lte=jour)
            .order_by("conseiller_id", "-date_debut")
            .distinct("conseiller_id")
        )


@journalise
class ModeSaisie(models.Model):
    """From a day on, until the next row of the same advisor. No row: both sources are accepted.

    A row has no end: two of one advisor cannot overlap, and the former ones are the history.
    """

    conseiller = models.ForeignKey(Conseiller, models.PROTECT, related_name="modes_saisie")
    mode = models.CharField("source des séances", max_length=20, choices=SourceConseiller)
    date_debut = models.DateField("à partir du")
    # What was typed on a page older than this was typed in good faith (services.seances).
    decide_le = models.DateTimeField("décidé le", default=timezone.now, editable=False)

    objects = ModeSaisieQuerySet.as_manager()

    class Meta:
        ordering = ["conseiller", "-date_debut"]
        verbose_name = "source des séances d’un conseiller"
        verbose_name_plural = "sources des séances des conseillers"
        constraints = [
            models.UniqueConstraint(
                fields=["conseiller", "date_debut"],
                name="mode_saisie_un_par_jour",
                violation_error_message="La source de ce conseiller est déjà décidée à partir de "
                "ce jour.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_mode_display()}, à partir du {format_date(self.date_debut)}"

    @property
    def est_coop(self) -> bool:
        return self.mode == SourceConseiller.COOP


def phrase_source_coop(choix: ModeSaisie) -> str:
    """Why a séance is not typed, what to do, what stays open: the same at every door."""
    depuis = format_date(choix.date_debut)
    return (
        f"Depuis le {depuis}, vos séances viennent de La Coop\u202f: notez celle-ci dans La Coop, "
        "elle arrivera ici au prochain import. Une séance d’avant cette date se saisit encore "
        "ici. Si ce n’est pas ce qui est convenu, demandez au Département."
    )


def phrase_ligne_coop(choix: ModeSaisie) -> str:
    """The same to whoever imports a file of séances that is not La Coop's."""
    return (
        f"depuis le {format_date(choix.date_debut)}, les séances de ce conseiller viennent de La "
        "Coop : retirez la ligne, ou changez la source sur sa fiche."
    )
