"""The files sent in, as a list; sending one is a page of its own."""

from __future__ import annotations

from django.contrib import admin
from django.urls import URLPattern

from conseillers.admin.base import ReadOnlyAdmin
from conseillers.models import ImportFichier
from reporting.admin.imports import import_urls


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

    def get_urls(self) -> list[URLPattern]:
        return [*import_urls(self.admin_site), *super().get_urls()]
