"""La Coop: what was imported, each activity that it has of our advisors, and remembered matches.

No name of anybody helped: `donnees` is a `CompteRendu`, which has no room for one.
"""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.utils import timezone

from conseillers.enums import Role
from conseillers.models import Conseiller, Utilisateur
from permanences.enums import (
    EtatCompteRendu,
    EtatImportCoop,
    FormeExport,
    OrigineImport,
    RaisonCoop,
    TraitementLieu,
)
from permanences.models.echange import HORS_JOURNAL, EchangeCoop
from permanences.models.lieux import LieuAccueil
from permanences.models.seances import Seance
from territoires.models import journalise, sans_nir, sans_trace


def coop_storage() -> Storage:
    """Private: no URL leads to these files."""
    return storages["default"]


class ImportCoopQuerySet(models.QuerySet):
    def visible_to(self, utilisateur: Utilisateur) -> Self:
        """Staff see all; an advisor the files that he sent himself."""
        if utilisateur.lit_tout:
            return self
        if utilisateur.role == Role.CONSEILLER:
            return self.filter(lance_par=utilisateur, conseiller__utilisateur=utilisateur)
        return self.none()

    def faits(self) -> Self:
        return self.filter(etat=EtatImportCoop.FAIT)


@journalise(sauf=["battement", "phrases", "lignes", "lus", "curseur", "au_nom_de", *HORS_JOURNAL])
class ImportCoop(EchangeCoop):
    """One run: a file, or a night of the API."""

    origine = models.CharField("origine", max_length=10, choices=OrigineImport)
    etat = models.CharField(
        "état", max_length=20, choices=EtatImportCoop, default=EtatImportCoop.EN_LECTURE
    )
    nom_fichier = models.CharField("nom du fichier", max_length=200, blank=True)
    sha256 = models.CharField("empreinte (SHA-256)", max_length=64, blank=True)
    forme = models.CharField("forme", max_length=20, choices=FormeExport, blank=True)
    lance_par = models.ForeignKey(
        Utilisateur,
        models.PROTECT,
        verbose_name="lancé par",
        null=True,
        blank=True,
        related_name="imports_coop",
        help_text="Vide : la tâche de la nuit, ou une commande.",
    )
    conseiller = models.ForeignKey(
        Conseiller,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="imports_coop",
        help_text="De qui c’est l’export, quand c’est celui d’un conseiller.",
    )
    debute_le = models.DateTimeField("débuté le", default=timezone.now)
    termine_le = models.DateTimeField("terminé le", null=True, blank=True)
    battement = models.DateTimeField("dernier signe de vie", default=timezone.now)

    lignes = models.PositiveIntegerField("lignes lues", default=0)
    lus = models.PositiveIntegerField("comptes rendus lus", default=0)
    crees = models.PositiveIntegerField("séances créées", default=0)
    modifies = models.PositiveIntegerField("séances modifiées", default=0)
    inchanges = models.PositiveIntegerField("inchangés", default=0)
    ecartes = models.PositiveIntegerField("mis de côté", default=0)
    supprimes = models.PositiveIntegerField("supprimés", default=0)
    regularisations = models.PositiveIntegerField("dont régularisations", default=0)

    curseur = models.TextField("curseur", blank=True)
    depuis = models.DateTimeField("modifiés depuis", null=True, blank=True)
    cause = models.TextField("cause de l’échec", blank=True)
    phrases = models.JSONField("à savoir", default=list, blank=True)
    # The file as read, without names nor notes: one CompteRendu a line. Erased once it has served.
    lecture = models.FileField(
        "lecture", upload_to="coop", storage=coop_storage, blank=True, max_length=200
    )
    apercu = models.FileField(
        "aperçu", upload_to="coop", storage=coop_storage, blank=True, max_length=200
    )
    empreinte_apercu = models.CharField("empreinte de l’aperçu", max_length=64, blank=True)
    confirme_le = models.DateTimeField(
        "confirmé le", null=True, blank=True, help_text="L’écriture attend son tour."
    )
    # The agent that the file names, when it is not who sends it. Erased at the end of the run.
    au_nom_de = models.CharField("au nom de", max_length=200, blank=True)
    annule_le = models.DateTimeField("annulé le", null=True, blank=True)
    annule_par = models.ForeignKey(
        Utilisateur,
        models.PROTECT,
        verbose_name="annulé par",
        null=True,
        blank=True,
        related_name="+",
    )

    objects = ImportCoopQuerySet.as_manager()

    class Meta:
        ordering = ["-debute_le", "-pk"]
        verbose_name = "import de La Coop"
        verbose_name_plural = "imports de La Coop"
        constraints = [
            models.UniqueConstraint(
                fields=["origine"],
                condition=Q(etat=EtatImportCoop.EN_COURS),
                name="import_coop_un_seul_a_la_fois",
                violation_error_message="Un autre import de La Coop est en cours : attendez sa "
                "fin.",
            ),
            models.CheckConstraint(
                condition=~Q(etat=EtatImportCoop.ECHEC) | ~Q(cause=""),
                name="import_coop_echoue_dit_sa_cause",
                violation_error_message="Un import qui a échoué dit pourquoi.",
            ),
            models.CheckConstraint(
                condition=Q(etat=EtatImportCoop.ANNULE, annule_le__isnull=False)
                | (~Q(etat=EtatImportCoop.ANNULE) & Q(annule_le__isnull=True)),
                name="import_coop_annule_a_sa_date",
                violation_error_message="Un import annulé dit quand il l’a été.",
            ),
            models.CheckConstraint(
                condition=~Q(etat=EtatImportCoop.FAIT) | Q(termine_le__isnull=False),
                name="import_coop_fait_a_sa_fin",
                violation_error_message="Un import fait a une date de fin.",
            ),
        ]
        indexes = [models.Index(fields=["-debute_le"], name="import_coop_debute_le")]

    def __str__(self) -> str:
        return self.nom_fichier or f"Échange du {timezone.localtime(self.debute_le):%d/%m/%Y}"

    @property
    def travaille(self) -> bool:
        """Something is at work on it, or is about to be."""
        return (
            self.etat in (EtatImportCoop.EN_LECTURE, EtatImportCoop.EN_COURS)
            or self.confirme_le is not None
        )


