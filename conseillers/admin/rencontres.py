"""Meetings and collective trainings, to look up: they are called and noted on their own pages."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import URLPattern, reverse
from django.utils.html import format_html

from conseillers.admin.base import BaseAdmin, BaseInline, ReadOnlyAdmin
from conseillers.admin.reseau import network_urls
from conseillers.models import Presence, Rencontre

PHRASE_ENVOYEE = (
    "Des invitations sont parties : annulez la rencontre sur sa page plutôt que de la supprimer, "
    "les invités seront prévenus."
)


class PresenceInline(BaseInline):
    model = Presence
    may_add = may_change = may_delete = False
    fields = readonly_fields = ("conseiller", "statut", "envoyee_le")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("conseiller")


@admin.register(Rencontre)
class RencontreAdmin(BaseAdmin):
    """Changed here, a date would reach no calendar: only a slip is deleted."""

    may_add = may_change = False
    list_display = ("date", "intitule", "nature", "heure_debut", "heure_fin", "lieu", "annulee_le")
    list_display_links = ("date", "intitule")
    list_filter = ("nature", ("annulee_le", admin.EmptyFieldListFilter))
    search_fields = ("intitule", "lieu")
    date_hierarchy = "date"
    readonly_fields = ("sa_page",)
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    inlines = (PresenceInline,)

    def get_urls(self) -> list[URLPattern]:
        return [*network_urls(self.admin_site), *super().get_urls()]

    def phrase_figee(self, request: HttpRequest, obj: Rencontre) -> str:
        parties = obj.presences.filter(sequence_envoyee__isnull=False)
        return PHRASE_ENVOYEE if parties.exists() else ""

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, ...]:
        """Its presences go with it, though they are not written in the admin."""
        a_supprimer, comptes, droits, proteges = super().get_deleted_objects(objs, request)
        return a_supprimer, comptes, set(droits) - {Presence._meta.verbose_name}, proteges

    @admin.display(description="sa page")
    def sa_page(self, obj: Rencontre) -> str:
        adresse = reverse("admin:conseillers_reseau_rencontre", args=[obj.pk])
        return format_html('<a href="{}">Modifier, inviter, noter les présences</a>', adresse)


@admin.register(Presence)
class PresenceAdmin(ReadOnlyAdmin):
    list_display = ("rencontre", "conseiller", "statut", "envoyee_le")
    list_filter = ("statut",)
    list_select_related = ("rencontre", "conseiller")
    search_fields = ("rencontre__intitule", "conseiller__nom", "conseiller__prenom")
    date_hierarchy = "rencontre__date"
