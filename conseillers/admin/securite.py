"""The alerts of security, as a list: read only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from conseillers.admin.base import ReadOnlyAdmin
from conseillers.models import AlerteSecurite


@admin.register(AlerteSecurite)
class AlerteSecuriteAdmin(ReadOnlyAdmin):
    list_display = ("debut", "fin", "cible", "valeur", "echecs")
    list_filter = ("cible", "debut")
    fields = ("cible", "valeur", "debut", "fin", "echecs")

    def get_queryset(self, request: HttpRequest) -> Any:
        return AlerteSecurite.objects.visible_to(request.user)
