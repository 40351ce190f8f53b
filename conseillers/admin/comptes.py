"""Accounts: only a gestionnaire opens, changes or disables one. Nobody here knows a password."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from conseillers import services
from conseillers.admin.base import BaseAdmin
from conseillers.admin.pages import link_to_data, render_page
from conseillers.connexion.second_facteur import has_one, is_required
from conseillers.enums import Role
from conseillers.models import Utilisateur
from conseillers.permissions import is_gestionnaire, role_required

IDENTITE = ("prenom", "nom", "fonction")
ACCES = ("role", "structure", "is_active", "actif_jusqu_au")
FICHE = "admin:conseillers_utilisateur_change"


class CompteForm(forms.ModelForm):
    class Meta:
        model = Utilisateur
        fields = ("courriel", *IDENTITE, *ACCES)

    def clean_courriel(self) -> str:
        return self.cleaned_data["courriel"].strip().lower()


@admin.register(Utilisateur)
class UtilisateurAdmin(BaseAdmin):
    form = CompteForm
    change_form_template = "admin/conseillers/compte/fiche.html"
    fieldsets = (
        (None, {"fields": ("courriel",)}),
        ("Identité", {"fields": IDENTITE}),
        ("Accès", {"fields": ACCES}),
        ("Connexion", {"fields": ("protection", "last_login", "cree_le")}),
        ("Données personnelles", {"fields": ("donnees",)}),
    )
    add_fieldsets = (
        (
            None,
            {
                "fields": ("courriel",),
                "description": "À l’enregistrement, un message part à cette adresse : la personne "
                "y choisit elle-même son mot de passe.",
            },
        ),
        ("Identité", {"fields": IDENTITE}),
        ("Accès", {"fields": ACCES}),
    )
    readonly_fields = ("protection", "last_login", "cree_le", "donnees")
    list_display = (
        "courriel", "prenom", "nom", "role", "structure", "is_active", "actif_jusqu_au",
        "last_login",
    )  # fmt: skip
    list_filter = ("role", "is_active")
    list_select_related = ("structure",)
    search_fields = ("courriel", "prenom", "nom", "structure__nom")
    autocomplete_fields = ("structure",)
    ordering = ("courriel",)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fieldsets if obj else self.add_fieldsets

    @admin.display(description="second facteur")
    def protection(self, compte: Utilisateur) -> str:
        if has_one(compte):
            return "En place"
        if is_required(compte):
            return format_html('<span class="etat etat-grave">{}</span>', "Demandé, pas en place")
        return "Aucun"

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view
        return [
            path("<int:pk>/inviter/", page(self.invite), name="conseillers_utilisateur_inviter"),
            path(
                "<int:pk>/second-facteur/",
                page(self.reset_second_facteur),
                name="conseillers_utilisateur_second_facteur",
            ),
            path(
                "<int:pk>/sessions/",
                page(self.close_sessions),
                name="conseillers_utilisateur_sessions",
            ),
            *super().get_urls(),
        ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        compte = kwargs.get("obj")
        context["actes"] = bool(compte and is_gestionnaire(request.user))
        context["a_un_second_facteur"] = bool(compte and has_one(compte))
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description="ce qui est gardé")
    def donnees(self, obj: Utilisateur) -> str:
        return link_to_data("compte", obj.pk)

    def save_model(self, request: HttpRequest, obj: Utilisateur, form: Any, change: bool) -> None:
        services.save_compte(compte=obj)
        if not change and obj.is_active:
            messages.info(request, f"Une invitation part à {obj.courriel}.")

    def delete_model(self, request: HttpRequest, obj: Utilisateur) -> None:
        services.delete_compte(compte=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        for compte in queryset:
            services.delete_compte(compte=compte)

    # --- Acts on one account ---------------------------------------------------------------

    @method_decorator([require_POST, role_required(Role.GESTIONNAIRE)])
    def invite(self, request: HttpRequest, pk: int) -> HttpResponse:
        compte = get_object_or_404(Utilisateur, pk=pk)
        try:
            services.invite_compte(compte=compte, par=request.user)
            messages.success(request, f"Une invitation part à {compte.courriel}.")
        except ValidationError as erreur:
            messages.error(request, erreur.messages[0])
        return redirect(FICHE, pk)

    @method_decorator([require_POST, role_required(Role.GESTIONNAIRE)])
    def close_sessions(self, request: HttpRequest, pk: int) -> HttpResponse:
        compte = get_object_or_404(Utilisateur, pk=pk)
        nombre = services.close_sessions(compte=compte)
        messages.success(request, f"Sessions fermées : {nombre}.")
        # One's own session may be among them.
        return redirect(FICHE, pk) if compte != request.user else redirect("accueil")

    @method_decorator([role_required(Role.GESTIONNAIRE), reauthentication_required])
    def reset_second_facteur(self, request: HttpRequest, pk: int) -> HttpResponse:
        compte = get_object_or_404(Utilisateur, pk=pk)
        if request.method != "POST":
            return render_page(
                request,
                "admin/conseillers/compte/second_facteur.html",
                title=f"Retirer le second facteur de {compte}",
                compte=compte,
                exige=is_required(compte),
            )
        try:
            services.reset_second_facteur(compte=compte, par=request.user)
            messages.success(request, f"{compte} n’a plus de second facteur, et le sait.")
        except ValidationError as erreur:
            messages.error(request, erreur.messages[0])
        return redirect(FICHE, pk)
