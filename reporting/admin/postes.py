"""A poste's own pages: its story, and the acts that change who holds it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET

from conseillers.admin.pages import render_page
from conseillers.enums import Role
from conseillers.models import Poste, Utilisateur
from conseillers.permissions import role_required
from conseillers.services import invite_compte
from permanences.forms.postes import PosteForm
from reporting.admin.actes_du_poste import ACTES, ActeDePoste, offered_actes
from reporting.selectors.actes_du_poste import Apercu
from reporting.selectors.histoire import histoire_of, resume_of

PHRASE_RELIRE = (
    "Ce qui va changer n’est plus ce que vous aviez lu : relisez ci-dessous, puis confirmez."
)


def poste_urls(site: AdminSite) -> list[URLPattern]:
    return [
        path("postes/<int:numero>/", site.admin_view(story), name="permanences_histoire_poste"),
        path(
            "postes/<int:numero>/<slug:acte>/",
            site.admin_view(poste_acte),
            name="reporting_poste_acte",
        ),
    ]


def _poste(request: HttpRequest, numero: int) -> Poste:
    postes = Poste.objects.visible_to(request.user).select_related("structure")
    return get_object_or_404(postes.prefetch_related("epcis"), numero=numero)


@require_GET
@role_required(Role.GESTIONNAIRE, Role.DIRECTION)
def story(request: HttpRequest, numero: int) -> HttpResponse:
    poste = _poste(request, numero)
    histoire = histoire_of(poste)
    return render_page(
        request,
        "admin/postes/histoire.html",
        title=f"{poste}, {poste.structure}",
        poste=poste,
        histoire=histoire,
        actes=offered_actes(poste, histoire.resume),
    )


@role_required(Role.GESTIONNAIRE)
def poste_acte(request: HttpRequest, numero: int, acte: str) -> HttpResponse:
    """GET asks, then shows what would change; POST does it, or says why not."""
    if acte not in ACTES:
        raise Http404
    poste, choix = _poste(request, numero), ACTES[acte]
    if not choix.offered(poste, resume_of(poste)):
        messages.error(request, f"« {choix.titre} » n’est pas possible dans l’état de ce poste.")
        return redirect("admin:permanences_histoire_poste", numero=poste.numero)
    saisie = request.POST if request.method == "POST" else request.GET
    form = choix.form(saisie if "vu" in saisie else None, poste=poste, initial=saisie.dict())
    apercu = choix.preview(form) if form.is_bound and form.is_valid() else None
    if request.method == "POST" and apercu is not None:
        phrase = _perform(request, choix, form, apercu)
        if phrase:
            messages.success(request, phrase)
            return redirect("admin:permanences_histoire_poste", numero=poste.numero)
    return render_page(
        request,
        "admin/postes/acte.html",
        title=f"{choix.titre} : {poste}, {poste.structure}",
        poste=poste,
        acte=choix,
        form=form,
        apercu=apercu,
        reponses=_answers(form, saisie) if apercu else [],
    )


def _answers(form: PosteForm, saisie: QueryDict) -> list[tuple[str, str]]:
    """What was typed, to be confirmed as it is."""
    return [(nom, valeur) for nom in form.fields for valeur in saisie.getlist(nom)]


def _perform(request: HttpRequest, choix: ActeDePoste, form: Any, apercu: Apercu) -> str | None:
    """The sentence of success, or None with the refusal written on the form."""
    if apercu.refus:
        return None
    if request.POST.get("vu") != apercu.empreinte:
        messages.warning(request, PHRASE_RELIRE)
        return None
    try:
        phrase = choix.perform(form)
    except ValidationError as erreur:
        form.add_service_errors(erreur)
        return None
    if form.cleaned_data.get("prevenir"):
        courriel = form.affectation.conseiller.courriel.strip().lower()
        invite_compte(compte=Utilisateur.objects.get(courriel=courriel), par=request.user)
    return phrase
