"""The list and the form of the candidatures."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern

from conseillers.admin.base import BaseAdmin, BaseInline
from conseillers.admin.communes import CommuneField
from conseillers.admin.recrutement import recruitment_urls
from conseillers.models import Candidature, Etape
from conseillers.services import delete_candidature

IDENTITE = ("prenom", "nom", "courriel")


class CandidatureForm(forms.ModelForm):
    code_insee = CommuneField(
        label="commune",
        required=False,
        help_text="Où la personne habite : sert à mesurer la distance aux postes vacants.",
    )

    class Meta:
        error_messages = {
            "courriel": {
                "unique": "Une candidature a déjà ce courriel : cherchez-la sur le tableau."
            }
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for nom in IDENTITE:
            if nom in self.fields:
                self.fields[nom].required = True

    def clean_courriel(self) -> str:
        return self.cleaned_data["courriel"].strip().lower()


class EtapeInline(BaseInline):
    """The story is written by the acts of the board."""

    model = Etape
    fk_name = "candidature"
    may_add = may_change = may_delete = False
    fields = ("le", "de", "vers", "par", "annulee_le", "annulee_par")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("par", "annulee_par")


@admin.register(Candidature)
class CandidatureAdmin(BaseAdmin):
    form = CandidatureForm
    fields = (*IDENTITE, "code_insee", "recue_le", "etat", "etat_le", "poste", "accord_le")
    list_display = ("__str__", "courriel", "recue_le", "etat", "etat_le", "poste", "accord_le")
    list_filter = ("etat", ("anonymisee_le", admin.EmptyFieldListFilter))
    list_select_related = ("poste",)
    search_fields = ("nom", "prenom", "courriel")
    autocomplete_fields = ("poste",)
    date_hierarchy = "recue_le"
    inlines = (EtapeInline,)

    def get_urls(self) -> list[URLPattern]:
        return [*recruitment_urls(self.admin_site), *super().get_urls()]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The state moves by the acts of the board, which date it and can be undone."""
        return () if obj is None else ("etat", "etat_le")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        caches = ("etat", "etat_le") if obj is None else ()
        return [champ for champ in super().get_fields(request, obj) if champ not in caches]

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return super().get_inlines(request, obj) if obj is not None else ()

    def phrase_figee(self, request: HttpRequest, obj: Candidature) -> str:
        if obj.anonymisee_le is None:
            return ""
        return f"Anonymisée le {obj.anonymisee_le:%d/%m/%Y} : seuls ses dates et son état restent."

    def delete_model(self, request: HttpRequest, obj: Candidature) -> None:
        delete_candidature(candidature=obj)

    def response_post_save_add(self, request: HttpRequest, obj: Candidature) -> HttpResponse:
        return redirect("admin:conseillers_recrutement_fiche", pk=obj.pk)

    def response_post_save_change(self, request: HttpRequest, obj: Candidature) -> HttpResponse:
        return redirect("admin:conseillers_recrutement_fiche", pk=obj.pk)
