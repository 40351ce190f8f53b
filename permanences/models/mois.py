"""The month: its lock, and the advisors' « mon mois est complet »."""

from __future__ import annotations

import datetime as dt
from typing import Self

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import F, Q

from conseillers.models import Poste, Utilisateur
from permanences.enums import StatutMois
from territoires.models import MOIS_DES_AUTEURS, journalise, sans_trace

NOMS_MOIS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet",
    "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip

# Two-key advisory lock: (this namespace, yyyymm). A writer of the month holds it shared, a
# clôture alone: no fact can slip in between the check and the freeze.
VERROU_MOIS = 7272


def premier_du_mois(jour: dt.date) -> dt.date:
    return jour.replace(day=1)


def nom_du_mois(jour: dt.date) -> str:
    """« octobre 2026 »."""
    return f"{NOMS_MOIS[jour.month - 1]} {jour.year}"


def du_mois(jour: dt.date) -> str:
    """« d’octobre 2026 », « de mars 2026 »."""
    nom = nom_du_mois(jour)
    return f"d’{nom}" if nom[0] in "ao" else f"de {nom}"


def phrase_mois_clos(jour: dt.date, clos_le: dt.datetime | None) -> str:
    """Why, since when, what to do: the same sentence at every door."""
    depuis = f" depuis le {clos_le:%d/%m/%Y}" if clos_le else ""
    return (
        f"Le mois {du_mois(jour)} est clos{depuis} : ce qui y est enregistré ne peut plus être "
        "modifié ni supprimé. Signalez la correction au Département, qui peut décider d’une "
        "clôture rectificative."
    )


class MoisQuerySet(models.QuerySet):
    def clos(self) -> Self:
        return self.filter(statut=StatutMois.CLOS)

    def visible_to(self, utilisateur: Utilisateur) -> Self:
        return self if utilisateur.lit_tout else self.none()


@journalise
class Mois(models.Model):
    """State of a month. No row: never closed."""

    premier_jour = models.DateField("mois", primary_key=True)
    statut = models.CharField("état", max_length=20, choices=StatutMois, default=StatutMois.OUVERT)
    version = models.PositiveSmallIntegerField("dernière version close", default=0)
    premiere_cloture_le = models.DateTimeField("première clôture", null=True, blank=True)
    clos_le = models.DateTimeField("clos le", null=True, blank=True)
    clos_par = models.ForeignKey(
        Utilisateur, models.PROTECT, null=True, blank=True, related_name="mois_clos"
    )
    motif_rectification = models.CharField(
        "motif de la rectification", max_length=300, blank=True, validators=[sans_trace]
    )

    objects = MoisQuerySet.as_manager()

    class Meta:
        ordering = ["-premier_jour"]
        verbose_name = "mois"
        verbose_name_plural = "mois"
        constraints = [
            models.CheckConstraint(
                condition=Q(premier_jour__day=1),
                name="mois_commence_le_premier",
                violation_error_message="Un mois est désigné par son premier jour.",
            ),
            models.CheckConstraint(
                condition=~Q(statut=StatutMois.CLOS) | Q(clos_le__isnull=False, version__gte=1),
                name="mois_clos_a_une_date",
                violation_error_message="Un mois clos a une date de clôture et une version.",
            ),
        ]

    def __str__(self) -> str:
        return nom_du_mois(self.premier_jour)


def refuse_si_clos(jour: dt.date) -> None:
    """Raise ValidationError, with the one sentence, when the month of `jour` is closed."""
    mois = Mois.objects.clos().filter(premier_jour=premier_du_mois(jour)).first()
    if mois:
        raise ValidationError(phrase_mois_clos(jour, mois.clos_le), code="mois_clos")


PHRASE_CLOS_SQL = (
    "'Ce mois est clos : ce qui y est enregistré ne peut plus être modifié ni supprimé.'"
)


