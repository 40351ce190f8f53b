"""Pages of the admin that belong to no model: the dates of a month, a poste's story, its acts,
the open data, the journal of security.
"""

from __future__ import annotations

import datetime as dt

from django.contrib.admin import AdminSite
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_GET

from conseillers.admin.pages import render_page
from conseillers.enums import Role
from conseillers.permissions import role_required
from permanences.calendrier import mois_decale
from permanences.models.mois import nom_du_mois, premier_du_mois
from reporting.admin.accueil import ETATS
from reporting.admin.adresses import read_month
from reporting.admin.ecart_coop import gaps
from reporting.admin.ouvertes import donnees_ouvertes
from reporting.admin.postes import poste_urls
from reporting.admin.securite import securite
from reporting.selectors.accueil import dates_du_mois

PAR_PAGE = 100


def pages_of(site: AdminSite) -> list[URLPattern]:
    return [
        path("dates/", site.admin_view(month_dates), name="reporting_dates_du_mois"),
        path(
            "donnees-ouvertes/",
            site.admin_view(donnees_ouvertes),
            name="reporting_donnees_ouvertes",
        ),
        path("ecart-coop/", site.admin_view(gaps), name="reporting_ecart_coop"),
        path("securite/", site.admin_view(securite), name="reporting_securite"),
        *poste_urls(site),
    ]


@require_GET
@role_required(Role.GESTIONNAIRE, Role.DIRECTION)
def month_dates(request: HttpRequest) -> HttpResponse:
    """The planned dates of a month by state: the list behind « plan et réalité »."""
    jour = timezone.localdate()
    mois = _month_of(request, jour)
    etat = request.GET.get("etat", "")
    toutes = dates_du_mois(mois, jour)
    gardees = [d for d in toutes if d.etat == etat] if etat in ETATS else toutes
    comptes = [(cle, nom, sum(d.etat == cle for d in toutes)) for cle, nom in ETATS.items()]
    return render_page(
        request,
        "admin/accueil/dates.html",
        title=f"Dates du plan, {nom_du_mois(mois)}",
        mois=mois,
        avant=mois_decale(mois, -1),
        apres=mois_decale(mois, 1),
        etat=etat if etat in ETATS else "",
        comptes=comptes,
        total=len(toutes),
        nombre=len(gardees),
        page=Paginator(gardees, PAR_PAGE).get_page(request.GET.get("page")),
        noms=ETATS,
    )


def _month_of(request: HttpRequest, jour: dt.date) -> dt.date:
    cle = request.GET.get("mois")
    return read_month(cle) if cle else premier_du_mois(jour)
