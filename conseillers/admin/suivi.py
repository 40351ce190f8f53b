"""What was taken out of the lists, what was sent in, and who chose which columns: read only."""

from __future__ import annotations

from django.contrib import admin

from conseillers.admin.base import ReadOnlyAdmin
from conseillers.models import ColonnesListe, ExportListe, ImportFichier


@admin.register(ExportListe)
class ExportListeAdmin(ReadOnlyAdmin):
    list_display = ("le", "utilisateur", "liste", "filtre", "format", "lignes")
    list_filter = ("format", "liste")
    list_select_related = ("utilisateur",)
    search_fields = ("utilisateur__nom", "utilisateur__courriel", "liste", "filtre")
    date_hierarchy = "le"


@admin.register(ImportFichier)
class ImportFichierAdmin(ReadOnlyAdmin):
    list_display = (
        "envoye_le", "nom_fichier", "type", "etat", "envoye_par", "lignes", "crees", "modifies",
        "refuses",
    )  # fmt: skip
    list_filter = ("etat", "type")
    list_select_related = ("envoye_par",)
    search_fields = ("nom_fichier", "type", "envoye_par__nom", "envoye_par__courriel")
    date_hierarchy = "envoye_le"
    fieldsets = (
        (None, {"fields": ("type", "nom_fichier", "taille", "sha256", "etat", "cause")}),
        ("Qui, quand", {"fields": ("envoye_par", "envoye_le", "termine_le")}),
        (
            "Lignes",
            {
                "fields": (
                    "lignes", "crees", "modifies", "inchanges", "refuses", "bonnes_seulement",
                )
            },
        ),
    )  # fmt: skip


@admin.register(ColonnesListe)
class ColonnesListeAdmin(ReadOnlyAdmin):
    list_display = ("utilisateur", "liste", "colonnes")
    list_select_related = ("utilisateur",)
    search_fields = ("utilisateur__nom", "utilisateur__courriel", "liste")
