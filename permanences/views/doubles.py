"""An advisor's probable doubles: typed here and brought from La Coop."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from conseillers.enums import Role
from conseillers.models import Utilisateur
from conseillers.permissions import role_required
from permanences import services
from permanences.forms.doubles import ChoixDoubles, read_choix
from permanences.models import DecisionDouble, Seance
from permanences.selectors.doubles import decisions_recentes, paires_probables, read_paires
from territoires.typographie import accorde

PAR_PAGE = 20
PHRASE_RIEN = "Rien n’a été choisi : cochez des paires, ou répondez sous l’une d’elles."


@role_required(Role.CONSEILLER)
def mes_doubles(request: HttpRequest) -> HttpResponse:
    """GET shows both sides; POST does what was answered, for one pair or those ticked."""
    if request.method == "POST":
        settle(request, request.user)
        return redirect("permanences:doubles")
    return render(request, "permanences/doubles/page.html", contexte_of(request, request.user))


@require_POST
@role_required(Role.CONSEILLER)
def annuler(request: HttpRequest, pk: int) -> HttpResponse:
    undo(request, request.user, pk)
    return redirect("permanences:doubles")


# --- Shared with the Département's page (permanences.admin.doubles) ---------------------------


def contexte_of(request: HttpRequest, utilisateur: Utilisateur) -> dict[str, object]:
    page = Paginator(paires_probables(utilisateur), PAR_PAGE).get_page(request.GET.get("page"))
    return {
        "page": page,
        "paires": read_paires(utilisateur, page.object_list),
        "decisions": decisions_recentes(utilisateur),
    }


def settle(request: HttpRequest, utilisateur: Utilisateur) -> None:
    """Do it, and say what was done and what was refused."""
    choix = read_choix(request.POST)
    if choix is None:
        messages.warning(request, PHRASE_RIEN)
        return
    bilan = services.settle_paires(
        paires=_seances(utilisateur, choix), garder=choix.garder, utilisateur=utilisateur
    )
    if bilan.faits:
        faites = accorde(len(bilan.faits), "paire réglée", "paires réglées")
        messages.success(request, f"{faites} : plus bas, « Annuler » y revient.")
    for seance, raison in bilan.refuses:
        messages.error(request, f"{seance} : {raison}")


def _seances(utilisateur: Utilisateur, choix: ChoixDoubles) -> list[tuple[Seance, Seance]]:
    """Of those that this person sees alone; one that is gone meanwhile is left out."""
    cles = {cle for paire in choix.paires for cle in paire}
    vues = Seance.objects.visible_to(utilisateur).in_bulk(cles)
    return [(vues[a], vues[b]) for a, b in choix.paires if a in vues and b in vues and a != b]


def undo(request: HttpRequest, utilisateur: Utilisateur, pk: int) -> None:
    decision = get_object_or_404(DecisionDouble.objects.visible_to(utilisateur), pk=pk)
    try:
        services.undo_double(decision=decision, utilisateur=utilisateur)
    except ValidationError as refus:
        messages.error(request, " ".join(refus.messages))
    else:
        messages.success(request, "Décision annulée : les deux séances sont là de nouveau.")
