"""What a person of the Département keeps of the lists: columns chosen, files taken out."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from conseillers.enums import FormatListe
from conseillers.models.comptes import Utilisateur
from territoires.models import journalise


@journalise
class ColonnesListe(models.Model):
    """The columns of one list, in the order in which this person wants them."""

    utilisateur = models.ForeignKey(Utilisateur, models.CASCADE, related_name="colonnes")
    liste = models.CharField("liste", max_length=60)
    colonnes = ArrayField(models.CharField(max_length=60), verbose_name="colonnes")

    class Meta:
        ordering = ["utilisateur", "liste"]
        verbose_name = "choix de colonnes"
        verbose_name_plural = "choix de colonnes"
        constraints = [
            models.UniqueConstraint(
                fields=["utilisateur", "liste"],
                name="colonnes_une_fois_par_liste",
                violation_error_message="Les colonnes de cette liste sont déjà choisies.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.liste}, {self.utilisateur}"


class ExportListeQuerySet(models.QuerySet):
    def visible_to(self, utilisateur: Utilisateur) -> Self:
        return self if utilisateur.lit_tout else self.none()


@journalise(sans_valeur=["filtre", "nom_fichier"])
class ExportListe(models.Model):
    """Who took which rows out of the service, and when."""

    utilisateur = models.ForeignKey(Utilisateur, models.PROTECT, related_name="exports")
    le = models.DateTimeField("le", default=timezone.now)
    liste = models.CharField("liste", max_length=60)
    filtre = models.CharField("filtre", max_length=300, blank=True)
    format = models.CharField("format", max_length=10, choices=FormatListe)
    lignes = models.PositiveIntegerField("lignes")
    nom_fichier = models.CharField("nom du fichier", max_length=200)

    objects = ExportListeQuerySet.as_manager()

    class Meta:
        ordering = ["-le", "-pk"]
        verbose_name = "export de liste"
        verbose_name_plural = "exports de listes"
        indexes = [models.Index(fields=["le"], name="export_liste_le")]

    def __str__(self) -> str:
        return self.nom_fichier
