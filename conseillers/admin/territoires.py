"""Territories in the admin: read by every staff member, changed only by official files."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet, Sum
from django.http import HttpRequest

from conseillers.admin.base import BaseAdmin, BaseInline, ReadOnlyAdmin
from conseillers.admin.totaux import Total
from territoires.models import (
    EPCI,
    Arrondissement,
    Canton,
    Commune,
    CommuneAncienne,
    Zonage,
)
from territoires.typographie import format_nombre


class NommeAdmin(ReadOnlyAdmin):
    """Searched by the QuerySet's own `search`; autocompletion uses it too."""

    search_fields = ("nom_tri",)

    @admin.display(description="nom", ordering="nom_tri")
    def nom_trie(self, territoire: Any) -> str:
        return territoire.nom

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return queryset.search(search_term), False


class ActuelleFilter(admin.SimpleListFilter):
    title = "situation"
    parameter_name = "situation"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("actuelle", "Commune actuelle"), ("absorbee", "Absorbée par une autre")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() is None:
            return queryset
        return queryset.filter(absorbee_par__isnull=self.value() == "actuelle")


class ZonageInline(BaseInline):
    model = Zonage
    may_add = may_change = may_delete = False


@admin.register(Commune)
class CommuneAdmin(NommeAdmin):
    search_help_text = "Nom, code INSEE ou code postal ; accents et tirets sont indifférents."
    list_display = ("nom_trie", "code", "habitants", "epci", "canton")
    list_filter = (ActuelleFilter, "epci", "canton", "arrondissement", "departement")
    list_select_related = ("epci", "canton")
    exclude = ("contour",)
    valeurs_exportees = {"habitants": lambda commune: commune.population}
    totaux = (Total("Population", Sum("population")),)
    inlines = (ZonageInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Commune]:
        return super().get_queryset(request).defer("contour")

    @admin.display(description="population", ordering="population")
    def habitants(self, commune: Commune) -> str:
        return "non connue" if commune.population is None else format_nombre(commune.population)


@admin.register(EPCI)
class EPCIAdmin(NommeAdmin):
    list_display = ("nom_trie", "siren", "type", "communes_total", "habitants", "departement")
    list_filter = ("type",)
    valeurs_exportees = {"habitants": lambda epci: epci.population_totale}

    @admin.display(description="population entière", ordering="population_totale")
    def habitants(self, epci: EPCI) -> str:
        return format_nombre(epci.population_totale)

    @admin.display(description="départements", ordering="departements")
    def departement(self, epci: EPCI) -> str:
        return ", ".join(epci.departements)


class PetiteListeAdmin(ReadOnlyAdmin):
    list_display: tuple[str, ...] = ("code", "nom")
    search_fields: tuple[str, ...] = ("code", "nom")


@admin.register(Canton)
class CantonAdmin(PetiteListeAdmin):
    pass


@admin.register(Arrondissement)
class ArrondissementAdmin(PetiteListeAdmin):
    pass


@admin.register(CommuneAncienne)
class CommuneAncienneAdmin(PetiteListeAdmin):
    list_display = ("code", "nom", "commune")
    list_select_related = ("commune",)


@admin.register(Zonage)
class ZonageAdmin(BaseAdmin):
    """Typed or imported by staff: no official file of ours holds these lists."""

    list_display = ("commune", "zonage", "millesime")
    list_filter = ("zonage", "millesime")
    list_select_related = ("commune",)
    autocomplete_fields = ("commune",)
    search_fields = ("commune__nom_tri", "zonage")
    search_help_text = "Commune ou zonage ; accents et tirets sont indifférents."

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        by_name = Commune.objects.search(search_term).values("pk")
        by_zonage = queryset.filter(zonage__icontains=search_term.strip())
        return queryset.filter(commune__in=by_name) | by_zonage, False
