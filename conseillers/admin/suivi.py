"""What was taken out of the lists, and who chose which columns: read only."""

from __future__ import annotations

from django.contrib import admin

from conseillers.admin.base import ReadOnlyAdmin
from conseillers.models import ColonnesListe, ExportListe


@admin.register(ExportListe)
class ExportListeAdmin(ReadOnlyAdmin):
    list_display = ("le", "utilisateur", "liste", "filtre", "format", "lignes")
    list_filter = ("format", "liste")
    list_select_related = ("utilisateur",)
    search_fields = ("utilisateur__nom", "utilisateur__courriel", "liste", "filtre")
    date_hierarchy = "le"


@admin.register(ColonnesListe)
class ColonnesListeAdmin(ReadOnlyAdmin):
    list_display = ("utilisateur", "liste", "colonnes")
    list_select_related = ("utilisateur",)
    search_fields = ("utilisateur__nom", "utilisateur__courriel", "liste")
