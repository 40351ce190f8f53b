"""An advisor's séances: type, find, correct, do again, withdraw."""

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from conseillers.enums import Role
from conseillers.permissions import role_required
from permanences import forms, services
from permanences.models import Creneau, ModeSaisie, Seance
from permanences.models.mois import premier_du_mois
from permanences.selectors import conseiller as selectors
from permanences.selectors.doubles import paires_probables
from permanences.views import source
from permanences.views.envois import (
    PHRASES,
    SUPPRIMEE,
    accepts_envoi,
    answer_form,
    answer_seance,
    is_envoi,
    phrase_of,
)
from permanences.views.reprise import keep_typed
from territoires.models import Commune

PAR_PAGE = 25


@accepts_envoi
@keep_typed
@role_required(Role.CONSEILLER)
def nouvelle(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        creneaux = selectors.creneaux_of(request.user)
        initial = _initial(request, creneaux)
        coop = source.coop_of(request.user, initial["date"])
        initial = source.initial_before(coop) if coop else initial
        form = forms.SeanceForm(initial=initial, utilisateur=request.user, creneaux=creneaux)
        return _formulaire(request, form, titre="Nouvelle séance", coop=coop)
    if deja := _deja_recue(request):
        return deja
    form = forms.SeanceForm(request.POST, utilisateur=request.user)
    if form.is_valid():
        try:
            seance = services.record_seance(
                utilisateur=request.user,
                cle=form.cleaned_data["cle"],
                page_du=form.faite_le,
                **form.champs,
            )
        except ValidationError as erreur:
            form.add_service_errors(erreur)
        else:
            if is_envoi(request):
                return answer_seance(seance)
            messages.success(request, phrase_of(seance))
            return redirect("permanences:seance", seance.cle)
    if is_envoi(request):
        return answer_form(form)
    coop = source.coop_of(request.user, form.jour)
    return _formulaire(request, form, titre="Nouvelle séance", coop=coop)


def _deja_recue(request: HttpRequest) -> HttpResponse | None:
    """A second sending is answered before it is read: what has changed since refuses nothing."""
    cle = _uuid(request.POST.get("cle", ""))
    seance = Seance.objects.filter(cle=cle, auteur__utilisateur=request.user).first()
    if seance is None:
        return None
    if is_envoi(request):
        return answer_seance(seance)
    if seance.supprimee_le:
        messages.warning(request, PHRASES[SUPPRIMEE])
        return redirect(reverse("permanences:journee", args=[seance.date]))
    messages.info(
        request, "Cette séance est déjà enregistrée, telle que la voici. « Corriger » la change."
    )
    return redirect("permanences:seance", seance.cle)


def _initial(request: HttpRequest, creneaux: list[Creneau]) -> dict[str, Any]:
    """From `?modele=` (the same again), `?creneau=&date=` (the day's page), or nothing."""
    if modele := _uuid(request.GET.get("modele", "")):
        return forms.initial_of_modele(get_object_or_404(_miennes(request), cle=modele))
    choisi, jour = request.GET.get("creneau", ""), _date(request.GET.get("date", ""))
    if forms.is_pk(choisi) and jour:
        creneau = next((c for c in creneaux if str(c.pk) == choisi), None)
        if creneau is None:
            raise Http404
        return forms.initial_of_creneau(creneau, jour)
    return forms.initial_libre(jour) if jour else forms.initial_du_jour(request.user, creneaux)


def _uuid(texte: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(texte)
    except ValueError:
        return None


def _date(texte: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(texte)
    except ValueError:
        return None


def _formulaire(
    request: HttpRequest,
    form: forms.SeanceForm,
    *,
    titre: str,
    seance: Seance | None = None,
    coop: ModeSaisie | None = None,
) -> HttpResponse:
    contexte = {
        "form": form,
        "titre": titre,
        "seance": seance,
        "creneau": form.creneau_choisi,
        **source.contexte_of(coop),
    }
    return render(
        request, "permanences/seance_form.html", contexte, status=422 if form.errors else 200
    )


@require_safe
@role_required(Role.CONSEILLER)
def communes(request: HttpRequest) -> HttpResponse:
    """Names to choose from (static/js/communes.js), kept by the browser for a day."""
    noms = [
        f"{nom} ({code})" for nom, code in Commune.objects.actuelles().values_list("nom", "code")
    ]
    return JsonResponse({"communes": noms}, headers={"Cache-Control": "private, max-age=86400"})


def _miennes(request: HttpRequest) -> Any:
    return selectors.seances_of(request.user).select_related("lieu", "commune", "creneau__lieu")


@require_safe
@role_required(Role.CONSEILLER)
def liste(request: HttpRequest) -> HttpResponse:
    form = forms.RechercheForm(request.GET, utilisateur=request.user)
    criteres = {n: v for n, v in form.cleaned_data.items() if v} if form.is_valid() else {}
    trouvees = selectors.search_seances(request.user, **criteres)
    totaux = selectors.totaux_of(trouvees)
    page = Paginator(trouvees, PAR_PAGE).get_page(request.GET.get("page"))
    parametres = request.GET.copy()
    parametres.pop("page", None)
    contexte = {
        "form": form,
        "page": page,
        "totaux": totaux,
        "mois_clos": selectors.mois_clos_parmi(page.object_list),
        "doubles": len(paires_probables(request.user)),
        "filtree": bool(criteres),
        "filtres": f"{parametres.urlencode()}&" if parametres else "",
    }
    return render(request, "permanences/seances.html", contexte)


@require_safe
@role_required(Role.CONSEILLER)
def detail(request: HttpRequest, cle: uuid.UUID) -> HttpResponse:
    seance = get_object_or_404(_miennes(request), cle=cle)
    contexte = {
        "seance": seance,
        "modifiable": services.est_modifiable(seance),
        "clos": selectors.clos_le(seance.date),
        "premier_du_mois": premier_du_mois(seance.date),
    }
    return render(request, "permanences/seance.html", contexte)


@keep_typed
@role_required(Role.CONSEILLER)
def corriger(request: HttpRequest, cle: uuid.UUID) -> HttpResponse:
    seance = get_object_or_404(_miennes(request), cle=cle)
    if not services.est_modifiable(seance):
        return _refuser(request, seance)
    initial = forms.initial_of_seance(seance)
    form = forms.SeanceForm(request.POST or None, initial=initial, utilisateur=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            services.update_seance(seance=seance, utilisateur=request.user, **form.champs)
        except ValidationError as erreur:
            form.add_service_errors(erreur)
        else:
            messages.success(request, "Correction enregistrée.")
            return redirect("permanences:seance", seance.cle)
    return _formulaire(request, form, titre="Corriger la séance", seance=seance)


@role_required(Role.CONSEILLER)
def supprimer(request: HttpRequest, cle: uuid.UUID) -> HttpResponse:
    seance = get_object_or_404(_miennes(request), cle=cle)
    if not services.est_modifiable(seance):
        return _refuser(request, seance)
    if request.method == "POST":
        try:
            services.delete_seance(seance=seance, utilisateur=request.user)
        except ValidationError as erreur:
            messages.error(request, " ".join(erreur.messages))
            return redirect("permanences:seance", seance.cle)
        messages.success(request, "Séance supprimée.")
        return redirect(reverse("permanences:journee", args=[seance.date]))
    return render(request, "permanences/seance_suppression.html", {"seance": seance})


def _refuser(request: HttpRequest, seance: Seance) -> HttpResponse:
    """The one sentence of a closed month, on the séance's own page."""
    messages.error(request, selectors.clos_le(seance.date))
    return redirect("permanences:seance", seance.cle)
