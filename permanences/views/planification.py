"""Planning from « Mon agenda »: a new créneau, its correction, its end. Said, then confirmed."""

import datetime as dt
from contextlib import suppress

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from conseillers.enums import Role
from conseillers.permissions import role_required
from permanences import services
from permanences.forms import CreneauForm, FinForm
from permanences.models import Creneau
from permanences.selectors.consequences import Consequences, consequences_of
from permanences.selectors.planification import (
    creneaux_a_planifier,
    creneaux_tenus_le,
    dates_passees,
    prochaines_dates,
)
from permanences.views.reprise import keep_typed
from territoires.typographie import format_date

PROCHAINES = 8
HORS_REPONSES = ("csrfmiddlewaretoken", "confirme", "retour")


def reponses(request: HttpRequest) -> list[tuple[str, str]]:
    """What was posted, to be posted again once confirmed."""
    return [
        (nom, valeur)
        for nom, valeurs in request.POST.lists()
        if nom not in HORS_REPONSES
        for valeur in valeurs
    ]


def typed(request: HttpRequest) -> QueryDict | None:
    """What was posted, even nothing at all."""
    return request.POST if request.method == "POST" else None


def le_mien(request: HttpRequest, pk: int) -> Creneau:
    return get_object_or_404(creneaux_a_planifier(request.user), pk=pk)


def supprimable(creneau: Creneau) -> bool:
    return not creneau.fige and not dates_passees(creneau)


@require_safe
@role_required(Role.CONSEILLER)
def fiche(request: HttpRequest, pk: int, jour: dt.date) -> HttpResponse:
    """A créneau from one of its dates: what is next, and what may be done."""
    creneau = get_object_or_404(creneaux_tenus_le(request.user, jour), pk=pk)
    derniere = creneau.date_fin if creneau.recurrence else creneau.date_debut
    contexte = {
        "creneau": creneau,
        "jour": jour,
        "prochaines": prochaines_dates(request.user, creneau, PROCHAINES),
        "supprimable": supprimable(creneau),
        "modifiable": creneau.a_planifier
        and (derniere is None or derniere >= timezone.localdate()),
    }
    return render(request, "permanences/agenda/creneau.html", contexte)


@keep_typed
@role_required(Role.CONSEILLER)
def nouveau(request: HttpRequest) -> HttpResponse:
    initial = {}
    with suppress(ValueError):
        initial["date_debut"] = dt.date.fromisoformat(request.GET.get("date", ""))
    form = CreneauForm(typed(request), utilisateur=request.user, initial=initial)
    return _plan(request, form, titre="Prévoir un créneau")


@keep_typed
@role_required(Role.CONSEILLER)
def corriger(request: HttpRequest, pk: int) -> HttpResponse:
    creneau = le_mien(request, pk)
    form = CreneauForm(typed(request), utilisateur=request.user, creneau=creneau)
    return _plan(request, form, titre="Corriger un créneau")


def _plan(request: HttpRequest, form: CreneauForm, *, titre: str) -> HttpResponse:
    """The form; then what it would do; then, confirmed, the act."""
    contexte = {"form": form, "titre": titre, "creneau": form.creneau}
    if request.method == "POST" and form.is_valid():
        voulu = form.to_creneau()
        constat = consequences_of(voulu, utilisateur=request.user, remplace=form.creneau)
        for phrase in constat.refus:
            form.add_error(None, phrase)
        if not constat.refus and "confirme" in request.POST:
            try:
                ecrit = form.save()
            except ValidationError as erreur:
                form.add_service_errors(erreur)
            else:
                return _planned(request, ecrit, constat)
        elif not constat.refus and "retour" not in request.POST:
            contexte |= {"constat": constat, "voulu": voulu, "reponses": reponses(request)}
            return render(request, "permanences/agenda/confirmation.html", contexte)
    statut = 422 if form.errors else 200
    return render(request, "permanences/agenda/creneau_form.html", contexte, status=statut)


def _planned(request: HttpRequest, creneau: Creneau, constat: Consequences) -> HttpResponse:
    messages.success(request, f"{creneau.lieu}\u202f: c’est dans votre agenda. {constat.resume}")
    return redirect("permanences:agenda_semaine", constat.dates[0])


@require_safe
@role_required(Role.CONSEILLER)
def verifier(request: HttpRequest) -> HttpResponse:
    return _verdict(request, CreneauForm(request.GET, utilisateur=request.user))


@require_safe
@role_required(Role.CONSEILLER)
def verifier_correction(request: HttpRequest, pk: int) -> HttpResponse:
    creneau = le_mien(request, pk)
    return _verdict(request, CreneauForm(request.GET, utilisateur=request.user, creneau=creneau))


def _verdict(request: HttpRequest, form: CreneauForm) -> HttpResponse:
    """The same sentences as at the confirmation, while one types; nothing before it is complete."""
    constat = None
    if form.is_valid():
        constat = consequences_of(
            form.to_creneau(), utilisateur=request.user, remplace=form.creneau
        )
    return render(request, "permanences/agenda/constat.html", {"constat": constat})


@keep_typed
@role_required(Role.CONSEILLER)
def finir(request: HttpRequest, pk: int) -> HttpResponse:
    creneau = le_mien(request, pk)
    ce_jour = timezone.localdate()
    form = FinForm(typed(request), initial={"dernier_jour": ce_jour})
    if request.method == "POST" and form.is_valid():
        dernier = form.cleaned_data["dernier_jour"]
        try:
            services.end_creneau(utilisateur=request.user, creneau=creneau, dernier_jour=dernier)
        except ValidationError as erreur:
            form.add_service_errors(erreur)
        else:
            messages.success(
                request, f"{creneau.lieu}\u202f: dernier jour le {format_date(dernier)}."
            )
            return redirect("permanences:agenda_semaine", dernier)
    contexte = {
        "creneau": creneau,
        "form": form,
        "passees": dates_passees(creneau),
        "prochaines": prochaines_dates(request.user, creneau, PROCHAINES),
    }
    statut = 422 if form.errors else 200
    return render(request, "permanences/agenda/fin.html", contexte, status=statut)


@role_required(Role.CONSEILLER)
def supprimer(request: HttpRequest, pk: int) -> HttpResponse:
    creneau = le_mien(request, pk)
    if request.method == "POST":
        try:
            services.delete_creneau(utilisateur=request.user, creneau=creneau)
        except ValidationError as erreur:
            messages.error(request, " ".join(erreur.messages))
        else:
            messages.success(request, f"{creneau.lieu}\u202f: créneau supprimé.")
        return redirect("permanences:agenda")
    contexte = {
        "creneau": creneau,
        "supprimable": supprimable(creneau),
        "prochaines": prochaines_dates(request.user, creneau, PROCHAINES),
    }
    return render(request, "permanences/agenda/suppression.html", contexte)
