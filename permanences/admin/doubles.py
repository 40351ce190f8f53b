"""Probable doubles across sources, all advisors: what was typed beside what La Coop brought."""

from __future__ import annotations

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from conseillers.admin.base import ReadOnlyAdmin
from conseillers.admin.pages import render_page
from conseillers.enums import Role
from conseillers.permissions import is_gestionnaire, role_required
from permanences.models import DecisionDouble
from permanences.views.doubles import contexte_of, settle, undo


@role_required(Role.GESTIONNAIRE, Role.DIRECTION)
def compare(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        contexte = contexte_of(request, request.user)
        return render_page(
            request, "admin/plan/doubles.html", title="Doubles possibles avec La Coop", **contexte
        )
    if not is_gestionnaire(request.user):
        raise PermissionDenied
    settle(request, request.user)
    return redirect("admin:permanences_doubles")


@require_POST
@role_required(Role.GESTIONNAIRE)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    undo(request, request.user, pk)
    return redirect("admin:permanences_doubles")


@admin.register(DecisionDouble)
class DecisionDoubleAdmin(ReadOnlyAdmin):
    list_display = (
        "decidee_le",
        "verdict",
        "saisie",
        "coop",
        "gardee",
        "decidee_par",
        "annulee_le",
    )
    list_filter = ("verdict",)
    list_select_related = ("saisie", "coop", "gardee", "decidee_par")
    search_fields = ("saisie__auteur__nom", "saisie__auteur__prenom")
    date_hierarchy = "decidee_le"
