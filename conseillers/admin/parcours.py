"""Trainings and certifications of the advisors."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from conseillers.admin.base import BaseAdmin
from conseillers.admin.totaux import Total, heures
from conseillers.models import Formation

# Usual lengths of both generations of the programme: suggested, never imposed.
HEURES_USUELLES = (70, 105, 175, 280, 315, 350, 420)


class HeuresWidget(forms.NumberInput):
    """Any number, with the usual ones under it."""

    template_name = "admin/reseau/heures.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        liste = f"{(attrs or {}).get('id') or f'id_{name}'}_usuelles"
        contexte = super().get_context(name, value, (attrs or {}) | {"list": liste, "min": 1})
        return contexte | {"liste": liste, "usuelles": HEURES_USUELLES}


class FormationForm(forms.ModelForm):
    class Meta:
        widgets = {"heures": HeuresWidget}


@admin.register(Formation)
class FormationAdmin(BaseAdmin):
    form = FormationForm
    list_display = ("conseiller", "nature", "libelle", "date", "heures", "obtenue_le", "reference")
    list_filter = ("nature", "certification")
    list_select_related = ("conseiller",)
    search_fields = ("intitule", "conseiller__nom", "conseiller__prenom")
    autocomplete_fields = ("conseiller",)
    date_hierarchy = "date"
    totaux = (Total("Heures", Sum("heures"), heures),)

    @admin.display(description="intitulé", ordering="intitule")
    def libelle(self, obj: Formation) -> str:
        return obj.libelle

    def response_post_save_add(self, request: HttpRequest, obj: Formation) -> HttpResponse:
        return redirect("admin:conseillers_reseau_formations")
