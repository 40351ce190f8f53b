"""The labels of the employers: a list by urgency, a renewal in one act."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_GET

from conseillers import services
from conseillers.admin.base import BaseAdmin
from conseillers.admin.pages import render_page
from conseillers.admin.refus import REFUS, errors_by_field
from conseillers.admin.saisie import JourField
from conseillers.enums import Role
from conseillers.models import Label, Structure
from conseillers.permissions import role_required
from conseillers.selectors import derniers_labels, labels_des_employeurs

# État of a label: (words, class of the admin's style)
ETATS_DU_LABEL = {
    "sans": ("sans label", "etat-grave"),
    "expire": ("expiré", "etat-grave"),
    "sous_60": ("expire dans moins de 60 jours", "etat-attente"),
    "sous_90": ("expire dans moins de 90 jours", "etat-attente"),
    "valide": ("valide", "etat-bon"),
}


@admin.register(Label)
class LabelAdmin(BaseAdmin):
    list_display = ("structure", "atteste_le", "expire_le", "reference")
    list_filter = ("structure__type",)
    list_select_related = ("structure",)
    search_fields = ("structure__nom", "structure__siret", "reference")
    autocomplete_fields = ("structure",)
    date_hierarchy = "expire_le"

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view
        return [
            path("suivi/", page(labels), name="conseillers_labels"),
            path("attester/<int:structure>/", page(attest), name="conseillers_label_attester"),
            *super().get_urls(),
        ]


class AttestationForm(forms.Form):
    atteste_le = JourField(label="Attesté le")
    reference = forms.CharField(
        label="Référence du document",
        max_length=200,
        required=False,
        help_text="Numéro ou nom de l’attestation sur l’honneur.",
    )


@require_GET
@role_required(Role.GESTIONNAIRE, Role.DIRECTION)
def labels(request: HttpRequest) -> HttpResponse:
    lignes = labels_des_employeurs(timezone.localdate())
    etats = [ligne.etat for ligne in lignes]
    choisi = request.GET.get("etat", "")
    return render_page(
        request,
        "admin/financements/labels.html",
        title="Labels des employeurs",
        ici="labels",
        lignes=[
            (ligne, *ETATS_DU_LABEL[ligne.etat]) for ligne in lignes if choisi in ("", ligne.etat)
        ],
        total=len(lignes),
        choisi=choisi,
        comptes=[
            (cle, mots, classe, etats.count(cle)) for cle, (mots, classe) in ETATS_DU_LABEL.items()
        ],
    )


@role_required(Role.GESTIONNAIRE)
def attest(request: HttpRequest, structure: int) -> HttpResponse:
    """GET asks, POST writes one more attestation."""
    visibles = Structure.objects.visible_to(request.user)
    employeur = get_object_or_404(visibles, pk=structure)
    depart = {"atteste_le": timezone.localdate()}
    form = AttestationForm(request.POST if request.method == "POST" else None, initial=depart)
    form.label_suffix = ""
    if request.method == "POST" and form.is_valid():
        label = _attest(employeur, form)
        if label:
            messages.success(
                request, f"{employeur} : label noté, valable jusqu’au {label.expire_le:%d/%m/%Y}."
            )
            return redirect("admin:conseillers_labels")
    return render_page(
        request,
        "admin/financements/attestation.html",
        title=f"Noter une attestation : {employeur}",
        ici="labels",
        employeur=employeur,
        dernier=derniers_labels(timezone.localdate()).get(employeur.pk),
        form=form,
    )


def _attest(employeur: Structure, form: AttestationForm) -> Label | None:
    donnees: dict[str, Any] = form.cleaned_data
    try:
        with transaction.atomic():
            return services.attest_label(structure=employeur, **donnees)
    except REFUS as refus:
        for champ, phrases in errors_by_field(refus, set(form.fields)).items():
            form.add_error(champ, phrases)
    return None
