"""Filters of the lists, in the users' words."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from conseillers.enums import Part, TypeStructure
from conseillers.models import Affectation


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
