"""Recruitment: who asked for a poste, where it stands, until when the identity is kept.

No free text and no document: a remark on a candidate has no place here.
"""

from __future__ import annotations

import datetime as dt
from typing import Self

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, F, Func, Q, When
from django.db.models.functions import Least
from django.utils import timezone

from conseillers.enums import EtatCandidature, Part, TypeStructure
from conseillers.models.comptes import Utilisateur
from conseillers.models.postes import Poste
from territoires.models import journalise, valide_code_insee

# How long an identity is kept (docs/recrutement.md): after a refusal, and at most.
MOIS_APRES_REFUS = 3
MOIS_AVEC_ACCORD = 24
MOIS_AU_PLUS = 24

MESSAGE_POSTE_PARTENAIRE = (
    "Ce poste est celui d’un partenaire : ses candidats sont les données de cet employeur. "
    "Choisissez un poste du Département."
)


class _PlusMois(Func):
    """`date + n months`, counted by PostgreSQL: 30 November + 3 months is 28 February."""

    template = "(%(expressions)s + interval '%(mois)s months')::date"
    output_field = models.DateField()

    def __init__(self, champ: str, mois: int) -> None:
        super().__init__(F(champ), mois=mois)


class CandidatureQuerySet(models.QuerySet):
    def visible_to(self, utilisateur: Utilisateur) -> Self:
        return self if utilisateur.lit_tout else self.none()

    def avec_echeance(self) -> Self:
        """`garder_jusqu_au`: the day the identity is erased, none where it stays or is gone.

        A refusal: three months, or two years where the candidate agreed. Nobody waits more
        than two years after reception, answered or not.
        """
        au_plus = _PlusMois("recue_le", MOIS_AU_PLUS)
        refusee = Q(etat=EtatCandidature.REFUSEE)
        return self.annotate(
            garder_jusqu_au=Case(
                When(Q(anonymisee_le__isnull=False) | Q(etat=EtatCandidature.RECRUTEE), then=None),
                When(
                    refusee & Q(accord_le__isnull=False),
                    then=_PlusMois("etat_le", MOIS_AVEC_ACCORD),
                ),
                When(refusee, then=Least(_PlusMois("etat_le", MOIS_APRES_REFUS), au_plus)),
                default=au_plus,
                output_field=models.DateField(),
            )
        )

    def a_anonymiser(self, jour: dt.date) -> Self:
        return self.avec_echeance().filter(garder_jusqu_au__lte=jour)


