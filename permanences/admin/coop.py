"""La Coop by file, for the Département: send, read the preview, confirm, undo, settle."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from conseillers.admin.pages import render_page
from conseillers.enums import Role
from conseillers.permissions import is_gestionnaire, role_required
from permanences import tasks
from permanences.enums import EtatImportCoop, TraitementLieu
from permanences.forms.coop import EnvoiCoopGestionForm
from permanences.models import ImportCoop, LieuAccueil, LieuCoop, MediateurCoop
from permanences.selectors.coop import (
    conseillers_connus,
    lieux_a_situer,
    mediateurs_a_situer,
    set_aside_by_reason,
    visible_imports_coop,
)
from permanences.services import coop
from permanences.services.coop.enregistrement import CREES, Resultat
from territoires.text import is_number
from territoires.typographie import accorde

PAR_PAGE = 20
SUIVI_SECONDES = 3
SORTS = (
    ("crees", "Créées"), ("modifies", "Modifiées"), ("supprimes", "Supprimées dans La Coop"),
    ("ecartes", "Mises de côté"),
)  # fmt: skip


def coop_urls(site: AdminSite) -> list[URLPattern]:
    def page(chemin: str, view: Any, nom: str) -> URLPattern:
        return path(chemin, site.admin_view(view), name=nom)

    return [
        page("la-coop/", send, "permanences_coop"),
        page("la-coop/<int:pk>/", preview, "permanences_coop_import"),
        page("la-coop/<int:pk>/confirmer/", confirm, "permanences_coop_confirmer"),
        page("la-coop/<int:pk>/abandonner/", abandon, "permanences_coop_abandonner"),
        page("la-coop/<int:pk>/annuler/", undo, "permanences_coop_annuler"),
        page("la-coop/lieux/", places, "permanences_coop_lieux"),
        page("la-coop/mediateurs/", mediators, "permanences_coop_mediateurs"),
    ]


@require_http_methods(["GET", "POST"])
@role_required(Role.GESTIONNAIRE, Role.DIRECTION)
def send(request: HttpRequest) -> HttpResponse:
    envoye = request.method == "POST"
    if envoye and not is_gestionnaire(request.user):
        raise PermissionDenied
    form = EnvoiCoopGestionForm(
        request.POST if envoye else None,
        request.FILES if envoye else None,
        utilisateur=request.user,
    )
    if envoye and form.is_valid():
        recu = form.save()
        tasks.start_import_coop(recu)
        return redirect("admin:permanences_coop_import", pk=recu.pk)
    imports = Paginator(visible_imports_coop(request.user), PAR_PAGE)
    return render_page(
        request,
        "admin/coop/envoi.html",
        title="La Coop",
        form=form,
        imports=imports.get_page(request.GET.get("page")),
        de_cote=set_aside_by_reason(request.user),
        lieux=LieuCoop.objects.visible_to(request.user).a_rapprocher().count(),
        mediateurs=len(mediateurs_a_situer(request.user)),
    )


def _of(request: HttpRequest, pk: int) -> ImportCoop:
    return get_object_or_404(visible_imports_coop(request.user), pk=pk)


@require_GET
@role_required(Role.GESTIONNAIRE, Role.DIRECTION)
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    recu = _of(request, pk)
    montrees = coop.preview_lines(recu)
    return render_page(
        request,
        "admin/coop/import.html",
        title=str(recu),
        recu=recu,
        suivi=SUIVI_SECONDES if recu.travaille else 0,
        sorts=[(libelle, getattr(recu, s), montrees.get(s, [])) for s, libelle in SORTS],
    )


@require_POST
@role_required(Role.GESTIONNAIRE)
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
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
    return redirect("admin:permanences_coop_import", pk=pk)


@require_POST
@role_required(Role.GESTIONNAIRE)
def abandon(request: HttpRequest, pk: int) -> HttpResponse:
    recu = _of(request, pk)
    try:
        coop.abandon_import_coop(pk=recu.pk)
    except ValidationError as refus:
        messages.error(request, refus.messages[0])
        return redirect("admin:permanences_coop_import", pk=pk)
    messages.success(request, f"« {recu} » est abandonné : rien n’a été écrit.")
    return redirect("admin:permanences_coop")


@require_http_methods(["GET", "POST"])
@role_required(Role.GESTIONNAIRE)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """GET says what the undo would do; POST does it."""
    recu = _of(request, pk)
    if request.method == "POST":
        try:
            bilan = coop.cancel_import(importation=recu, utilisateur=request.user)
        except ValidationError:
            messages.error(request, "Cet import ne peut pas être annulé : lisez pourquoi.")
            return redirect("admin:permanences_coop_annuler", pk=pk)
        messages.success(
            request,
            f"Import annulé : {accorde(bilan.retirees, 'séance retirée', 'séances retirées')}, "
            f"{accorde(bilan.retablies, 'séance rétablie', 'séances rétablies')}.",
        )
        return redirect("admin:permanences_coop_import", pk=pk)
    return render_page(
        request,
        "admin/coop/annuler.html",
        title="Annuler un import",
        recu=recu,
        bilan=coop.consequences_of(recu),
        faisable=recu.etat == EtatImportCoop.FAIT,
    )


# --- Settling --------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@role_required(Role.GESTIONNAIRE, Role.DIRECTION)
def places(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _settle_place(request)
    tous = "tous" in request.GET
    return render_page(
        request,
        "admin/coop/lieux.html",
        title="Lieux de La Coop",
        lieux=lieux_a_situer(request.user, tous=tous),
        tous=tous,
        accueils=LieuAccueil.objects.select_related("commune").order_by("nom"),
    )


def _settle_place(request: HttpRequest) -> HttpResponse:
    if not is_gestionnaire(request.user):
        raise PermissionDenied
    lieu_coop = get_object_or_404(
        LieuCoop.objects.visible_to(request.user), pk=_number(request, "lieu_coop")
    )
    choix = request.POST.get("choix", "")
    lieu = None
    if choix == "autre":
        choix = request.POST.get("lieu", "")
    if is_number(choix):
        lieu, choix = LieuAccueil.objects.filter(pk=int(choix)).first(), TraitementLieu.RAPPROCHE
    if choix not in TraitementLieu.values or choix == TraitementLieu.A_RAPPROCHER:
        messages.error(request, f"Choisissez ce qu’est « {lieu_coop} ».")
        return redirect("admin:permanences_coop_lieux")
    try:
        resultats = coop.settle_lieu(
            lieu_coop=lieu_coop, traitement=choix, lieu=lieu, utilisateur=request.user
        )
    except ValidationError as refus:
        messages.error(request, " ".join(refus.messages))
    else:
        messages.success(request, f"« {lieu_coop} » : {_said(resultats)}")
    return redirect("admin:permanences_coop_lieux")


@require_http_methods(["GET", "POST"])
@role_required(Role.GESTIONNAIRE, Role.DIRECTION)
def mediators(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _settle_mediator(request)
    return render_page(
        request,
        "admin/coop/mediateurs.html",
        title="Médiateurs de La Coop",
        mediateurs=mediateurs_a_situer(request.user),
        conseillers=conseillers_connus(),
    )


def _settle_mediator(request: HttpRequest) -> HttpResponse:
    if not is_gestionnaire(request.user):
        raise PermissionDenied
    mediateur = get_object_or_404(MediateurCoop, pk=_number(request, "mediateur"))
    choix = request.POST.get("conseiller", "")
    try:
        resultats = coop.settle_mediateur(
            mediateur=mediateur,
            conseiller=conseillers_connus().filter(pk=int(choix)).first()
            if is_number(choix)
            else None,
            ignore=choix == "ignore",
            utilisateur=request.user,
        )
    except ValidationError as refus:
        messages.error(request, " ".join(refus.messages))
    else:
        messages.success(request, f"« {mediateur} » : {_said(resultats)}")
    return redirect("admin:permanences_coop_mediateurs")


def _number(request: HttpRequest, nom: str) -> int:
    brut = request.POST.get(nom, "")
    return int(brut) if is_number(brut) else 0


def _said(resultats: list[Resultat]) -> str:
    comptees = sum(r.sort == CREES for r in resultats)
    if comptees:
        return f"{accorde(comptees, 'activité est comptée', 'activités sont comptées')}."
    return "la décision est gardée."
