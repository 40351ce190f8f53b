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
from conseillers.admin.refus import REFUS, errors_by_field
from conseillers.enums import (
    SUITES_CANDIDATURE,
    EtatCandidature,
    Role,
    TypeContrat,
    TypeStructure,
)
from conseillers.models import Candidature, Etape, Poste
from conseillers.permissions import role_required
from conseillers.selectors import recrutement
from conseillers.services import move_candidature, recruit_candidature, undo_etape

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
        path("recrutement/<int:pk>/recruter/", page(recruit), name=f"{base}_recruter"),
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


class PosteField(forms.ModelChoiceField):
    """Each poste with what tells it from the others for this candidate."""

    textes: dict[int, str] = {}

    def label_from_instance(self, poste: Poste) -> str:
        return self.textes.get(poste.pk, f"{poste}, occupé aujourd’hui")


class RecrutementForm(forms.Form):
    poste = PosteField(label="Poste", queryset=Poste.objects.none(), empty_label=None)
    date_debut = forms.DateField(
        label="Prise de poste",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    type_contrat = forms.ChoiceField(label="Contrat", choices=TypeContrat.choices)
    date_fin = forms.DateField(
        label="Fin du contrat",
        help_text="Vide : sans fin prévue.",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    quotite = forms.IntegerField(
        label="Quotité (%)", initial=100, min_value=1, max_value=100,
        help_text="100 pour un temps plein.",
    )  # fmt: skip

    def __init__(self, proches: list[recrutement.Proximite], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        jour = timezone.localdate()
        champ = self.fields["poste"]
        champ.queryset = Poste.objects.filter(
            structure__type=TypeStructure.DEPARTEMENT, date_attribution__lte=jour
        ).exclude(date_rendu__lte=jour)
        champ.textes = {p.poste.pk: _phrase_of(p) for p in proches}
        rangs = {p.poste.pk: rang for rang, p in enumerate(proches)}
        # The vacant ones first, the nearest before the others.
        champ.choices = sorted(
            champ.choices, key=lambda choix: rangs.get(getattr(choix[0], "value", 0), 999)
        )


def _phrase_of(proche: recrutement.Proximite) -> str:
    texte = f"Poste {proche.poste.numero}, vacant depuis le {proche.poste.depuis:%d/%m/%Y}"
    if proche.km is None or proche.ville is None:
        return texte
    return f"{texte} — {proche.ville} à {proche.km:.0f} km"


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
        fait=_last_done(request, fait) if fait.isdigit() else None,
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


def _found(request: HttpRequest, pk: int) -> Candidature:
    candidatures = Candidature.objects.visible_to(request.user).avec_echeance()
    return get_object_or_404(candidatures.select_related("poste"), pk=pk)


@require_GET
@LECTURE
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    candidature = _found(request, pk)
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
        proches=_nearby(candidature, commune),
    )


def _undoable(candidature: Candidature, etapes: list[Etape]) -> Etape | None:
    if candidature.anonymisee_le or candidature.etat == EtatCandidature.RECRUTEE:
        return None
    vigueur = [etape for etape in etapes if etape.annulee_le is None]
    return vigueur[-1] if vigueur and vigueur[-1].vers == candidature.etat else None


def _nearby(candidature: Candidature, commune: Any) -> list[recrutement.Proximite]:
    if candidature.anonymisee_le or candidature.etat in recrutement.FINIS:
        return []
    return recrutement.nearest_postes(commune, recrutement.postes_vacants(timezone.localdate()))


@require_POST
@GESTION
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """From the board (today) or from the candidate's page (a date of its own)."""
    candidature = _found(request, pk)
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


@GESTION
def recruit(request: HttpRequest, pk: int) -> HttpResponse:
    """GET proposes the nearest vacant poste; POST makes advisor, account and affectation."""
    candidature = _found(request, pk)
    commune = recrutement.commune_of(candidature)
    proches = _nearby(candidature, commune)
    initial = {"poste": candidature.poste_id or (proches[0].poste.pk if proches else None)}
    if (choisi := request.GET.get("poste", "")).isdigit():
        initial["poste"] = int(choisi)
    form = RecrutementForm(proches, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            affectation = recruit_candidature(
                candidature=candidature, utilisateur=request.user, **form.cleaned_data
            )
        except REFUS as erreur:
            for champ, phrases in errors_by_field(erreur, set(form.fields)).items():
                form.add_error(champ, phrases)
        else:
            messages.success(
                request,
                f"{candidature} prend le poste {affectation.poste.numero} le "
                f"{affectation.date_debut:%d/%m/%Y}. Son compte est ouvert : le mot de passe se "
                "choisit à la page de connexion, par « Mot de passe oublié ».",
            )
            return redirect("admin:conseillers_recrutement_fiche", pk=candidature.pk)
    return render_page(
        request,
        "admin/recrutement/recruter.html",
        title=f"Recruter {candidature}",
        candidature=candidature,
        commune=commune,
        possible=candidature.etat == EtatCandidature.RETENUE,
        form=form,
    )
