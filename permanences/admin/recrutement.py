"""The act that makes an advisor of a candidate."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone

from conseillers.admin.pages import render_page
from conseillers.admin.recrutement import GESTION, found_candidature, nearby_postes
from conseillers.admin.refus import REFUS, errors_by_field
from conseillers.enums import EtatCandidature, TypeContrat, TypeStructure
from conseillers.models import Poste
from conseillers.selectors import recrutement
from permanences.services import recruit_candidature
from territoires.text import is_number


def recruit_urls(site: AdminSite) -> list[URLPattern]:
    """Beside the other pages of the recruitment, which know nothing of the plan."""
    return [
        path(
            "conseillers/candidature/recrutement/<int:pk>/recruter/",
            site.admin_view(recruit),
            name="conseillers_recrutement_recruter",
        )
    ]


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


@GESTION
def recruit(request: HttpRequest, pk: int) -> HttpResponse:
    """GET proposes the nearest vacant poste; POST makes advisor, account and affectation."""
    candidature = found_candidature(request, pk)
    commune = recrutement.commune_of(candidature)
    proches = nearby_postes(candidature, commune)
    initial = {"poste": candidature.poste_id or (proches[0].poste.pk if proches else None)}
    if is_number(choisi := request.GET.get("poste", "")):
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
