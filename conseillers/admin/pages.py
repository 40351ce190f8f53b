"""A page of the admin that is no form of a model: its context, and its template."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html

from conseillers.permissions import is_gestionnaire


def link_to_data(genre: str, cle: int | None) -> str:
    """To the page of a person's data, which an app above has."""
    if cle is None:
        return "—"
    adresse = reverse("admin:reporting_personne", args=[genre, cle])
    return format_html('<a href="{}">Voir, remettre, anonymiser</a>', adresse)


def render_page(request: HttpRequest, template: str, **variables: Any) -> HttpResponse:
    contexte = {
        **admin.site.each_context(request),
        "subtitle": None,
        "gestionnaire": is_gestionnaire(request.user),
        **variables,
    }
    return TemplateResponse(request, template, contexte)
