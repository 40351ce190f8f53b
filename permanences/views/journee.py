"""« Aujourd’hui »: the day's créneaux, what became of them, the day's séances."""

import datetime as dt

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from conseillers.enums import Role
from conseillers.permissions import role_required
from permanences import services
from permanences.enums import Motif, StatutOccurrence
from permanences.forms import AnnulationForm
from permanences.models import Creneau
from permanences.selectors.conseiller import affectations_entre, journee_of
from permanences.views.envois import (
    ENREGISTREE,
    accepts_envoi,
    answer,
    answer_form,
    answer_refus,
    is_envoi,
)

UN_JOUR = dt.timedelta(days=1)
# One tap each; « autre » asks for words, a vacant poste is for the Département to say.
MOTIFS = [m for m in Motif.choices if m[0] not in (Motif.AUTRE, Motif.POSTE_VACANT)]


@require_safe
@role_required(Role.CONSEILLER)
def aujourdhui(request: HttpRequest, jour: dt.date | None = None) -> HttpResponse:
    ce_jour = timezone.localdate()
    return _journee(request, jour or ce_jour, ce_jour)


@require_safe
@role_required(Role.CONSEILLER)
def journee_gardee(request: HttpRequest, jour: dt.date) -> HttpResponse:
    """A day to come as its « Aujourd’hui » will be, for a morning without network."""
    return _journee(request, jour, jour)


def _journee(request: HttpRequest, jour: dt.date, ce_jour: dt.date) -> HttpResponse:
    contexte = {
        "journee": journee_of(request.user, jour, ce_jour),
        "ce_jour": ce_jour,
        "veille": jour - UN_JOUR,
        "lendemain": jour + UN_JOUR,
        "motifs": MOTIFS,
    }
    return render(request, "permanences/aujourdhui.html", contexte)


def _creneau(request: HttpRequest, pk: int, jour: dt.date) -> Creneau:
    """Only who holds its poste that day says what became of a créneau."""
    postes = [a.poste_id for a in affectations_entre(request.user, jour, jour)]
    visibles = Creneau.objects.visible_to(request.user).filter(poste__in=postes)
    return get_object_or_404(visibles.select_related("lieu"), pk=pk)


def _done(request: HttpRequest, jour: dt.date, phrase: str) -> HttpResponse:
    if is_envoi(request):
        adresse = reverse("permanences:journee", args=[jour])
        return answer({"etat": ENREGISTREE, "message": phrase, "adresse": adresse})
    messages.success(request, phrase)
    return redirect("permanences:journee", jour)


def _refuse(request: HttpRequest, jour: dt.date, refus: ValidationError) -> HttpResponse:
    if is_envoi(request):
        return answer_refus(refus)
    messages.error(request, " ".join(refus.messages))
    return redirect("permanences:journee", jour)


@accepts_envoi
@require_POST
@role_required(Role.CONSEILLER)
def marquer_tenue(request: HttpRequest, pk: int, jour: dt.date) -> HttpResponse:
    creneau = _creneau(request, pk, jour)
    try:
        services.set_occurrence(
            creneau=creneau, date=jour, statut=StatutOccurrence.TENUE, utilisateur=request.user
        )
    except ValidationError as erreur:
        return _refuse(request, jour, erreur)
    return _done(request, jour, f"{creneau.lieu}\u202f: noté tenu, sans visite.")


@accepts_envoi
@require_POST
@role_required(Role.CONSEILLER)
def retirer(request: HttpRequest, pk: int, jour: dt.date) -> HttpResponse:
    creneau = _creneau(request, pk, jour)
    try:
        services.clear_occurrence(creneau=creneau, date=jour, utilisateur=request.user)
    except ValidationError as erreur:
        return _refuse(request, jour, erreur)
    return _done(request, jour, f"{creneau.lieu}\u202f: ce qui était noté est retiré.")


@accepts_envoi
@role_required(Role.CONSEILLER)
def annuler(request: HttpRequest, pk: int, jour: dt.date) -> HttpResponse:
    """One button a motive: two taps from the day, without JavaScript."""
    creneau = _creneau(request, pk, jour)
    form = AnnulationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_occurrence(
                creneau=creneau,
                date=jour,
                statut=StatutOccurrence.ANNULEE,
                utilisateur=request.user,
                **form.cleaned_data,
            )
        except ValidationError as erreur:
            form.add_service_errors(erreur)
        else:
            return _done(request, jour, f"{creneau.lieu}\u202f: noté annulé.")
    if is_envoi(request):
        return answer_form(form)
    contexte = {"creneau": creneau, "jour": jour, "form": form, "motifs": MOTIFS}
    return render(request, "permanences/annulation.html", contexte)
