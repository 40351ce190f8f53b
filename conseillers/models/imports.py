"""A file sent in the browser: read first, written only once its preview is confirmed."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.utils import timezone

from conseillers.enums import EtatImport
from conseillers.models.comptes import Utilisateur
from territoires.models import journalise

EN_COURS = (EtatImport.LECTURE, EtatImport.ECRITURE)
MANQUES = (EtatImport.ILLISIBLE, EtatImport.ECHEC)


def imports_storage() -> Storage:
    """Private: no URL leads to these files, only a view that checks who asks."""
    return storages["default"]


class ImportFichierQuerySet(models.QuerySet):
    def visible_to(self, utilisateur: Utilisateur) -> Self:
        return self if utilisateur.lit_tout else self.none()

    def manques(self) -> Self:
        """Those that nobody has sent again with success: what a home page points out."""
        repris = ImportFichier.objects.filter(
            type=models.OuterRef("type"),
            etat=EtatImport.FAIT,
            envoye_le__gt=models.OuterRef("envoye_le"),
        )
        return self.filter(etat__in=MANQUES).exclude(models.Exists(repris))

    def a_effacer(self, *, envoye_avant: dt.datetime) -> Self:
        """Those whose files, or sentences that quote them, stayed longer than they should."""
        return self.filter(envoye_le__lt=envoye_avant).exclude(
            fichier="", apercu="", rejets="", phrases=[]
        )


@journalise(sauf=["battement", "lues", "phrases"])
class ImportFichier(models.Model):
    type = models.CharField("type de fichier", max_length=30)
    nom_fichier = models.CharField("nom du fichier", max_length=200)
    taille = models.PositiveIntegerField("taille (octets)")
    sha256 = models.CharField("empreinte (SHA-256)", max_length=64)
    etat = models.CharField("état", max_length=20, choices=EtatImport, default=EtatImport.LECTURE)
    envoye_par = models.ForeignKey(
        Utilisateur, models.PROTECT, verbose_name="envoyé par", related_name="imports"
    )
    envoye_le = models.DateTimeField("envoyé le", default=timezone.now)
    termine_le = models.DateTimeField("terminé le", null=True, blank=True)
    battement = models.DateTimeField("dernier signe de vie", default=timezone.now)
    lues = models.PositiveIntegerField("lignes lues", default=0)
    lignes = models.PositiveIntegerField("lignes", default=0)
    crees = models.PositiveIntegerField("créées", default=0)
    modifies = models.PositiveIntegerField("modifiées", default=0)
    inchanges = models.PositiveIntegerField("inchangées", default=0)
    refuses = models.PositiveIntegerField("refusées", default=0)
    bonnes_seulement = models.BooleanField("lignes bonnes seulement", default=False)
    # Of all that would be written, before and after: the confirmation finds the same or stops.
    empreinte_apercu = models.CharField("empreinte de l’aperçu", max_length=64, blank=True)
    a_change = models.BooleanField("données changées depuis l’aperçu", default=False)
    phrases = models.JSONField("à savoir", default=list, blank=True)
    cause = models.TextField("cause de l’échec", blank=True)
    fichier = models.FileField(
        "fichier", upload_to="imports", storage=imports_storage, blank=True, max_length=200
    )
    apercu = models.FileField(
        "aperçu", upload_to="imports", storage=imports_storage, blank=True, max_length=200
    )
    rejets = models.FileField(
        "lignes refusées", upload_to="imports", storage=imports_storage, blank=True, max_length=200
    )

    objects = ImportFichierQuerySet.as_manager()

    class Meta:
        ordering = ["-envoye_le", "-pk"]
        verbose_name = "import de fichier"
        verbose_name_plural = "imports de fichiers"
        indexes = [models.Index(fields=["envoye_le"], name="import_fichier_envoye_le")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(etat=EtatImport.ECHEC) | ~Q(cause=""),
                name="import_echoue_dit_sa_cause",
                violation_error_message="Un import qui a échoué dit pourquoi.",
            ),
            models.CheckConstraint(
                condition=~Q(etat=EtatImport.A_CONFIRMER) | (~Q(fichier="") & ~Q(apercu="")),
                name="import_a_confirmer_a_son_fichier",
                violation_error_message="Un import à confirmer a son fichier et son aperçu.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nom_fichier} ({self.type})"

    @property
    def en_cours(self) -> bool:
        return self.etat in EN_COURS

    @property
    def bonnes(self) -> int:
        """Lines that would change something."""
        return self.crees + self.modifies
