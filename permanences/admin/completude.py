"""What was declared once a month is closed, and the reminders."""

from __future__ import annotations

from django.contrib import admin

from conseillers.admin.base import BaseAdmin, ReadOnlyAdmin
from permanences.models import CompletudeFigee, EtapeRelance, Relance


@admin.register(CompletudeFigee)
class CompletudeFigeeAdmin(ReadOnlyAdmin):
    list_display = ("mois", "poste", "etat", "version")
    list_filter = ("etat",)
    list_select_related = ("poste",)
    search_fields = ("=poste__numero", "poste__structure__nom")
    mots_ignores = ("poste",)
    date_hierarchy = "mois"


@admin.register(EtapeRelance)
class EtapeRelanceAdmin(BaseAdmin):
    list_display = ("__str__", "rang", "public", "actif")
    list_filter = ("actif",)


@admin.register(Relance)
class RelanceAdmin(ReadOnlyAdmin):
    list_display = ("le", "mois", "poste", "courriel", "public", "demandee_par")
    list_filter = ("public",)
    list_select_related = ("poste", "demandee_par")
    search_fields = ("=poste__numero", "courriel")
    mots_ignores = ("poste",)
    date_hierarchy = "jour"
