"""The frozen report, its downloads, and the programme's dated figures."""

from __future__ import annotations

import datetime as dt
import secrets
from decimal import Decimal
from typing import Self

import pgtrigger
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.utils import timezone

from conseillers.enums import Role
from conseillers.models import Utilisateur
from permanences.models.mois import du_mois
from reporting.enums import Figure, FormatFichier, NatureActe, StatutRapport, TypeRapport
from reporting.francais import mois_court
from territoires.models import journalise, sans_trace

TRANSMIS = (StatutRapport.TRANSMIS, StatutRapport.REMPLACE)
# Without I, L, O, U: a code is read aloud and typed from paper.
ALPHABET_CODE = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def rapports_storage() -> Storage:
    """Private: no URL leads to these files, only a view that checks who asks."""
    return storages["default"]


def new_code() -> str:
    brut = "".join(secrets.choice(ALPHABET_CODE) for _ in range(10))
    return f"{brut[:5]}-{brut[5:]}"


class RapportQuerySet(models.QuerySet):
    def visible_to(self, utilisateur: Utilisateur) -> Self:
        """Staff sees every state; the Préfecture what was transmitted; others nothing."""
        if utilisateur.lit_tout:
            return self
        if utilisateur.role == Role.PREFECTURE:
            return self.transmis()
        return self.none()

    def transmis(self) -> Self:
        """What left the Département, replaced or in force."""
        return self.filter(statut__in=TRANSMIS, version__gte=1)

    def du_mois(self, mois: dt.date) -> Self:
        return self.filter(mois=mois.replace(day=1))

    def definitifs(self) -> Self:
        return self.filter(version__gte=1)

    def en_vigueur(self) -> Self:
        """Last version of each type and month."""
        return self.definitifs().order_by("type", "mois", "-version").distinct("type", "mois")

    def with_remplace_par(self) -> Self:
        """`remplace_par`: the version in force, for a report that was replaced; else None."""
        en_vigueur = Rapport.objects.filter(
            type=models.OuterRef("type"),
            mois=models.OuterRef("mois"),
            statut=StatutRapport.TRANSMIS,
        ).order_by("-version")
        return self.annotate(
            remplace_par=models.Case(
                models.When(
                    statut=StatutRapport.REMPLACE,
                    then=models.Subquery(en_vigueur.values("version")[:1]),
                )
            )
        )

    def a_reprendre(self, *, battement_avant: dt.datetime) -> Self:
        """Waiting, or held by a worker that gave no sign of life since `battement_avant`."""
        return self.filter(
            Q(statut=StatutRapport.FIGE)
            | Q(statut=StatutRapport.EN_COURS, battement__lt=battement_avant)
        )


