"""Filters of the lists, in the users' words."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from conseillers.admin.tri import folded
from conseillers.enums import Part, TypeStructure
from conseillers.models import Affectation, Structure
from territoires.text import is_number
from territoires.typographie import format_mois


class PartFilter(SimpleListFilter):
    """By employer's share; `chemin` leads to the structure."""

    title = "part"
    parameter_name = "part"
    chemin = "structure__"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(Part.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        departement = Q(**{f"{self.chemin}type": TypeStructure.DEPARTEMENT})
        if self.value() == Part.DEPARTEMENT:
            return queryset.filter(departement)
        if self.value() == Part.PARTENAIRE:
            return queryset.exclude(departement)
        return queryset


class EmployeurFilter(SimpleListFilter):
    """By employer, those that hold a poste; `chemin` leads to the structure."""

    title = "employeur"
    parameter_name = "employeur"
    chemin = "structure"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        structures = Structure.objects.filter(postes__isnull=False).order_by(folded("nom"), "pk")
        return [(str(pk), nom) for pk, nom in structures.values_list("pk", "nom").distinct()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        valeur = self.value() or ""
        return queryset.filter(**{self.chemin: int(valeur)}) if is_number(valeur) else queryset


class EmployeurDuPosteFilter(EmployeurFilter):
    chemin = "poste__structure"


class MoisFilter(SimpleListFilter):
    """By month of `champ`, the latest first. Its choices are read from the two ends of the
    index, where `date_hierarchy` reads every row of the list.
    """

    title = "mois"
    parameter_name = "mois"
    champ = "date"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        bornes = model_admin.model._default_manager.aggregate(
            debut=Min(self.champ), fin=Max(self.champ)
        )
        if bornes["debut"] is None:
            return []
        rangs = range(_rank(bornes["fin"]), _rank(bornes["debut"]) - 1, -1)
        return [(f"{m:%Y-%m}", format_mois(m).capitalize()) for m in map(_month, rangs)]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        choisis = {valeur for valeur, _ in self.lookup_choices}
        if self.value() not in choisis:
            return queryset
        rang = _rank(dt.date.fromisoformat(f"{self.value()}-01"))
        bornes = {f"{self.champ}__gte": _month(rang), f"{self.champ}__lt": _month(rang + 1)}
        return queryset.filter(**bornes)


def _rank(jour: dt.date) -> int:
    return jour.year * 12 + jour.month - 1


def _month(rang: int) -> dt.date:
    return dt.date(rang // 12, rang % 12 + 1, 1)


class PartConventionFilter(PartFilter):
    chemin = "convention__structure__"


class EcheanceFilter(SimpleListFilter):
    """Instalments by what is left to do; those of a settled convention are not expected."""

    title = "échéance"
    parameter_name = "echeance"
    bientot = dt.timedelta(days=90)

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("attendue", "Attendue"),
            ("retard", "En retard"),
            ("bientot", "Attendue dans les 90 jours"),
            ("recue", "Reçue"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        jour = timezone.localdate()
        recue = Q(date_recue__lte=jour)
        soldee = Q(convention__date_solde__isnull=False, convention__date_solde__lte=jour)
        attendue = queryset.filter(Q(date_recue__isnull=True) | Q(date_recue__gt=jour)).exclude(
            soldee
        )
        match self.value():
            case "attendue":
                return attendue
            case "retard":
                return attendue.filter(date_prevue__lt=jour)
            case "bientot":
                return attendue.filter(date_prevue__range=(jour, jour + self.bientot))
            case "recue":
                return queryset.filter(recue)
        return queryset


class EtatPosteFilter(SimpleListFilter):
    title = "état aujourd’hui"
    parameter_name = "etat"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("pourvu", "Pourvu"), ("vacant", "Vacant"), ("rendu", "Rendu")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        jour = timezone.localdate()
        rendu = Q(date_rendu__lte=jour)
        occupe = Exists(Affectation.objects.actif_le(jour).filter(poste=OuterRef("pk")))
        choix = {
            "rendu": rendu,
            "pourvu": ~rendu & Q(occupe),
            "vacant": ~rendu & ~Q(occupe) & Q(date_attribution__lte=jour),
        }
        return queryset.filter(choix[self.value()]) if self.value() in choix else queryset


class PeriodeFilter(SimpleListFilter):
    """Dated rows: in force today, ending soon, over, to come."""

    title = "période"
    parameter_name = "periode"
    bientot = dt.timedelta(days=90)

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("en_cours", "En cours"),
            ("bientot", "Se termine dans 90 jours"),
            ("terminee", "Terminée"),
            ("a_venir", "À venir"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        jour = timezone.localdate()
        match self.value():
            case "en_cours":
                return queryset.actif_le(jour)
            case "bientot":
                return queryset.filter(date_fin__range=(jour, jour + self.bientot))
            case "terminee":
                return queryset.filter(date_fin__lt=jour)
            case "a_venir":
                return queryset.filter(date_debut__gt=jour)
        return queryset