class RapprochementQuerySet(models.QuerySet):
    def visible_to(self, utilisateur: Utilisateur) -> Self:
        return self if utilisateur.lit_tout else self.none()


class LieuCoopQuerySet(RapprochementQuerySet):
    def visible_to(self, utilisateur: Utilisateur) -> Self:
        """An advisor sees the places of his own activities."""
        if utilisateur.role == Role.CONSEILLER:
            siens = CompteRenduCoop.objects.visible_to(utilisateur)
            return self.filter(pk__in=siens.values("lieu_coop"))
        return super().visible_to(utilisateur)

    def a_rapprocher(self) -> Self:
        return self.filter(traitement=TraitementLieu.A_RAPPROCHER)


@journalise
class LieuCoop(models.Model):
    """A place of La Coop, and which lieu d’accueil it is: decided once, remembered."""

    cle = models.CharField("clé", max_length=600, unique=True, editable=False)
    autres_cles = ArrayField(
        models.CharField(max_length=600), default=list, blank=True, editable=False
    )
    nom = models.CharField("nom", max_length=300, blank=True, validators=[sans_nir])
    adresse = models.CharField("adresse", max_length=300, blank=True, validators=[sans_nir])
    commune = models.CharField("commune", max_length=100, blank=True)
    code_postal = models.CharField("code postal", max_length=10, blank=True)
    code_insee = models.CharField("code INSEE", max_length=5, blank=True)
    traitement = models.CharField(
        "traitement", max_length=20, choices=TraitementLieu, default=TraitementLieu.A_RAPPROCHER
    )
    lieu = models.ForeignKey(
        LieuAccueil,
        models.PROTECT,
        verbose_name="lieu d’accueil",
        null=True,
        blank=True,
        related_name="lieux_coop",
    )
    decide_par = models.ForeignKey(
        Utilisateur,
        models.SET_NULL,
        verbose_name="décidé par",
        null=True,
        blank=True,
        related_name="+",
        help_text="Vide : trouvé sans hésitation possible.",
    )
    decide_le = models.DateTimeField("décidé le", null=True, blank=True)
    vu_le = models.DateTimeField("vu la première fois le", default=timezone.now, editable=False)

    objects = LieuCoopQuerySet.as_manager()

    class Meta:
        ordering = ["nom", "pk"]
        verbose_name = "lieu de La Coop"
        verbose_name_plural = "lieux de La Coop"
        constraints = [
            models.CheckConstraint(
                condition=Q(traitement=TraitementLieu.RAPPROCHE, lieu__isnull=False)
                | (~Q(traitement=TraitementLieu.RAPPROCHE) & Q(lieu__isnull=True)),
                name="lieu_coop_rapproche_a_son_lieu",
                violation_error_message="Choisissez le lieu d’accueil, ou un autre traitement.",
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.nom or "Lieu sans nom", self.commune)))


@journalise(sans_valeur=["identifiant", "nom"])
class MediateurCoop(models.Model):
    """A médiateur of La Coop, and which advisor of ours he is."""

    identifiant = models.CharField("identifiant", max_length=200, unique=True)
    nom = models.CharField("nom dans La Coop", max_length=200, blank=True)
    conseiller = models.ForeignKey(
        Conseiller, models.PROTECT, null=True, blank=True, related_name="mediateurs_coop"
    )
    ignore = models.BooleanField("n’est pas des nôtres", default=False)
    decide_par = models.ForeignKey(
        Utilisateur,
        models.SET_NULL,
        verbose_name="décidé par",
        null=True,
        blank=True,
        related_name="+",
        help_text="Vide : reconnu par son courriel ou par son nom.",
    )
    decide_le = models.DateTimeField("décidé le", null=True, blank=True)

    objects = RapprochementQuerySet.as_manager()

    class Meta:
        ordering = ["nom", "identifiant"]
        verbose_name = "médiateur de La Coop"
        verbose_name_plural = "médiateurs de La Coop"
        constraints = [
            models.CheckConstraint(
                condition=Q(ignore=False) | Q(conseiller__isnull=True),
                name="mediateur_coop_ignore_ou_rapproche",
                violation_error_message="Un médiateur est ignoré, ou rapproché d’un conseiller : "
                "pas les deux.",
            ),
        ]

    def __str__(self) -> str:
        return self.nom or self.identifiant


