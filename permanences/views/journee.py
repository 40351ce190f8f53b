"""« Aujourd’hui »: the day's créneaux, what became of them, the day's séances."""

import datetime as dt

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from conseillers.enums import Role
from conseillers.permissions import role_required
from permanences import services
from permanences.enums import Motif, StatutOccurrence
from permanences.forms import AnnulationForm
from permanences.models import Creneau
from permanences.selectors.conseiller import affectations_entre, journee_of

UN_JOUR = dt.timedelta(days=1)


@require_safe
@role_required(Role.CONSEILLER)
def aujourdhui(request: HttpRequest, jour: dt.date | None = None) -> HttpResponse:
    ce_jour = timezone.localdate()
    jour = jour or ce_jour
    contexte = {
        "journee": journee_of(request.user, jour),
        "ce_jour": ce_jour,
        "veille": jour - UN_JOUR,
        "lendemain": jour + UN_JOUR,
    }
    return render(request, "permanences/aujourdhui.html", contexte)


def _creneau(request: HttpRequest, pk: int, jour: dt.date) -> Creneau:
    """Only who holds its poste that day says what became of a créneau."""
    postes = [a.poste_id for a in affectations_entre(request.user, jour, jour)]
    visibles = Creneau.objects.visible_to(request.user).filter(poste__in=postes)
    return get_object_or_404(visibles.select_related("lieu"), pk=pk)


@require_POST
@role_required(Role.CONSEILLER)
def marquer_tenue(request: HttpRequest, pk: int, jour: dt.date) -> HttpResponse:
    creneau = _creneau(request, pk, jour)
    try:
        services.set_occurrence(
            creneau=creneau, date=jour, statut=StatutOccurrence.TENUE, utilisateur=request.user
        )
    except ValidationError as erreur:
        messages.error(request, " ".join(erreur.messages))
    else:
        messages.success(request, f"{creneau.lieu}\u202f: noté tenu, sans visite.")
    return redirect("permanences:journee", jour)


@require_POST
@role_required(Role.CONSEILLER)
def retirer(request: HttpRequest, pk: int, jour: dt.date) -> HttpResponse:
    creneau = _creneau(request, pk, jour)
    try:
        services.clear_occurrence(creneau=creneau, date=jour, utilisateur=request.user)
    except ValidationError as erreur:
        messages.error(request, " ".join(erreur.messages))
    else:
        messages.success(request, f"{creneau.lieu}\u202f: ce qui était noté est retiré.")
    return redirect("permanences:journee", jour)


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
            _add_errors(form, erreur)
        else:
            messages.success(request, f"{creneau.lieu}\u202f: noté annulé.")
            return redirect("permanences:journee", jour)
    motifs = [m for m in Motif.choices if m[0] not in (Motif.AUTRE, Motif.POSTE_VACANT)]
    contexte = {"creneau": creneau, "jour": jour, "form": form, "motifs": motifs}
    return render(request, "permanences/annulation.html", contexte)


def _add_errors(form: AnnulationForm, erreur: ValidationError) -> None:
    for champ, phrases in getattr(erreur, "message_dict", {"": erreur.messages}).items():
        form.add_error(champ if champ in form.fields else None, phrases)
