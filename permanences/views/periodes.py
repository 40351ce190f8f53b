"""Cancelling a period from « Mon agenda », and taking it back: the dates are shown first."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from conseillers.enums import Role
from conseillers.permissions import role_required
from permanences import services
from permanences.forms import PeriodeForm
from permanences.models import Creneau
from permanences.selectors.agenda import postes_a_planifier
from permanences.selectors.planification import (
    dates_rendues,
    fermetures_posees,
    periode_of,
)
from permanences.views.planification import reponses, typed
from permanences.views.reprise import keep_typed
from territoires.typographie import accorde

PHRASE_AUCUNE_DATE = (
    "Aucun créneau à venir ou à renseigner n’est concerné\u202f: vérifiez les dates."
)


def _form(request: HttpRequest) -> PeriodeForm:
    postes = list(postes_a_planifier(request.user))
    creneaux = (
        Creneau.objects.filter(poste__in=postes)
        .exclude(date_fin__lt=timezone.localdate())
        .exclude(recurrence="", date_debut__lt=timezone.localdate())
        .select_related("lieu")
        .order_by("lieu__nom", "heure_debut", "code")
    )
    initial = {"objet": f"creneau-{request.GET.get('creneau', '')}"}
    return PeriodeForm(typed(request), postes=postes, creneaux=list(creneaux), initial=initial)


@keep_typed
@role_required(Role.CONSEILLER)
def annuler(request: HttpRequest) -> HttpResponse:
    form = _form(request)
    contexte = {"form": form, "posees": fermetures_posees(request.user)}
    if request.method == "POST" and form.is_valid():
        periode = periode_of(
            request.user,
            form.cleaned_data["date_debut"],
            form.cleaned_data["date_fin"],
            poste=form.poste.pk if form.poste else None,
            creneau=form.creneau.pk if form.creneau else None,
        )
        if "confirme" in request.POST:
            try:
                form.save(request.user)
            except ValidationError as erreur:
                form.add_service_errors(erreur)
            else:
                combien = accorde(len(periode.concernees), "date annulée", "dates annulées")
                messages.success(request, f"{combien}.")
                return redirect("permanences:agenda_semaine", form.cleaned_data["date_debut"])
        elif not periode.concernees:
            form.add_error(None, PHRASE_AUCUNE_DATE)
        elif "retour" not in request.POST:
            contexte |= {"periode": periode, "reponses": reponses(request)}
            return render(request, "permanences/agenda/periode_confirmation.html", contexte)
    statut = 422 if form.errors else 200
    return render(request, "permanences/agenda/periode.html", contexte, status=statut)


@role_required(Role.CONSEILLER)
def retablir(request: HttpRequest, pk: int) -> HttpResponse:
    fermeture = get_object_or_404(fermetures_posees(request.user), pk=pk)
    if request.method == "POST":
        try:
            services.restore_periode(utilisateur=request.user, fermeture=fermeture)
        except ValidationError as erreur:
            messages.error(request, " ".join(erreur.messages))
            return redirect("permanences:periode")
        messages.success(request, "La période est rétablie.")
        return redirect("permanences:agenda_semaine", fermeture.date_debut)
    contexte = {"fermeture": fermeture, "dates": dates_rendues(request.user, fermeture)}
    return render(request, "permanences/agenda/periode_retour.html", contexte)
