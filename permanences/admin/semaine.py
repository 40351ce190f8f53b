"""The week of the whole département, and what cannot be as it is planned."""

from __future__ import annotations

import datetime as dt
from itertools import groupby
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from conseillers.admin.pages import render_page
from conseillers.enums import Part, Role
from conseillers.permissions import role_required
from permanences.selectors.agenda import semaine_de
from permanences.selectors.conflits import GENRES, LES_CRENEAUX, Conflit, conflits
from permanences.selectors.semaine import PAR_EPCI, PAR_POSTE, semaine_du_departement
from territoires.models import EPCI
from territoires.typographie import accorde, format_date

UNE_SEMAINE = dt.timedelta(days=7)


@require_GET
@role_required(Role.GESTIONNAIRE, Role.DIRECTION)
def week(request: HttpRequest) -> HttpResponse:
    lundi = _read_monday(request.GET.get("du", ""))
    par = PAR_EPCI if request.GET.get("par") == PAR_EPCI else PAR_POSTE
    epcis = list(EPCI.objects.filter(communes__lieux__creneaux__isnull=False).distinct())
    epci = request.GET.get("epci", "")
    part = request.GET.get("part", "")
    choix = {
        "par": par,
        "epci": epci if any(e.siren == epci for e in epcis) else "",
        "part": part if part in Part.values else "",
    }
    semaine = semaine_du_departement(lundi, **choix)
    return render_page(
        request,
        "admin/plan/semaine.html",
        title=f"Semaine du {format_date(lundi)}",
        semaine=semaine,
        choix=choix,
        epcis=sorted(epcis, key=lambda e: e.nom),
        parts=Part.choices,
        suite=urlencode(choix),
        precedente=lundi - UNE_SEMAINE,
        suivante=lundi + UNE_SEMAINE,
        celle_ci=semaine_de(timezone.localdate())[0],
    )


def _read_monday(du: str) -> dt.date:
    if not du:
        return semaine_de(timezone.localdate())[0]
    try:
        jour = dt.date.fromisoformat(du)
    except ValueError as erreur:
        raise Http404("Une date s’écrit AAAA-MM-JJ.") from erreur
    if not 2000 <= jour.year < 2100:
        raise Http404("Cette semaine n’est pas du programme.")
    return semaine_de(jour)[0]


@require_GET
@role_required(Role.GESTIONNAIRE, Role.DIRECTION)
def conflicts(request: HttpRequest) -> HttpResponse:
    trouves = conflits()
    groupes = [
        (
            GENRES[genre][0],
            GENRES[genre][1],
            [(c, _address(c)) for c in siens],
        )
        for genre, siens in groupby(trouves, key=lambda conflit: conflit.genre)
    ]
    return render_page(
        request,
        "admin/plan/conflits.html",
        title="Conflits du plan",
        nombre=len(trouves),
        phrase=accorde(len(trouves), "conflit"),
        groupes=groupes,
    )


def _address(conflit: Conflit) -> str:
    liste, cle = conflit.objet
    if liste == LES_CRENEAUX:
        return f"{reverse('admin:permanences_creneaux_en_nombre')}?poste={cle}"
    return reverse(f"admin:{liste}_change", args=[cle])
