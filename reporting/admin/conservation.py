"""« Conservation »: how long each thing is kept, what the next night erases, the last one did."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_GET

from conseillers.admin.base import ReadOnlyAdmin
from conseillers.admin.pages import render_page
from conseillers.enums import Role
from conseillers.models import PassageConservation
from conseillers.permissions import role_required
from reporting.services import table_de_conservation


@admin.register(PassageConservation)
class PassageConservationAdmin(ReadOnlyAdmin):
    list_display = ("regle", "passe_le", "agi_le", "lignes", "total")
    list_filter = ("regle",)
    search_fields = ("regle",)

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(conservation)
        return [path("table/", page, name="reporting_conservation"), *super().get_urls()]


@require_GET
@role_required(Role.GESTIONNAIRE, Role.DIRECTION)
def conservation(request: HttpRequest) -> HttpResponse:
    return render_page(
        request,
        "admin/conservation/table.html",
        title="Conservation",
        lignes=table_de_conservation(utilisateur=request.user, jour=timezone.localdate()),
    )