def verrou_du_mois(champ_date: str, *, regularisation: bool = False) -> pgtrigger.Trigger:
    """Trigger: nothing of a closed month is written, through whatever door.

    With `regularisation` (séances): a forgotten row is accepted when marked `hors_delai`, and
    stays open to correction until a later clôture has counted it.
    """
    tolere_ajout = "AND NOT NEW.hors_delai" if regularisation else ""
    tolere_reprise = (
        """AND NOT (OLD.hors_delai AND OLD.cree_le > (
                SELECT COALESCE(MAX(m.clos_le), '-infinity') FROM permanences_mois m))"""
        if regularisation
        else ""
    )
    # The link between an agent and a séance is cut after its time: no figure reads it.
    tolere_oubli = (
        f"""IF TG_OP = 'UPDATE' AND OLD.{champ_date} < now() - interval '{MOIS_DES_AUTEURS} months'
               AND NEW.auteur_id IS NULL AND NEW.poste_id IS NOT NULL
               AND to_jsonb(NEW) - 'auteur_id' = to_jsonb(OLD) - 'auteur_id' THEN
                RETURN NEW;
            END IF;
            """
        if regularisation
        else ""
    )
    return pgtrigger.Trigger(
        name="mois_clos",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("mois_vise", "date")],
        func=pgtrigger.Func(
            f"""
            {tolere_oubli}IF TG_OP <> 'INSERT' THEN
                mois_vise := date_trunc('month', OLD.{champ_date})::date;
                PERFORM pg_advisory_xact_lock_shared({VERROU_MOIS},
                    (to_char(mois_vise, 'YYYYMM'))::int);
                IF EXISTS (SELECT 1 FROM permanences_mois m
                           WHERE m.premier_jour = mois_vise AND m.statut = 'clos')
                   {tolere_reprise} THEN
                    RAISE EXCEPTION {PHRASE_CLOS_SQL} USING ERRCODE = 'check_violation';
                END IF;
            END IF;
            IF TG_OP <> 'DELETE' THEN
                mois_vise := date_trunc('month', NEW.{champ_date})::date;
                PERFORM pg_advisory_xact_lock_shared({VERROU_MOIS},
                    (to_char(mois_vise, 'YYYYMM'))::int);
                IF EXISTS (SELECT 1 FROM permanences_mois m
                           WHERE m.premier_jour = mois_vise AND m.statut = 'clos')
                   {tolere_ajout} THEN
                    RAISE EXCEPTION {PHRASE_CLOS_SQL} USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
            END IF;
            RETURN OLD;
            """
        ),
    )


class DeclarationQuerySet(models.QuerySet):
    def visible_to(self, utilisateur: Utilisateur) -> Self:
        return self.filter(poste__in=Poste.objects.visible_to(utilisateur))


@journalise
class Declaration(models.Model):
    """« Mon mois est complet », for a poste."""

    poste = models.ForeignKey(Poste, models.PROTECT, related_name="declarations")
    mois = models.DateField("mois")
    faite_le = models.DateField("faite le")

    objects = DeclarationQuerySet.as_manager()

    class Meta:
        ordering = ["-mois", "poste"]
        verbose_name = "déclaration de mois complet"
        verbose_name_plural = "déclarations de mois complet"
        constraints = [
            models.UniqueConstraint(
                fields=["poste", "mois"],
                name="declaration_unique",
                violation_error_message="Ce mois est déjà déclaré complet pour ce poste.",
            ),
            models.CheckConstraint(
                condition=Q(mois__day=1),
                name="declaration_mois_commence_le_premier",
                violation_error_message="Un mois est désigné par son premier jour.",
            ),
            models.CheckConstraint(
                condition=Q(faite_le__gte=F("mois")),
                name="declaration_apres_le_debut_du_mois",
                violation_error_message="Un mois ne peut être déclaré complet avant de commencer.",
            ),
        ]
        triggers = [verrou_du_mois("mois")]

    def __str__(self) -> str:
        return f"{self.poste}, {nom_du_mois(self.mois)}"

    def clean(self) -> None:
        if self.mois:
            refuse_si_clos(self.mois)


def cle_du_mois(jour: dt.date) -> list[int]:
    """The two-key advisory lock of the month of that day."""
    return [VERROU_MOIS, jour.year * 100 + jour.month]


def hold_mois(jour: dt.date, *, seul: bool = False) -> None:
    """Hold the month of `jour` until the transaction ends, shared, or alone (`seul`)."""
    fonction = "pg_advisory_xact_lock" if seul else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {fonction}(%s, %s)", cle_du_mois(jour))
