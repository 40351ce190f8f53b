"""Territories in the admin: read by every staff member, changed only by official files."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from territoires.models import (
    EPCI,
    Arrondissement,
    Canton,
    Commune,
    CommuneAncienne,
    Zonage,
)
from territoires.text import search_words, sort_key


class TerritoireAdmin(admin.ModelAdmin):
    """Read-only: `load_territoires` is the one door."""

    search_help_text = "Accents, majuscules et tirets sont indifférents."

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.is_staff

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_staff

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class NommeAdmin(TerritoireAdmin):
    """Searched by the QuerySet's own `search`; autocompletion uses it too."""

    search_fields = ("nom_tri",)

    @admin.display(description="nom", ordering="nom_tri")
    def nom_trie(self, territoire: Any) -> str:
        return territoire.nom

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return queryset.search(search_term), False


class PetiteListeAdmin(TerritoireAdmin):
    """A few hundred rows without a stored key: their names are compared here."""

    search_fields = ("code", "nom")
    list_display: tuple[str, ...] = ("code", "nom")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        words = search_words(search_term)
        names = ((row.pk, sort_key(f"{row.code} {row.nom}")) for row in queryset)
        found = [
            pk for pk, name in names if all(any(form in name for form in forms) for forms in words)
        ]
        return queryset.filter(pk__in=found), False


class ActuelleFilter(admin.SimpleListFilter):
    title = "situation"
    parameter_name = "situation"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("actuelle", "Commune actuelle"), ("absorbee", "Absorbée par une autre")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() is None:
            return queryset
        return queryset.filter(absorbee_par__isnull=self.value() == "actuelle")


class ZonageInline(admin.TabularInline):
    model = Zonage
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.is_staff

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Commune)
class CommuneAdmin(NommeAdmin):
    search_help_text = "Nom, code INSEE ou code postal ; accents et tirets sont indifférents."
    list_display = ("nom_trie", "code", "habitants", "epci", "canton")
    list_filter = (ActuelleFilter, "epci", "canton", "arrondissement", "departement")
    list_select_related = ("epci", "canton")
    exclude = ("contour",)
    inlines = (ZonageInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Commune]:
        return super().get_queryset(request).defer("contour")

    @admin.display(description="population", ordering="population")
    def habitants(self, commune: Commune) -> str:
        return "non connue" if commune.population is None else _thousands(commune.population)


@admin.register(EPCI)
class EPCIAdmin(NommeAdmin):
    list_display = ("nom_trie", "siren", "type", "communes_total", "habitants", "departement")
    list_filter = ("type",)

    @admin.display(description="population entière", ordering="population_totale")
    def habitants(self, epci: EPCI) -> str:
        return _thousands(epci.population_totale)

    @admin.display(description="départements", ordering="departements")
    def departement(self, epci: EPCI) -> str:
        return ", ".join(epci.departements)


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
class ZonageAdmin(admin.ModelAdmin):
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

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.is_staff

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_staff

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _may_edit(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _may_edit(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _may_edit(request)


def _thousands(number: int) -> str:
    return f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def _may_edit(request: HttpRequest) -> bool:
    """The direction reads everything and changes nothing; roles live in a higher app."""
    return getattr(request.user, "role", "") == "gestionnaire"
