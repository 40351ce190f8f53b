"""« Mes données »: everybody may take what the service holds about them, and nobody else's."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from reporting import services
from reporting.selectors.personne import personal_data, personne_of


@require_http_methods(["GET", "POST"])
def mes_donnees(request: HttpRequest) -> HttpResponse:
    personne = personne_of(compte=request.user)
    if request.method == "POST":
        return zip_of(services.hand_over(personne=personne, utilisateur=request.user))
    contexte = {"tables": personal_data(personne)}
    return render(request, "reporting/mes_donnees.html", contexte)


def zip_of(corps: bytes) -> HttpResponse:
    reponse = HttpResponse(corps, content_type="application/zip")
    nom = f"donnees-personnelles-{timezone.localdate():%Y-%m-%d}.zip"
    reponse["Content-Disposition"] = f'attachment; filename="{nom}"'
    reponse["Cache-Control"] = "private, no-store"
    return reponse
