"""The acts that closed, read; the school holidays, corrected."""

from __future__ import annotations

from django.contrib import admin

from conseillers.admin.base import BaseAdmin, ReadOnlyAdmin
from conseillers.admin.filtres import PeriodeFilter
from permanences.models import ActeFermeture, VacancesScolaires


@admin.register(ActeFermeture)
class ActeFermetureAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "portee", "motif", "pose_le", "pose_par", "leve_le", "leve_par")
    list_filter = (PeriodeFilter, "portee", "motif")
    list_select_related = ("lieu", "epci", "poste", "pose_par", "leve_par")
    search_fields = ("lieu__nom", "epci__nom", "=poste__numero")
    mots_ignores = ("poste",)
    date_hierarchy = "date_debut"


@admin.register(VacancesScolaires)
class VacancesScolairesAdmin(BaseAdmin):
    list_display = ("nom", "zone", "date_debut", "date_fin")
    list_filter = (PeriodeFilter, "zone")
    search_fields = ("nom",)
    date_hierarchy = "date_debut"
