"""« Mon agenda »: a week, a month of one's own plan."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from conseillers.enums import Role
from conseillers.permissions import role_required
from permanences.calendrier import dernier_jour, mois_decale
from permanences.models.mois import premier_du_mois
from permanences.selectors.agenda import agenda_of, semaine_de
from permanences.selectors.fermetures import vacances_entre

UNE_SEMAINE = dt.timedelta(days=7)


@require_safe
@role_required(Role.CONSEILLER)
def semaine(request: HttpRequest, jour: dt.date | None = None) -> HttpResponse:
    ce_jour = timezone.localdate()
    lundi, dimanche = semaine_de(jour or ce_jour)
    contexte = {
        "agenda": agenda_of(request.user, lundi, dimanche),
        "vacances": vacances_entre(lundi, dimanche),
        "precedente": lundi - UNE_SEMAINE,
        "suivante": lundi + UNE_SEMAINE,
        "mois": premier_du_mois(jour or ce_jour),
        "en_cours": lundi <= ce_jour <= dimanche,
    }
    return render(request, "permanences/agenda/semaine.html", contexte)


@require_safe
@role_required(Role.CONSEILLER)
def mois(request: HttpRequest, mois: dt.date) -> HttpResponse:
    ce_jour = timezone.localdate()
    contexte = {
        "agenda": agenda_of(request.user, mois, dernier_jour(mois)),
        "vacances": vacances_entre(mois, dernier_jour(mois)),
        "mois": mois,
        "precedent": mois_decale(mois, -1),
        "suivant": mois_decale(mois, 1),
        "en_cours": premier_du_mois(ce_jour) == mois,
        "colonnes": ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."),
    }
    return render(request, "permanences/agenda/mois.html", contexte)
