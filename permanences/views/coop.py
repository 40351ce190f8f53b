"""La Coop by file, for an advisor: own export, preview, confirmation, undo."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from conseillers.enums import Role
from conseillers.permissions import role_required
from permanences import tasks
from permanences.forms.coop import EnvoiCoopForm
from permanences.models import ImportCoop
from permanences.selectors.coop import set_aside_by_reason, visible_imports_coop
from permanences.services import coop
from territoires.typographie import accorde

PAR_PAGE = 12
SUIVI_SECONDES = 3
SORTS = (
    ("crees", "Nouvelles séances"), ("modifies", "Séances modifiées"),
    ("supprimes", "Supprimées dans La Coop"), ("ecartes", "Mises de côté"),
)  # fmt: skip


@require_http_methods(["GET", "POST"])
@role_required(Role.CONSEILLER)
def envoyer(request: HttpRequest) -> HttpResponse:
    envoye = request.method == "POST"
    form = EnvoiCoopForm(
        request.POST if envoye else None,
        request.FILES if envoye else None,
        utilisateur=request.user,
    )
    if envoye and form.is_valid():
        recu = form.save()
        tasks.start_import_coop(recu)
        return redirect("permanences:coop_import", pk=recu.pk)
    contexte = {
        "form": form,
        "page": Paginator(visible_imports_coop(request.user), PAR_PAGE).get_page(
            request.GET.get("page")
        ),
        "de_cote": set_aside_by_reason(request.user),
    }
    return render(request, "permanences/coop/envoi.html", contexte)


def _of(request: HttpRequest, pk: int) -> ImportCoop:
    return get_object_or_404(visible_imports_coop(request.user), pk=pk)


@require_GET
@role_required(Role.CONSEILLER)
def apercu(request: HttpRequest, pk: int) -> HttpResponse:
    recu = _of(request, pk)
    montrees = coop.preview_lines(recu)
    contexte = {
        "recu": recu,
        "suivi": SUIVI_SECONDES if recu.travaille else 0,
        "sorts": [(libelle, getattr(recu, s), montrees.get(s, [])) for s, libelle in SORTS],
    }
    return render(request, "permanences/coop/import.html", contexte)


@require_POST
@role_required(Role.CONSEILLER)
def confirmer(request: HttpRequest, pk: int) -> HttpResponse:
    recu = _of(request, pk)
    try:
        recu = coop.confirm_import_coop(
            pk=recu.pk,
            utilisateur=request.user,
            empreinte=request.POST.get("empreinte", ""),
            est_le_sien="est_le_sien" in request.POST,
        )
    except ValidationError as refus:
        messages.error(request, refus.messages[0])
    else:
        tasks.start_import_coop(recu)
    return redirect("permanences:coop_import", pk=pk)


@require_POST
@role_required(Role.CONSEILLER)
def abandonner(request: HttpRequest, pk: int) -> HttpResponse:
    recu = _of(request, pk)
    try:
        coop.abandon_import_coop(pk=recu.pk)
    except ValidationError as refus:
        messages.error(request, refus.messages[0])
        return redirect("permanences:coop_import", pk=pk)
    messages.success(request, "Import abandonné : rien n’a été écrit.")
    return redirect("permanences:coop")


@require_http_methods(["GET", "POST"])
@role_required(Role.CONSEILLER)
def annuler(request: HttpRequest, pk: int) -> HttpResponse:
    """GET says what the undo would do; POST does it."""
    recu = _of(request, pk)
    if request.method == "POST":
        try:
            bilan = coop.cancel_import(importation=recu, utilisateur=request.user)
        except ValidationError:
            messages.error(request, "Cet import ne peut pas être annulé : lisez pourquoi.")
            return redirect("permanences:coop_annulation", pk=pk)
        retirees = accorde(bilan.retirees, "séance retirée", "séances retirées")
        messages.success(request, f"Import annulé : {retirees}.")
        return redirect("permanences:coop")
    contexte = {"recu": recu, "bilan": coop.consequences_of(recu)}
    return render(request, "permanences/coop/annulation.html", contexte)
