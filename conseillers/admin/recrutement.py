"""Recruitment: the board by state, a candidate's page, and the acts on both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from conseillers.admin.pages import render_page
from conseillers.admin.refus import errors_by_field
from conseillers.enums import (
    SUITES_CANDIDATURE,
    EtatCandidature,
    Role,
)
from conseillers.models import Candidature, Etape
from conseillers.permissions import role_required
from conseillers.selectors import recrutement
from conseillers.services import move_candidature, undo_etape
from territoires.text import is_number

View = Callable[..., Any]
LECTURE = role_required(Role.GESTIONNAIRE, Role.DIRECTION)
GESTION = role_required(Role.GESTIONNAIRE)
FILTRES = ("q", "poste", "commune")


def recruitment_urls(site: AdminSite) -> list[URLPattern]:
    def page(view: View) -> View:
        return site.admin_view(view)

    base = "conseillers_recrutement"
    return [
        path("recrutement/", page(board), name=base),
        path("recrutement/<int:pk>/", page(sheet), name=f"{base}_fiche"),
        path("recrutement/<int:pk>/passer/", page(move), name=f"{base}_passer"),
        path("recrutement/etapes/<int:pk>/annuler/", page(undo), name=f"{base}_annuler"),
    ]


class FiltreForm(forms.Form):
    q = forms.CharField(label="Nom, courriel ou commune", max_length=80, required=False)
    poste = forms.IntegerField(label="Poste", required=False, min_value=1)
    commune = forms.CharField(max_length=5, required=False)

    def filtre(self) -> recrutement.Filtre:
        if not self.is_valid():
            return recrutement.Filtre(cherche=self.data.get("q", "")[:80])
        lu = self.cleaned_data
        return recrutement.Filtre(lu["q"], lu["poste"], lu["commune"])


class PassageForm(forms.Form):
    vers = forms.ChoiceField(label="Nouvel état")
    le = forms.DateField(
        label="Fait le",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Écrivez une date, par exemple 12/11/2026."},
    )

    def __init__(self, candidature: Candidature, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"le": timezone.localdate()})
        super().__init__(*args, label_suffix="", **kwargs)
        suites = SUITES_CANDIDATURE[EtatCandidature(candidature.etat)]
        self.fields["vers"].choices = [(s.value, s.label) for s in suites]
        self.fields["vers"].error_messages["invalid_choice"] = (
            f"Une candidature « {candidature.get_etat_display()} » ne passe pas à cet état."
        )


@require_GET
@LECTURE
def board(request: HttpRequest) -> HttpResponse:
    filtre = FiltreForm(request.GET).filtre()
    tableau = recrutement.recruitment_board(request.user, timezone.localdate(), filtre)
    fait = request.GET.get("fait", "")
    return render_page(
        request,
        "admin/recrutement/tableau.html",
        title="Recrutement",
        tableau=tableau,
        filtre=filtre,
        retour=_filters_of(request.GET),
        fait=_last_done(request, fait) if is_number(fait) else None,
        refusee=EtatCandidature.REFUSEE,
        jour=timezone.localdate(),
    )


def _last_done(request: HttpRequest, pk: str) -> Etape | None:
    """The move that has just been made, to be undone at once where it was a slip."""
    return (
        Etape.objects.visible_to(request.user)
        .en_vigueur()
        .select_related("candidature")
        .filter(pk=int(pk), par=request.user, candidature__anonymisee_le=None)
        .first()
    )


def _filters_of(donnees: Any) -> str:
    return urlencode({nom: donnees[nom] for nom in FILTRES if donnees.get(nom)})


def found_candidature(request: HttpRequest, pk: int) -> Candidature:
    candidatures = Candidature.objects.visible_to(request.user).avec_echeance()
    return get_object_or_404(candidatures.select_related("poste"), pk=pk)


@require_GET
@LECTURE
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    candidature = found_candidature(request, pk)
    return _render_sheet(request, candidature, PassageForm(candidature))


def _render_sheet(
    request: HttpRequest, candidature: Candidature, form: PassageForm
) -> HttpResponse:
    commune = recrutement.commune_of(candidature)
    etapes = recrutement.story_of(candidature)
    return render_page(
        request,
        "admin/recrutement/fiche.html",
        title=str(candidature),
        candidature=candidature,
        commune=commune,
        etapes=etapes,
        derniere=_undoable(candidature, etapes),
        form=form,
        proches=nearby_postes(candidature, commune),
    )


def _undoable(candidature: Candidature, etapes: list[Etape]) -> Etape | None:
    if candidature.anonymisee_le or candidature.etat == EtatCandidature.RECRUTEE:
        return None
    vigueur = [etape for etape in etapes if etape.annulee_le is None]
    return vigueur[-1] if vigueur and vigueur[-1].vers == candidature.etat else None


def nearby_postes(candidature: Candidature, commune: Any) -> list[recrutement.Proximite]:
    if candidature.anonymisee_le or candidature.etat in recrutement.FINIS:
        return []
    return recrutement.nearest_postes(commune, recrutement.postes_vacants(timezone.localdate()))


@require_POST
@GESTION
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """From the board (today) or from the candidate's page (a date of its own)."""
    candidature = found_candidature(request, pk)
    du_tableau = "tableau" in request.POST
    donnees = request.POST.copy()
    if du_tableau:
        donnees["le"] = timezone.localdate().isoformat()
    form = PassageForm(candidature, donnees)
    if form.is_valid():
        try:
            etape = move_candidature(
                candidature=candidature, utilisateur=request.user, **form.cleaned_data
            )
        except ValidationError as erreur:
            for champ, phrases in errors_by_field(erreur, set(form.fields)).items():
                form.add_error(champ, phrases)
        else:
            messages.success(request, f"{candidature} : {etape.get_vers_display()}.")
            return _back(candidature, request.POST.get("retour", ""), etape if du_tableau else None)
    if du_tableau:
        # Somebody moved it meanwhile: the board, read again, says where it stands.
        for phrases in form.errors.values():
            messages.error(request, f"{candidature} : {phrases[0]}")
        return redirect("admin:conseillers_recrutement")
    return _render_sheet(request, candidature, form)


def _back(candidature: Candidature, retour: str, etape: Etape | None) -> HttpResponse:
    if etape is None:
        return redirect("admin:conseillers_recrutement_fiche", pk=candidature.pk)
    return _to_board(retour, candidature.pk, fait=str(etape.pk))


def _to_board(retour: str, pk: int, **suite: str) -> HttpResponse:
    """The same board, narrowed as it was, at the card."""
    parametres = {nom: v for nom, v in QueryDict(retour).items() if nom in FILTRES} | suite
    return redirect(f"{reverse('admin:conseillers_recrutement')}?{urlencode(parametres)}#c{pk}")


@require_POST
@GESTION
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    etape = get_object_or_404(
        Etape.objects.visible_to(request.user).select_related("candidature"), pk=pk
    )
    try:
        candidature = undo_etape(etape=etape, utilisateur=request.user)
    except ValidationError as erreur:
        messages.error(request, erreur.messages[0])
    else:
        messages.success(
            request,
            f"{candidature} : étape annulée, retour à « {candidature.get_etat_display()} ». "
            "L’étape annulée reste dans son histoire.",
        )
    if "tableau" in request.POST:
        return _to_board(request.POST.get("retour", ""), etape.candidature_id)
    return redirect("admin:conseillers_recrutement_fiche", pk=etape.candidature_id)