@journalise(sans_valeur=["courriel", "prenom", "nom", "code_insee"])
class Candidature(models.Model):
    """Those of the Département only: a partner's candidates are that employer's data."""

    courriel = models.EmailField("courriel", unique=True, null=True, blank=True)
    prenom = models.CharField("prénom", max_length=80, blank=True)
    nom = models.CharField("nom", max_length=80, blank=True)
    code_insee = models.CharField(
        "code INSEE",
        max_length=5,
        blank=True,
        validators=[valide_code_insee],
        help_text="De la commune où la personne habite : sert aux distances.",
    )
    recue_le = models.DateField("reçue le")
    etat = models.CharField(
        "état", max_length=20, choices=EtatCandidature, default=EtatCandidature.RECUE
    )
    etat_le = models.DateField("dans cet état depuis le", default=timezone.localdate)
    poste = models.ForeignKey(
        Poste,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="candidatures",
        limit_choices_to={"structure__type": TypeStructure.DEPARTEMENT},
    )
    accord_le = models.DateField(
        "accord de conservation donné le",
        null=True,
        blank=True,
        help_text="La personne accepte que sa candidature soit gardée deux ans après un refus, "
        "pour être rappelée. Vide : trois mois.",
    )
    anonymisee_le = models.DateField("anonymisée le", null=True, blank=True, editable=False)

    # Of `avec_echeance` alone.
    garder_jusqu_au: dt.date | None

    objects = CandidatureQuerySet.as_manager()

    class Meta:
        ordering = ["-recue_le", "nom", "pk"]
        verbose_name = "candidature"
        constraints = [
            models.CheckConstraint(
                condition=~Q(etat=EtatCandidature.RECRUTEE) | Q(poste__isnull=False),
                name="candidature_recrutee_sur_un_poste",
                violation_error_message="Indiquez le poste sur lequel elle est recrutée.",
            ),
            models.CheckConstraint(
                condition=Q(etat_le__gte=F("recue_le")),
                name="candidature_etat_apres_reception",
                violation_error_message="Une étape ne peut précéder la réception de la "
                "candidature, ni celle-ci être à venir.",
            ),
            models.CheckConstraint(
                condition=Q(accord_le__isnull=True) | Q(accord_le__gte=F("recue_le")),
                name="candidature_accord_apres_reception",
                violation_error_message="L’accord ne peut précéder la réception de la candidature.",
            ),
            models.CheckConstraint(
                condition=(
                    Q(anonymisee_le__isnull=True, courriel__isnull=False)
                    & ~Q(prenom="")
                    & ~Q(nom="")
                )
                | Q(
                    anonymisee_le__isnull=False,
                    courriel__isnull=True,
                    prenom="",
                    nom="",
                    code_insee="",
                ),
                name="candidature_identite_entiere_ou_effacee",
                violation_error_message="Indiquez le courriel, le prénom et le nom.",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="candidature_poste_du_departement",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("poste_id"),
                func=pgtrigger.Func(
                    f"""
                    IF NEW.poste_id IS NOT NULL AND NOT EXISTS (
                        SELECT 1 FROM conseillers_poste p
                        JOIN conseillers_structure s ON s.id = p.structure_id
                        WHERE p.id = NEW.poste_id AND s.type = '{TypeStructure.DEPARTEMENT.value}'
                    ) THEN
                        RAISE EXCEPTION '{MESSAGE_POSTE_PARTENAIRE}'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                    """
                ),
            ),
        ]

    def __str__(self) -> str:
        if self.anonymisee_le:
            return f"Candidature anonymisée n° {self.pk}"
        return f"{self.prenom} {self.nom}"

    def clean(self) -> None:
        if self.poste is not None and self.poste.part != Part.DEPARTEMENT:
            raise ValidationError({"poste": MESSAGE_POSTE_PARTENAIRE})


class EtapeQuerySet(models.QuerySet):
    def visible_to(self, utilisateur: Utilisateur) -> Self:
        return self if utilisateur.lit_tout else self.none()

    def en_vigueur(self) -> Self:
        return self.filter(annulee_le__isnull=True)


@journalise
class Etape(models.Model):
    """One move of a candidature. A wrong one is undone, never erased."""

    candidature = models.ForeignKey(Candidature, models.CASCADE, related_name="etapes")
    de = models.CharField("de", max_length=20, choices=EtatCandidature)
    vers = models.CharField("vers", max_length=20, choices=EtatCandidature)
    le = models.DateField("le")
    # What `candidature.etat_le` was: undoing gives it back.
    depuis = models.DateField("état précédent depuis le")
    notee_le = models.DateTimeField("notée le", auto_now_add=True)
    par = models.ForeignKey(Utilisateur, models.SET_NULL, null=True, related_name="+")
    annulee_le = models.DateTimeField("annulée le", null=True, blank=True)
    annulee_par = models.ForeignKey(
        Utilisateur, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = EtapeQuerySet.as_manager()

    class Meta:
        ordering = ["notee_le", "pk"]
        verbose_name = "étape"
        constraints = [
            models.CheckConstraint(
                condition=~Q(de=F("vers")),
                name="etape_change_l_etat",
                violation_error_message="La candidature est déjà dans cet état.",
            ),
            models.CheckConstraint(
                condition=Q(le__gte=F("depuis")),
                name="etape_apres_la_precedente",
                violation_error_message="Cette étape ne peut précéder la précédente.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_vers_display()}, {self.le:%d/%m/%Y}"
