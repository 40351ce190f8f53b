"""The months and the advisors' declarations. A month is closed on its page, never here."""

from __future__ import annotations

from django.contrib import admin

from conseillers.admin.base import BaseAdmin, ReadOnlyAdmin
from conseillers.admin.filtres import EmployeurDuPosteFilter
from permanences.admin.verrou import MoisClosMixin
from permanences.models import Declaration, Mois


@admin.register(Mois)
class MoisAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "statut", "version", "clos_le", "clos_par")
    list_filter = ("statut",)
    list_select_related = ("clos_par",)
    date_hierarchy = "premier_jour"


@admin.register(Declaration)
class DeclarationAdmin(MoisClosMixin, BaseAdmin):
    champ_date = "mois"
    list_display = ("poste", "mois", "faite_le")
    list_filter = (EmployeurDuPosteFilter,)
    list_select_related = ("poste",)
    search_fields = ("=poste__numero", "poste__structure__nom")
    mots_ignores = ("poste",)
    autocomplete_fields = ("poste",)
    date_hierarchy = "mois"
