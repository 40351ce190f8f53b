"""Séances « en attente de rattachement »: choose a poste for one or many, read, then confirm."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from conseillers.admin.pages import render_page
from conseillers.enums import Role
from conseillers.models import Poste
from conseillers.permissions import is_gestionnaire, role_required
from permanences import services
from permanences.models import Seance
from permanences.selectors.rattachement import EnAttente, seances_en_attente
from permanences.services.rattachement import Rattachements
from territoires.text import is_number
from territoires.typographie import accorde


@role_required(Role.GESTIONNAIRE, Role.DIRECTION)
def settle(request: HttpRequest) -> HttpResponse:
    """GET lists; POST shows what the choice would do, and does it once confirmed."""
    if request.method == "POST" and not is_gestionnaire(request.user):
        raise PermissionDenied
    total, lignes = seances_en_attente(request.user)
    postes = list(Poste.objects.select_related("structure").order_by("numero"))
    choix = _read_choice(request, lignes, {p.pk: p for p in postes})
    if choix and request.POST.get("confirmer"):
        return _confirm(request, choix)
    bilan = (
        services.attach_seances(choix=choix, utilisateur=request.user, a_blanc=True)
        if choix
        else None
    )
    return render_page(
        request,
        "admin/plan/rattacher.html",
        title="Séances en attente de rattachement",
        total=total,
        lignes=[(ligne, _chosen(request, ligne), _ticked(request, ligne)) for ligne in lignes],
        postes=postes,
        bilan=bilan,
        vide=request.method == "POST" and not choix,
    )


def _chosen(request: HttpRequest, ligne: EnAttente) -> int | None:
    """What was chosen on this line, else the only sensible proposal."""
    brut = request.POST.get(f"poste_{ligne.seance.pk}", "")
    if is_number(brut):
        return int(brut)
    return ligne.propositions[0].poste.pk if ligne.propositions else None


def _ticked(request: HttpRequest, ligne: EnAttente) -> bool:
    return str(ligne.seance.pk) in request.POST.getlist("seances")


def _read_choice(
    request: HttpRequest, lignes: list[EnAttente], postes: dict[int, Poste]
) -> dict[Seance, Poste]:
    """The lines ticked, with their own poste or the one given to all of them."""
    pour_tous = request.POST.get("poste_pour_tous", "")
    choix = {}
    for ligne in lignes:
        if not _ticked(request, ligne):
            continue
        pk = int(pour_tous) if is_number(pour_tous) else _chosen(request, ligne)
        if pk in postes:
            choix[ligne.seance] = postes[pk]
    return choix


def _confirm(request: HttpRequest, choix: dict[Seance, Poste]) -> HttpResponse:
    bilan: Rattachements = services.attach_seances(choix=choix, utilisateur=request.user)
    if bilan.faits:
        combien = accorde(len(bilan.faits), "séance rattachée", "séances rattachées")
        messages.success(request, f"{combien}.")
    for seance, poste, raison in bilan.refuses:
        messages.error(request, f"Séance du {seance.date:%d/%m/%Y}, {poste} : {raison}")
    return redirect("admin:permanences_a_rattacher")