class CompteRenduCoopQuerySet(models.QuerySet):
    def visible_to(self, utilisateur: Utilisateur) -> Self:
        """As a séance: its advisor, and the Département's staff."""
        if utilisateur.lit_tout:
            return self
        if utilisateur.role == Role.CONSEILLER:
            return self.filter(conseiller__utilisateur=utilisateur)
        return self.none()


# The advisor: what the law requires to forget after five years (docs/conservation.md).
@journalise(sauf=["donnees"], sans_valeur=["conseiller_id", "mediateur"], legere=True)
class CompteRenduCoop(models.Model):
    """An activity of La Coop, counted or not: nothing is lost, and a gap can be explained."""

    id_coop = models.CharField("ID CRA", max_length=60, unique=True)
    mediateur = models.CharField("médiateur", max_length=200, blank=True)
    conseiller = models.ForeignKey(
        Conseiller, models.PROTECT, null=True, blank=True, related_name="comptes_rendus_coop"
    )
    date = models.DateField("date", null=True, blank=True, help_text="Vide : illisible.")
    duree = models.PositiveIntegerField("durée (min)", default=0)
    nb_participants = models.PositiveIntegerField("participants", default=0)
    lieu_coop = models.ForeignKey(
        LieuCoop,
        models.PROTECT,
        verbose_name="lieu de La Coop",
        null=True,
        blank=True,
        related_name="comptes_rendus",
    )
    donnees = models.JSONField("données", default=dict)
    modifie_le = models.DateTimeField("modifié dans La Coop le", null=True, blank=True)
    supprime_le = models.DateTimeField("supprimé dans La Coop le", null=True, blank=True)
    etat = models.CharField("état", max_length=10, choices=EtatCompteRendu)
    raison = models.CharField("raison", max_length=30, choices=RaisonCoop, blank=True)
    precision = models.CharField("précision", max_length=300, blank=True, validators=[sans_trace])
    seance = models.OneToOneField(
        Seance,
        models.PROTECT,
        verbose_name="séance",
        null=True,
        blank=True,
        related_name="compte_rendu_coop",
    )

    objects = CompteRenduCoopQuerySet.as_manager()

    class Meta:
        ordering = ["-date", "-pk"]
        verbose_name = "compte rendu de La Coop"
        verbose_name_plural = "comptes rendus de La Coop"
        constraints = [
            models.CheckConstraint(
                condition=~Q(etat=EtatCompteRendu.COMPTE)
                | Q(seance__isnull=False, date__isnull=False),
                name="compte_rendu_compte_a_sa_seance",
                violation_error_message="Un compte rendu compté a sa séance.",
            ),
            models.CheckConstraint(
                condition=~Q(etat=EtatCompteRendu.ECARTE) | ~Q(raison=""),
                name="compte_rendu_ecarte_dit_pourquoi",
                violation_error_message="Un compte rendu mis de côté dit pourquoi.",
            ),
        ]
        indexes = [
            models.Index(fields=["date"], name="compte_rendu_date"),
            models.Index(fields=["conseiller", "-date"], name="compte_rendu_conseiller"),
            models.Index(fields=["mediateur"], name="compte_rendu_mediateur"),
            models.Index(
                fields=["raison"],
                condition=~Q(etat=EtatCompteRendu.COMPTE),
                name="compte_rendu_de_cote",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id_coop} ({self.get_etat_display()})"


class ChangementCoopQuerySet(models.QuerySet):
    def visible_to(self, utilisateur: Utilisateur) -> Self:
        return self if utilisateur.lit_tout else self.none()


@journalise(sauf=["avant"], legere=True)
class ChangementCoop(models.Model):
    """What one import did to one activity: kept while the import may be undone."""

    importation = models.ForeignKey(
        ImportCoop, models.CASCADE, verbose_name="import", related_name="changements"
    )
    compte_rendu = models.ForeignKey(
        CompteRenduCoop,
        models.CASCADE,
        verbose_name="compte rendu",
        related_name="changements",
    )
    avant = models.JSONField("avant", null=True, blank=True, help_text="Vide : inconnu avant.")

    objects = ChangementCoopQuerySet.as_manager()

    class Meta:
        ordering = ["importation", "pk"]
        verbose_name = "changement de La Coop"
        verbose_name_plural = "changements de La Coop"
        constraints = [
            models.UniqueConstraint(
                fields=["importation", "compte_rendu"],
                name="changement_coop_unique",
                violation_error_message="Cet import a déjà noté ce compte rendu.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.compte_rendu_id}, import {self.importation_id}"
