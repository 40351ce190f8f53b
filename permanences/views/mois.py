"""« Mon mois »: what is missing, then « mon mois est complet »."""

import datetime as dt

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from conseillers.enums import Role
from conseillers.permissions import role_required
from permanences import services
from permanences.calendrier import mois_decale
from permanences.models.mois import premier_du_mois
from permanences.selectors.mois import mois_of
from territoires.typographie import format_mois


@require_safe
@role_required(Role.CONSEILLER)
def mon_mois(request: HttpRequest, mois: dt.date | None = None) -> HttpResponse:
    courant = premier_du_mois(timezone.localdate())
    mois = mois or courant
    contexte = {
        "etat": mois_of(request.user, mois),
        "precedent": mois_decale(mois, -1),
        "suivant": mois_decale(mois, 1) if mois < courant else None,
        "en_cours": mois >= courant,
    }
    return render(request, "permanences/mois.html", contexte)


@role_required(Role.CONSEILLER)
def declarer(request: HttpRequest, mois: dt.date, numero: int) -> HttpResponse:
    """Asks once more when something is missing; the Département sees what was declared."""
    etat = mois_of(request.user, mois)
    du_poste = next((p for p in etat.postes if p.poste.numero == numero), None)
    if du_poste is None:
        raise Http404
    if request.method == "POST":
        try:
            services.declare_mois(poste=du_poste.poste, mois=mois, utilisateur=request.user)
        except ValidationError as erreur:
            messages.error(request, " ".join(erreur.messages))
        else:
            messages.success(request, f"{format_mois(mois).capitalize()} est déclaré complet.")
        return redirect("permanences:mois_du", mois)
    contexte = {"etat": etat, "du_poste": du_poste}
    return render(request, "permanences/declaration.html", contexte)
