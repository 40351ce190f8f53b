"""La Coop beside the service, advisor by advisor: for the Département alone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from conseillers.admin.pages import render_page
from conseillers.enums import Role
from conseillers.permissions import role_required
from permanences.calendrier import mois_decale
from permanences.models.mois import nom_du_mois, premier_du_mois
from permanences.selectors.coop import derniere_importation
from permanences.selectors.imports_coop import import_en_mots
from reporting.admin.adresses import read_month
from reporting.selectors.ecart_coop import ecart_par_conseiller


@require_GET
@role_required(Role.GESTIONNAIRE, Role.DIRECTION)
def gaps(request: HttpRequest) -> HttpResponse:
    demande = request.GET.get("mois")
    courant = premier_du_mois(timezone.localdate())
    mois = read_month(demande) if demande else courant
    return render_page(
        request,
        "admin/mois/ecart_coop.html",
        title=f"Écart avec La Coop, {nom_du_mois(mois)}",
        mois=mois,
        avant=mois_decale(mois, -1),
        apres=mois_decale(mois, 1) if mois < courant else None,
        lignes=ecart_par_conseiller(mois),
        dernier_import=import_en_mots(derniere_importation()),
    )
