"""State money, per phase: conventions, their dated lines per poste, their instalments."""

from __future__ import annotations

from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q

from conseillers.enums import Phase, Role, Sens
from conseillers.models.base import PeriodeQuerySet, fin_apres_debut
from conseillers.models.comptes import Structure, Utilisateur
from conseillers.models.postes import Poste
from territoires.models import journalise

MESSAGE_SOMME_NEGATIVE = "La somme des lignes d’un poste dans une convention ne peut être négative."


def euros(nom: str, **options: object) -> models.DecimalField:
    """Euros to the cent."""
    return models.DecimalField(nom, max_digits=11, decimal_places=2, **options)


class ConventionQuerySet(PeriodeQuerySet):
    def visible_to(self, utilisateur: Utilisateur) -> Self:
        if utilisateur.lit_tout:
            return self
        if utilisateur.role == Role.EMPLOYEUR:
            return self.filter(structure=utilisateur.structure_id)
        return self.none()


@journalise
class Convention(models.Model):
    """« Convention de subvention » of a structure with the State's bank."""

    reference = models.CharField("référence", max_length=60, unique=True)
    structure = models.ForeignKey(Structure, models.PROTECT, related_name="conventions")
    phase = models.CharField("phase", max_length=2, choices=Phase)
    date_debut = models.DateField("début")
    date_fin = models.DateField("fin")
    date_solde = models.DateField(
        "soldée le", null=True, blank=True, help_text="Clôture après justification des dépenses."
    )

    objects = ConventionQuerySet.as_manager()

    class Meta:
        ordering = ["date_debut", "reference"]
        verbose_name = "convention"
        constraints = [
            fin_apres_debut("convention_fin_apres_debut"),
            models.CheckConstraint(
                condition=Q(date_solde__isnull=True) | Q(date_solde__gte=F("date_debut")),
                name="convention_solde_apres_debut",
                violation_error_message="Une convention ne peut être soldée avant son début.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class ParConventionQuerySet(models.QuerySet):
    def visible_to(self, utilisateur: Utilisateur) -> Self:
        if utilisateur.lit_tout:
            return self
        if utilisateur.role == Role.EMPLOYEUR:
            return self.filter(convention__structure=utilisateur.structure_id)
        return self.none()


@journalise
class ConventionLigne(models.Model):
    """What a convention gives to a poste from a date; an avenant is one more line."""

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="lignes")
    poste = models.ForeignKey(Poste, models.PROTECT, related_name="convention_lignes")
    date_effet = models.DateField("date d’effet")
    montant = euros("montant", help_text="Négatif pour un avenant qui retire.")
    bonification = euros("bonification", default=0)

    objects = ParConventionQuerySet.as_manager()

    class Meta:
        ordering = ["convention", "poste", "date_effet"]
        verbose_name = "ligne de convention"
        verbose_name_plural = "lignes de convention"
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "poste", "date_effet"],
                name="convention_ligne_unique",
                violation_error_message="Ce poste a déjà une ligne à cette date d’effet "
                "dans la convention.",
            ),
        ]
        triggers = [
            # A sum over several rows: checked when the transaction ends, so that the lines of
            # one convention can be corrected in any order.
            pgtrigger.Trigger(
                name="convention_ligne_somme_positive",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                timing=pgtrigger.Deferred,
                declare=[("ligne", "conseillers_conventionligne")],
                func=pgtrigger.Func(
                    f"""
                    ligne := COALESCE(OLD, NEW);
                    IF EXISTS (
                        SELECT 1 FROM {{meta.db_table}} l
                        WHERE (l.convention_id, l.poste_id) IN (
                            (ligne.convention_id, ligne.poste_id),
                            (COALESCE(NEW.convention_id, ligne.convention_id),
                             COALESCE(NEW.poste_id, ligne.poste_id)))
                        GROUP BY l.convention_id, l.poste_id
                        HAVING SUM(l.montant + l.bonification) < 0
                    ) THEN
                        RAISE EXCEPTION '{MESSAGE_SOMME_NEGATIVE}'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NULL;
                    """
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.convention} — {self.poste} au {self.date_effet:%d/%m/%Y}"


@journalise
class Versement(models.Model):
    """An instalment planned or received, or money given back (`reversement`)."""

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="versements")
    rang = models.PositiveSmallIntegerField("rang")
    montant = euros("montant")
    sens = models.CharField("sens", max_length=12, choices=Sens, default=Sens.VERSEMENT)
    date_prevue = models.DateField("prévu le")
    date_recue = models.DateField("reçu le", null=True, blank=True)
    piece = models.CharField("pièce justificative", max_length=200, blank=True)

    objects = ParConventionQuerySet.as_manager()

    class Meta:
        ordering = ["convention", "rang"]
        verbose_name = "versement"
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "rang"],
                name="versement_rang_unique",
                violation_error_message="Ce rang existe déjà dans la convention.",
            ),
            models.CheckConstraint(
                condition=Q(montant__gte=0),
                name="versement_montant_positif",
                violation_error_message="Un montant ne peut être négatif : "
                "pour de l’argent rendu, choisissez le sens « reversement ».",
            ),
            models.CheckConstraint(
                condition=Q(rang__gte=1),
                name="versement_rang_positif",
                violation_error_message="Le rang d’un versement commence à 1.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.convention}, {self.get_sens_display().lower()} n° {self.rang}"


class CoutPosteQuerySet(models.QuerySet):
    def visible_to(self, utilisateur: Utilisateur) -> Self:
        if utilisateur.lit_tout:
            return self
        if utilisateur.role == Role.EMPLOYEUR:
            siens = Q(structure=utilisateur.structure_id)
            return self.filter(siens | Q(poste__structure=utilisateur.structure_id))
        return self.none()


@journalise
class CoutPoste(models.Model):
    """What a poste costs its employer in a full year, from a date.

    Of one poste, or of every poste of a structure that has no cost of its own.
    """

    poste = models.ForeignKey(
        Poste, models.PROTECT, null=True, blank=True, related_name="couts",
        help_text="Vide : le coût vaut pour tous les postes de la structure.",
    )  # fmt: skip
    structure = models.ForeignKey(
        Structure, models.PROTECT, null=True, blank=True, related_name="couts",
        help_text="Vide : le coût est celui du seul poste choisi.",
    )  # fmt: skip
    depuis = models.DateField("depuis le")
    montant_annuel = euros(
        "coût annuel", help_text="Salaire et charges d’une année pleine, pour l’employeur."
    )
    source = models.CharField("source", max_length=200)

    objects = CoutPosteQuerySet.as_manager()

    class Meta:
        ordering = ["structure", "poste", "-depuis"]
        verbose_name = "coût d’un poste"
        verbose_name_plural = "coûts des postes"
        constraints = [
            models.CheckConstraint(
                condition=Q(poste__isnull=True, structure__isnull=False)
                | Q(poste__isnull=False, structure__isnull=True),
                name="cout_d_un_poste_ou_d_une_structure",
                violation_error_message="Choisissez soit un poste, soit une structure.",
            ),
            models.CheckConstraint(
                condition=Q(montant_annuel__gte=0),
                name="cout_positif",
                violation_error_message="Un coût ne peut être négatif.",
            ),
            models.UniqueConstraint(
                fields=["poste", "depuis"],
                name="cout_du_poste_unique",
                violation_error_message="Ce poste a déjà un coût à cette date.",
            ),
            models.UniqueConstraint(
                fields=["structure", "depuis"],
                name="cout_de_la_structure_unique",
                violation_error_message="Cette structure a déjà un coût à cette date.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.poste or self.structure}, coût depuis le {self.depuis:%d/%m/%Y}"
