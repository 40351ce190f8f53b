"""An agent's data: what is held, handed over, or forgotten for ever."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import AdminSite
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET, require_POST

from conseillers.admin.base import ReadOnlyAdmin
from conseillers.admin.pages import render_page
from conseillers.enums import Role
from conseillers.models import Conseiller, RemiseDonnees, Utilisateur
from conseillers.permissions import role_required
from permanences.services import forget_agent
from reporting import services
from reporting.selectors.personne import Personne, personal_data, personne_of
from reporting.views.donnees import zip_of

GENRES: dict[str, Any] = {"compte": Utilisateur, "conseiller": Conseiller}


@admin.register(RemiseDonnees)
class RemiseDonneesAdmin(ReadOnlyAdmin):
    list_display = ("le", "conseiller", "compte", "remise_a", "lignes")
    list_select_related = ("conseiller", "compte", "remise_a")
    search_fields = ("conseiller__nom", "compte__courriel", "remise_a__courriel")
    date_hierarchy = "le"

    def get_urls(self) -> list[URLPattern]:
        return [*_urls(self.admin_site), *super().get_urls()]


def _urls(site: AdminSite) -> list[URLPattern]:
    def page(chemin: str, view: Any, nom: str) -> URLPattern:
        return path(f"<str:genre>-<int:pk>/{chemin}", site.admin_view(view), name=nom)

    return [
        page("", person, "reporting_personne"),
        page("remettre/", hand_over, "reporting_personne_remettre"),
        page("anonymiser/", anonymise, "reporting_personne_anonymiser"),
    ]


def _person(genre: str, pk: int) -> Personne:
    if genre not in GENRES:
        raise Http404
    return personne_of(**{genre: get_object_or_404(GENRES[genre], pk=pk)})


@require_GET
@role_required(Role.GESTIONNAIRE)
def person(request: HttpRequest, genre: str, pk: int) -> HttpResponse:
    personne = _person(genre, pk)
    return render_page(
        request,
        "admin/conservation/personne.html",
        title=f"Données de {personne.nom}",
        personne=personne,
        tables=personal_data(personne),
        anonyme=all(p.anonymise_le for p in (personne.compte, personne.conseiller) if p),
        genre=genre,
        cle=pk,
    )


@require_POST
@role_required(Role.GESTIONNAIRE)
def hand_over(request: HttpRequest, genre: str, pk: int) -> HttpResponse:
    personne = _person(genre, pk)
    return zip_of(services.hand_over(personne=personne, utilisateur=request.user))


@require_POST
@role_required(Role.GESTIONNAIRE)
def anonymise(request: HttpRequest, genre: str, pk: int) -> HttpResponse:
    personne = _person(genre, pk)
    if "compris" not in request.POST:
        messages.error(request, "Cochez « C’est définitif » pour anonymiser cet agent.")
        return redirect("admin:reporting_personne", genre, pk)
    try:
        forget_agent(compte=personne.compte, conseiller=personne.conseiller)
    except ValidationError as erreur:
        messages.error(request, erreur.messages[0])
    else:
        messages.success(request, "L’identité de cet agent est effacée ; aucun chiffre n’a changé.")
    return redirect("admin:reporting_personne", genre, pk)
