"""What every page of the admin outside of a model is given."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from conseillers.permissions import is_gestionnaire


def render_page(request: HttpRequest, template: str, **variables: Any) -> HttpResponse:
    contexte = {
        **admin.site.each_context(request),
        "subtitle": None,
        "gestionnaire": is_gestionnaire(request.user),
        **variables,
    }
    return TemplateResponse(request, template, contexte)
