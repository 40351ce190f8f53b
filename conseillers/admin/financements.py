"""Conventions, their lines per poste and their instalments."""

from __future__ import annotations

from decimal import Decimal

from django.contrib import admin
from django.db.models import DecimalField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import URLPattern

from conseillers.admin.base import BaseAdmin, BaseInline
from conseillers.admin.conventions import convention_urls, versement_urls
from conseillers.admin.filtres import (
    EcheanceFilter,
    EmployeurFilter,
    PartConventionFilter,
    PartFilter,
    PeriodeFilter,
)
from conseillers.admin.totaux import Total
from conseillers.admin.versements_en_nombre import ACTIONS
from conseillers.enums import Sens
from conseillers.models import Convention, ConventionLigne, CoutPoste, Versement
from territoires.typographie import format_euros


def _sum_of(lignes: QuerySet, *champs: str) -> Coalesce:
    """Sum per convention in a subquery: two joins would multiply the amounts."""
    total = sum((Sum(champ) for champ in champs[1:]), Sum(champs[0]))
    sommes = (
        lignes.filter(convention=OuterRef("pk")).order_by().values("convention").annotate(s=total)
    )
    montant = DecimalField(max_digits=13, decimal_places=2)
    return Coalesce(Subquery(sommes.values("s")), Value(Decimal(0)), output_field=montant)


class ConventionLigneInline(BaseInline):
    model = ConventionLigne
    autocomplete_fields = ("poste",)


class VersementInline(BaseInline):
    model = Versement


_RECU, _VERSE = Q(date_recue__isnull=False), Q(sens=Sens.VERSEMENT)


class EmployeurDeLaConventionFilter(EmployeurFilter):
    chemin = "convention__structure"


@admin.register(Convention)
class ConventionAdmin(BaseAdmin):
    list_display = (
        "reference", "structure", "phase", "date_debut", "date_fin", "date_solde",
        "conventionne", "verse",
    )  # fmt: skip
    list_filter = ("phase", PartFilter, PeriodeFilter, EmployeurFilter)
    list_select_related = ("structure",)
    search_fields = ("reference", "structure__nom", "structure__siret")
    autocomplete_fields = ("structure",)
    date_hierarchy = "date_debut"
    valeurs_exportees = {
        "conventionne": lambda ligne: ligne._conventionne,
        "verse": lambda ligne: ligne._verse - ligne._reverse,
    }
    totaux = (
        Total("Conventionné", Sum("_conventionne"), format_euros),
        Total("Versé", Sum("_verse") - Sum("_reverse"), format_euros),
    )
    inlines = (ConventionLigneInline, VersementInline)

    def get_urls(self) -> list[URLPattern]:
        return [*convention_urls(self.admin_site), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        recus = Versement.objects.filter(date_recue__isnull=False)
        return (
            super()
            .get_queryset(request)
            .annotate(
                _conventionne=_sum_of(ConventionLigne.objects.all(), "montant", "bonification"),
                _verse=_sum_of(recus.filter(sens=Sens.VERSEMENT), "montant"),
                _reverse=_sum_of(recus.filter(sens=Sens.REVERSEMENT), "montant"),
            )
        )

    @admin.display(description="conventionné", ordering="_conventionne")
    def conventionne(self, obj: Convention) -> str:
        return format_euros(obj._conventionne)

    @admin.display(description="versé")
    def verse(self, obj: Convention) -> str:
        return format_euros(obj._verse - obj._reverse)


@admin.register(ConventionLigne)
class ConventionLigneAdmin(BaseAdmin):
    list_display = ("convention", "poste", "date_effet", "montant", "bonification")
    list_filter = ("convention__phase", PartConventionFilter, EmployeurDeLaConventionFilter)
    list_select_related = ("convention", "poste")
    search_fields = ("convention__reference", "=poste__numero")
    autocomplete_fields = ("convention", "poste")
    date_hierarchy = "date_effet"
    totaux = (
        Total("Montants", Sum("montant"), format_euros),
        Total("Bonifications", Sum("bonification"), format_euros),
    )


@admin.register(Versement)
class VersementAdmin(BaseAdmin):
    list_display = (
        "convention", "rang", "sens", "montant", "date_prevue", "date_recue", "piece",
    )  # fmt: skip
    list_filter = (
        "convention__phase", PartConventionFilter, EcheanceFilter, "sens",
        ("date_recue", admin.EmptyFieldListFilter), EmployeurDeLaConventionFilter,
    )  # fmt: skip
    list_select_related = ("convention",)
    search_fields = ("convention__reference", "convention__structure__nom", "piece")
    autocomplete_fields = ("convention",)
    date_hierarchy = "date_prevue"
    actions = ACTIONS
    totaux = (
        Total("Reçus", Sum("montant", filter=_RECU & _VERSE), format_euros),
        Total("Attendus", Sum("montant", filter=~_RECU & _VERSE), format_euros),
        Total("Reversements", Sum("montant", filter=~_VERSE), format_euros),
    )

    def get_urls(self) -> list[URLPattern]:
        return [*versement_urls(self.admin_site), *super().get_urls()]


@admin.register(CoutPoste)
class CoutPosteAdmin(BaseAdmin):
    list_display = ("__str__", "poste", "structure", "depuis", "montant_annuel", "source")
    list_filter = ("structure__type",)
    list_select_related = ("poste", "structure")
    search_fields = ("=poste__numero", "structure__nom", "source")
    mots_ignores = ("poste",)
    autocomplete_fields = ("poste", "structure")
    date_hierarchy = "depuis"