@journalise(sauf=["donnees", "moteur", "battement"])
class Rapport(models.Model):
    """One report, of one type, month and version; version 0 is the provisional one.

    `donnees` holds the frozen figures; everything that is drawn comes from them alone.
    """

    type = models.CharField("type", max_length=20, choices=TypeRapport)
    mois = models.DateField("mois")
    version = models.PositiveSmallIntegerField("version", help_text="0 : provisoire.")
    statut = models.CharField(
        "état", max_length=20, choices=StatutRapport, default=StatutRapport.FIGE
    )
    donnees = models.JSONField("données figées")
    empreinte_donnees = models.CharField("empreinte des données", max_length=64, blank=True)
    gabarit = models.CharField("version du gabarit", max_length=20)
    code = models.CharField("code de vérification", max_length=11, unique=True, default=new_code)
    fige_le = models.DateTimeField("figé le", default=timezone.now)
    etabli_par = models.ForeignKey(
        Utilisateur,
        models.PROTECT,
        verbose_name="établi par",
        null=True,
        blank=True,
        related_name="rapports_etablis",
    )
    motif_rectification = models.CharField("motif de la rectification", max_length=300, blank=True)

    # The work to do: claimed by a conditional update, watched by its heartbeat.
    battement = models.DateTimeField("dernier signe de vie", null=True, blank=True)
    essais = models.PositiveSmallIntegerField("essais", default=0)
    cause_echec = models.TextField("cause de l’échec", blank=True)

    pdf = models.FileField(
        "PDF", upload_to="rapports/%Y", storage=rapports_storage, blank=True, max_length=200
    )
    sha256 = models.CharField("empreinte du PDF (SHA-256)", max_length=64, blank=True)
    produit_le = models.DateTimeField("produit le", null=True, blank=True)
    # What the PDF is printed from, and prints again the same (docs/adr/0009).
    page = models.FileField(
        "page", upload_to="rapports/%Y", storage=rapports_storage, blank=True, max_length=200
    )
    page_sha256 = models.CharField("empreinte de la page (SHA-256)", max_length=64, blank=True)
    moteur = models.JSONField(
        "versions du moteur",
        default=dict,
        null=True,
        blank=True,
        help_text="Nul : produit avant que les pages soient gardées.",
    )

    valide_par = models.ForeignKey(
        Utilisateur,
        models.PROTECT,
        verbose_name="validé par",
        null=True,
        blank=True,
        related_name="rapports_valides",
    )
    transmis_le = models.DateTimeField("transmis le", null=True, blank=True)
    recu_par = models.ForeignKey(
        Utilisateur,
        models.PROTECT,
        verbose_name="reçu par",
        null=True,
        blank=True,
        related_name="rapports_recus",
    )
    recu_le = models.DateTimeField("reçu le", null=True, blank=True)

    objects = RapportQuerySet.as_manager()

    class Meta:
        ordering = ["-mois", "type", "-version"]
        verbose_name = "rapport"
        constraints = [
            models.UniqueConstraint(
                fields=["type", "mois", "version"],
                name="rapport_unique",
                violation_error_message="Ce rapport existe déjà pour ce mois et cette version.",
            ),
            models.CheckConstraint(
                condition=Q(mois__day=1),
                name="rapport_mois_commence_le_premier",
                violation_error_message="Un mois est désigné par son premier jour.",
            ),
            models.CheckConstraint(
                condition=~Q(statut__in=[StatutRapport.PRODUIT, *TRANSMIS])
                | (~Q(pdf="") & ~Q(sha256="")),
                name="rapport_produit_a_un_pdf",
                violation_error_message="Un rapport produit a un PDF et son empreinte.",
            ),
            models.CheckConstraint(
                condition=~Q(statut__in=[StatutRapport.PRODUIT, *TRANSMIS])
                | Q(moteur__isnull=True)
                | (~Q(page="") & ~Q(page_sha256="") & ~Q(moteur={})),
                name="rapport_produit_a_sa_page",
                violation_error_message="Un rapport produit a sa page, l’empreinte de la page et "
                "les versions du moteur.",
            ),
            models.CheckConstraint(
                condition=~Q(statut__in=TRANSMIS) | Q(transmis_le__isnull=False, version__gte=1),
                name="rapport_transmis_est_definitif",
                violation_error_message="Un rapport provisoire ne se transmet pas.",
            ),
        ]
        triggers = [
            # What was frozen stays frozen, and what was transmitted stays: even for raw SQL.
            pgtrigger.Trigger(
                name="rapport_fige",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=pgtrigger.Func(
                    """
                    IF TG_OP = 'DELETE' THEN
                        IF OLD.statut IN ('transmis', 'remplace') THEN
                            RAISE EXCEPTION 'Un rapport transmis ne peut être supprimé.'
                                USING ERRCODE = 'check_violation';
                        END IF;
                        RETURN OLD;
                    END IF;
                    IF OLD.version >= 1 AND (OLD.type, OLD.mois, OLD.version, OLD.donnees,
                            OLD.gabarit, OLD.code, OLD.fige_le) IS DISTINCT FROM (NEW.type,
                            NEW.mois, NEW.version, NEW.donnees, NEW.gabarit, NEW.code,
                            NEW.fige_le)
                       OR OLD.statut IN ('transmis', 'remplace')
                          AND ((OLD.pdf, OLD.sha256, OLD.page, OLD.page_sha256, OLD.moteur,
                                OLD.transmis_le) IS DISTINCT FROM
                               (NEW.pdf, NEW.sha256, NEW.page, NEW.page_sha256, NEW.moteur,
                                NEW.transmis_le)
                               OR NEW.statut NOT IN ('transmis', 'remplace')) THEN
                        RAISE EXCEPTION 'Un rapport figé ne change plus : une correction est '
                            'une nouvelle version.' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                    """
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.titre} {du_mois(self.mois)}, {self.libelle_version}"

    @property
    def titre(self) -> str:
        return (
            "Rapport de couverture"
            if self.type == TypeRapport.COUVERTURE
            else "Rapport de fréquentation"
        )

    @property
    def provisoire(self) -> bool:
        return self.version == 0

    @property
    def pdf_perdu(self) -> bool:
        """The row names a PDF that the storage no longer has."""
        return bool(self.pdf.name) and not self.pdf.storage.exists(self.pdf.name)

    @property
    def libelle_version(self) -> str:
        return "provisoire" if self.provisoire else f"version {self.version}"

    @property
    def mois_court(self) -> str:
        """« oct. 26 », for the head of a column."""
        return mois_court(f"{self.mois:%Y-%m}")

    @property
    def nom_fichier(self) -> str:
        """Without extension: `couverture-2026-10`, `couverture-2026-10-v2`."""
        suite = (
            "-provisoire" if self.provisoire else f"-v{self.version}" if self.version > 1 else ""
        )
        return f"{self.type}-{self.mois:%Y-%m}{suite}"


class TelechargementQuerySet(models.QuerySet):
    def visible_to(self, utilisateur: Utilisateur) -> Self:
        if utilisateur.lit_tout:
            return self
        return self.filter(utilisateur=utilisateur)


@journalise
class Telechargement(models.Model):
    """Who took which version when."""

    rapport = models.ForeignKey(Rapport, models.PROTECT, related_name="telechargements")
    utilisateur = models.ForeignKey(Utilisateur, models.PROTECT, related_name="telechargements")
    format = models.CharField("format", max_length=10, choices=FormatFichier)
    le = models.DateTimeField("le", auto_now_add=True)

    objects = TelechargementQuerySet.as_manager()

    class Meta:
        ordering = ["-le", "pk"]
        verbose_name = "téléchargement"

    def __str__(self) -> str:
        return f"{self.rapport} ({self.get_format_display()})"


class ActeQuerySet(models.QuerySet):
    def visible_to(self, utilisateur: Utilisateur) -> Self:
        return self if utilisateur.lit_tout else self.none()


@journalise
class Acte(models.Model):
    """One act on a month: who, when, why. Written by services, never changed."""

    mois = models.DateField("mois")
    nature = models.CharField("acte", max_length=20, choices=NatureActe)
    version = models.PositiveSmallIntegerField("version", default=0)
    utilisateur = models.ForeignKey(
        Utilisateur, models.PROTECT, null=True, blank=True, related_name="actes"
    )
    motif = models.CharField("motif", max_length=300, blank=True, validators=[sans_trace])
    le = models.DateTimeField("le", default=timezone.now)

    objects = ActeQuerySet.as_manager()

    class Meta:
        ordering = ["-le", "-pk"]
        verbose_name = "acte"
        triggers = [pgtrigger.Protect(name="acte_definitif", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.get_nature_display()} {du_mois(self.mois)}"


class CibleQuerySet(models.QuerySet):
    def visible_to(self, utilisateur: Utilisateur) -> Self:
        return self if utilisateur.lit_tout else self.none()

    def valeurs_le(self, jour: dt.date) -> dict[str, Decimal]:
        """{figure: value in force on `jour`}; a figure without a value is left out."""
        rows = (
            self.filter(depuis__lte=jour)
            .order_by("figure", "-depuis")
            .distinct("figure")
            .values_list("figure", "valeur")
        )
        return dict(rows)


@journalise
class Cible(models.Model):
    """A dated figure of the programme, or a target: data, never a constant in code."""

    figure = models.CharField("chiffre", max_length=40, choices=Figure)
    depuis = models.DateField("depuis le")
    valeur = models.DecimalField("valeur", max_digits=14, decimal_places=4)
    source = models.CharField("source", max_length=200)

    objects = CibleQuerySet.as_manager()

    class Meta:
        ordering = ["figure", "-depuis"]
        verbose_name = "cible"
        constraints = [
            models.UniqueConstraint(
                fields=["figure", "depuis"],
                name="cible_unique",
                violation_error_message="Ce chiffre a déjà une valeur à cette date.",
            ),
            models.CheckConstraint(
                condition=Q(valeur__gte=0),
                name="cible_positive",
                violation_error_message="Une cible ne peut être négative.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_figure_display()} depuis le {self.depuis:%d/%m/%Y}"
