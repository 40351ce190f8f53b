"""The plan, its exceptions, and what became of each date."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, ExpressionWrapper, F, Q, Sum
from django.db.models.fields import DurationField
from django.http import HttpRequest
from django.urls import URLPattern

from conseillers.admin.base import BaseAdmin
from conseillers.admin.filtres import (
    EmployeurDuPosteFilter,
    EmployeurFilter,
    MoisFilter,
    PartFilter,
    PeriodeFilter,
)
from conseillers.admin.totaux import Total, duree
from permanences.admin.adresses import plan_urls
from permanences.admin.verrou import MoisClosMixin
from permanences.enums import StatutOccurrence
from permanences.models import Creneau, Fermeture, Occurrence
from permanences.services import set_occurrence


class PartCreneauFilter(PartFilter):
    chemin = "poste__structure__"


_TENUE = Q(statut=StatutOccurrence.TENUE)
_TEMPS = ExpressionWrapper(
    F("creneau__heure_fin") - F("creneau__heure_debut"), output_field=DurationField()
)


def _held_time(temps: Any) -> str:
    return duree(temps.total_seconds() // 60) if temps else duree(0)


class EmployeurOccurrenceFilter(EmployeurFilter):
    chemin = "creneau__poste__structure"


@admin.register(Creneau)
class CreneauAdmin(BaseAdmin):
    list_display = (
        "code", "poste", "lieu", "nature", "quand", "date_debut", "date_fin", "capacite",
    )  # fmt: skip
    list_filter = (
        PeriodeFilter, "nature", EmployeurDuPosteFilter, "lieu__commune__epci", PartCreneauFilter,
        "acces", "feries",
    )  # fmt: skip
    list_select_related = ("poste", "lieu")
    search_fields = ("code", "titre", "lieu__nom", "lieu__commune__nom", "=poste__numero")
    mots_ignores = ("poste",)
    autocomplete_fields = ("poste", "lieu")
    date_hierarchy = "date_debut"
    fieldsets = (
        (None, {"fields": ("code", "poste", "lieu", "nature", "titre")}),
        (
            "Quand",
            {
                "fields": (
                    ("date_debut", "date_fin"),
                    ("heure_debut", "heure_fin"),
                    "recurrence",
                    "feries",
                ),
                "description": "Une récurrence s’écrit par exemple FREQ=WEEKLY;BYDAY=TU (chaque "
                "mardi) ou FREQ=MONTHLY;BYDAY=2TU (le deuxième mardi du mois).",
            },
        ),
        ("Accueil", {"fields": ("acces", "capacite")}),
    )

    def get_urls(self) -> list[URLPattern]:
        return [*plan_urls(self.admin_site), *super().get_urls()]

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """One by one: the model says which of them a closed month has read."""
        for creneau in queryset:
            creneau.delete()

    @admin.display(description="quand")
    def quand(self, obj: Creneau) -> str:
        return obj.phrase


@admin.register(Fermeture)
class FermetureAdmin(BaseAdmin):
    list_display = ("code", "date_debut", "date_fin", "motif", "lieu", "poste", "creneau")
    list_filter = (PeriodeFilter, "motif")
    list_select_related = ("lieu", "poste", "creneau__lieu")
    search_fields = ("code", "lieu__nom", "creneau__code", "=poste__numero")
    mots_ignores = ("poste",)
    autocomplete_fields = ("lieu", "poste", "creneau")
    date_hierarchy = "date_debut"


@admin.register(Occurrence)
class OccurrenceAdmin(MoisClosMixin, BaseAdmin):
    list_display = ("creneau", "date", "statut", "motif", "motif_texte", "modifiee_le")
    list_filter = (
        MoisFilter, "statut", "motif", "creneau__nature", EmployeurOccurrenceFilter,
        "creneau__lieu__commune__epci",
    )  # fmt: skip
    totaux = (
        Total("Tenues", Count("pk", filter=_TENUE)),
        Total("Annulées", Count("pk", filter=~_TENUE)),
        Total("Temps tenu", Sum(_TEMPS, filter=_TENUE), _held_time),
    )
    list_select_related = ("creneau__lieu",)
    search_fields = ("creneau__code", "creneau__lieu__nom", "=creneau__poste__numero")
    mots_ignores = ("poste",)
    autocomplete_fields = ("creneau",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The date and the créneau are its identity: another date is another row."""
        return ("creneau", "date") if obj else ()

    def save_model(self, request: HttpRequest, obj: Occurrence, form: Any, change: bool) -> None:
        ecrite = set_occurrence(
            creneau=obj.creneau,
            date=obj.date,
            statut=obj.statut,
            motif=obj.motif,
            motif_texte=obj.motif_texte,
            utilisateur=request.user,
        )
        obj.pk = ecrite.pk
