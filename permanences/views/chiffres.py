"""« Mes chiffres »: an advisor's own figures."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from conseillers.enums import Role
from conseillers.permissions import role_required
from permanences.calendrier import mois_decale
from permanences.models.mois import premier_du_mois
from permanences.selectors.chiffres import chiffres_of


@require_safe
@role_required(Role.CONSEILLER)
def mes_chiffres(request: HttpRequest, mois: dt.date | None = None) -> HttpResponse:
    courant = premier_du_mois(timezone.localdate())
    mois = mois or courant
    contexte = {
        "chiffres": chiffres_of(request.user, mois),
        "precedent": mois_decale(mois, -1),
        "suivant": mois_decale(mois, 1) if mois < courant else None,
    }
    return render(request, "permanences/chiffres/page.html", contexte)
