"""Reports and downloads: read, never typed. What is done to a month is done on its page."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils.html import format_html

from conseillers.admin.base import ReadOnlyAdmin
from reporting.admin.mois import month_urls
from reporting.admin.tableau import board_urls
from reporting.models import TRANSMIS, Rapport, Telechargement

PHRASE_TRANSMIS = (
    "Un rapport transmis ne se supprime pas : une correction est une nouvelle version, après "
    "l’ouverture d’une rectification du mois."
)
PHRASE_MOIS = "Un rapport définitif se retire en rouvrant son mois, depuis la page du mois."


@admin.register(Rapport)
class RapportAdmin(ReadOnlyAdmin):
    # Only a provisional report is thrown away here.
    may_delete = True
    list_display = ("__str__", "mois", "statut", "fige_le", "produit_le", "transmis_le", "recu_le")
    list_filter = ("type", "statut", "version")
    search_fields = ("code", "sha256")
    date_hierarchy = "mois"
    fieldsets = (
        (None, {"fields": ("type", "mois", "version", "statut", "motif_rectification")}),
        ("Établi", {"fields": ("fige_le", "etabli_par", "gabarit")}),
        ("PDF", {"fields": ("produit_le", "sha256", "battement", "essais", "cause_echec")}),
        ("Page", {"fields": ("page_sha256", "moteur")}),
        ("Transmis", {"fields": ("valide_par", "transmis_le", "recu_par", "recu_le")}),
        ("Chiffres", {"fields": ("code", "empreinte_donnees", "donnees_lisibles")}),
    )
    readonly_fields = ("donnees_lisibles",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return Rapport.objects.visible_to(request.user).defer("donnees")

    def get_urls(self) -> list[URLPattern]:
        site = self.admin_site
        return [*board_urls(site), *month_urls(site), *super().get_urls()]

    def phrase_figee(self, request: HttpRequest, obj: Rapport) -> str:
        if obj.statut in TRANSMIS:
            return PHRASE_TRANSMIS
        return "" if obj.provisoire else PHRASE_MOIS

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # No bulk deletion: `obj` is absent there.
        return obj is not None and super().has_delete_permission(request, obj)

    @admin.display(description="données figées")
    def donnees_lisibles(self, obj: Rapport) -> str:
        texte = json.dumps(obj.donnees, ensure_ascii=False, indent=1, sort_keys=True)
        return format_html('<pre class="donnees" tabindex="0">{}</pre>', texte)


@admin.register(Telechargement)
class TelechargementAdmin(ReadOnlyAdmin):
    list_display = ("le", "rapport", "format", "utilisateur")
    list_filter = ("format", "rapport__type")
    search_fields = ("utilisateur__courriel", "utilisateur__nom")
    date_hierarchy = "le"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        visibles = Telechargement.objects.visible_to(request.user)
        return visibles.select_related("rapport", "utilisateur").defer("rapport__donnees")
