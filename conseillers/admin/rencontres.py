"""Meetings and collective trainings: the list, and the form for corrections."""

from __future__ import annotations

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import URLPattern

from conseillers.admin.base import BaseAdmin, BaseInline
from conseillers.admin.reseau import network_urls
from conseillers.models import Presence, Rencontre


class PresenceInline(BaseInline):
    model = Presence
    autocomplete_fields = ("conseiller",)


@admin.register(Rencontre)
class RencontreAdmin(BaseAdmin):
    list_display = ("date", "intitule", "nature", "heure_debut", "heure_fin", "lieu", "annulee_le")
    list_display_links = ("date", "intitule")
    list_filter = ("nature", ("annulee_le", admin.EmptyFieldListFilter))
    search_fields = ("intitule", "lieu")
    autocomplete_fields = ("commune",)
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    date_hierarchy = "date"
    inlines = (PresenceInline,)

    def get_urls(self) -> list[URLPattern]:
        return [*network_urls(self.admin_site), *super().get_urls()]

    def phrase_figee(self, request: HttpRequest, obj: Rencontre) -> str:
        return "Cette rencontre est annulée." if obj.annulee_le else ""


@admin.register(Presence)
class PresenceAdmin(BaseAdmin):
    list_display = ("rencontre", "conseiller", "statut", "envoyee_le")
    list_filter = ("statut",)
    list_select_related = ("rencontre", "conseiller")
    search_fields = ("rencontre__intitule", "conseiller__nom", "conseiller__prenom")
    autocomplete_fields = ("rencontre", "conseiller")
    date_hierarchy = "rencontre__date"
