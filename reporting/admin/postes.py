"""A poste's own pages: its story, and the acts that change who holds it."""

from __future__ import annotations

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET

from conseillers.enums import Role
from conseillers.models import Poste
from conseillers.permissions import role_required
from reporting.admin.rendu import render_page
from reporting.selectors.histoire import histoire_of


def poste_urls(site: AdminSite) -> list[URLPattern]:
    return [
        path("postes/<int:numero>/", site.admin_view(story), name="permanences_histoire_poste"),
    ]


@require_GET
@role_required(Role.GESTIONNAIRE, Role.DIRECTION)
def story(request: HttpRequest, numero: int) -> HttpResponse:
    postes = Poste.objects.visible_to(request.user).select_related("structure")
    poste = get_object_or_404(postes.prefetch_related("epcis"), numero=numero)
    return render_page(
        request,
        "admin/postes/histoire.html",
        title=f"{poste}, {poste.structure}",
        poste=poste,
        histoire=histoire_of(poste),
    )
