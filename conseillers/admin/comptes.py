"""Accounts: only a gestionnaire opens, changes or disables one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import BaseUserCreationForm, UserChangeForm
from django.db.models import QuerySet
from django.http import HttpRequest

from conseillers.admin.base import BaseAdmin
from conseillers.models import Utilisateur
from conseillers.services import delete_compte, save_compte

IDENTITE = ("prenom", "nom", "fonction")
ACCES = ("role", "structure", "is_active", "actif_jusqu_au")


class CompteAddForm(BaseUserCreationForm):
    class Meta:
        model = Utilisateur
        fields = ("courriel", *IDENTITE, *ACCES)
        field_classes: dict[str, type[forms.Field]] = {}

    def clean_courriel(self) -> str:
        return self.cleaned_data["courriel"].strip().lower()


class CompteForm(UserChangeForm):
    class Meta:
        model = Utilisateur
        fields = ("courriel", "password", *IDENTITE, *ACCES)
        field_classes: dict[str, type[forms.Field]] = {}

    def clean_courriel(self) -> str:
        return self.cleaned_data["courriel"].strip().lower()


@admin.register(Utilisateur)
class UtilisateurAdmin(BaseAdmin, UserAdmin):
    form = CompteForm
    add_form = CompteAddForm
    fieldsets = (
        (None, {"fields": ("courriel", "password")}),
        ("Identité", {"fields": IDENTITE}),
        ("Accès", {"fields": ACCES}),
        ("Dates", {"fields": ("last_login", "cree_le")}),
    )
    add_fieldsets = (
        (None, {"fields": ("courriel", "password1", "password2")}),
        ("Identité", {"fields": IDENTITE}),
        ("Accès", {"fields": ACCES}),
    )
    readonly_fields = ("last_login", "cree_le")
    list_display = (
        "courriel", "prenom", "nom", "role", "structure", "is_active", "actif_jusqu_au",
        "last_login",
    )  # fmt: skip
    list_filter = ("role", "is_active")
    list_select_related = ("structure",)
    search_fields = ("courriel", "prenom", "nom", "structure__nom")
    autocomplete_fields = ("structure",)
    filter_horizontal = ()
    ordering = ("courriel",)

    def save_model(self, request: HttpRequest, obj: Utilisateur, form: Any, change: bool) -> None:
        save_compte(compte=obj)

    def delete_model(self, request: HttpRequest, obj: Utilisateur) -> None:
        delete_compte(compte=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        for compte in queryset:
            delete_compte(compte=compte)
