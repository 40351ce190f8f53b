"""Close a lieu, an EPCI, a poste or the programme for a period: say what follows, then do it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from conseillers.admin.pages import render_page
from conseillers.enums import Role
from conseillers.models import Poste
from conseillers.permissions import is_gestionnaire, role_required
from permanences import services
from permanences.enums import Motif, PorteeFermeture
from permanences.models import ActeFermeture, LieuAccueil
from permanences.selectors.fermetures import (
    actes_en_cours,
    dates_rendues_par,
    effet_of,
    vacances_entre,
)
from permanences.services.plan import MOTIFS_DE_PERIODE
from territoires.models import EPCI
from territoires.typographie import accorde, format_date

DEUX_ANS = 731
MOTIFS = [(m.value, m.label) for m in MOTIFS_DE_PERIODE if m != Motif.ABSENCE_DU_CONSEILLER]


class JourField(forms.DateField):
    """Typed by a browser (ISO) or by hand (13/10/2026)."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    input_formats = ("%Y-%m-%d", "%d/%m/%Y")


class FermetureForm(forms.Form):
    portee = forms.ChoiceField(
        label="Que fermer ?", choices=PorteeFermeture, widget=forms.RadioSelect, initial="lieu"
    )
    lieu = forms.ModelChoiceField(
        LieuAccueil.objects.filter(actif=True).order_by("nom"),
        label="Lieu",
        required=False,
        empty_label="Choisir un lieu",
    )
    epci = forms.ModelChoiceField(
        EPCI.objects.filter(communes__lieux__actif=True).distinct().order_by("nom"),
        label="EPCI",
        required=False,
        empty_label="Choisir un EPCI",
    )
    poste = forms.ModelChoiceField(
        Poste.objects.order_by("numero"),
        label="Poste",
        required=False,
        empty_label="Choisir un poste",
    )
    debut = JourField(label="Du", help_text="Premier jour de fermeture.")
    fin = JourField(label="Au", help_text="Dernier jour de fermeture, compris.")
    motif = forms.ChoiceField(
        label="Motif",
        choices=[("", "Choisir un motif"), *MOTIFS],
        help_text="Compté dans les rapports, jamais montré au public.",
    )

    def clean(self) -> dict[str, Any]:
        saisi = super().clean() or {}
        portee = saisi.get("portee")
        objets = {"lieu": "le lieu", "epci": "l’EPCI", "poste": "le poste"}
        if portee in objets and not saisi.get(portee) and portee not in self.errors:
            self.add_error(portee, f"Choisissez {objets[portee]} à fermer.")
        for champ in objets:
            if champ != portee:
                saisi[champ] = None
        debut, fin = saisi.get("debut"), saisi.get("fin")
        if debut and fin and fin < debut:
            self.add_error("fin", "Le dernier jour précède le premier.")
        elif debut and fin and (fin - debut).days > DEUX_ANS:
            self.add_error("fin", "Une fermeture dure deux ans au plus : vérifiez l’année.")
        return saisi

    def to_acte(self, cle: uuid.UUID) -> ActeFermeture:
        saisi = self.cleaned_data
        return ActeFermeture(
            cle=cle,
            portee=saisi["portee"],
            lieu=saisi["lieu"],
            epci=saisi["epci"],
            poste=saisi["poste"],
            date_debut=saisi["debut"],
            date_fin=saisi["fin"],
            motif=saisi["motif"],
        )


@role_required(Role.GESTIONNAIRE, Role.DIRECTION)
def close(request: HttpRequest) -> HttpResponse:
    """GET: the form, and under it what it would do once it is complete; POST: it is done."""
    if request.method == "POST" and not is_gestionnaire(request.user):
        raise PermissionDenied
    donnees = request.POST if request.method == "POST" else request.GET
    demande = request.method == "POST" or bool(request.GET.get("apercu"))
    form = FermetureForm(donnees if demande else None, initial=_initial(request))
    cle = _read_key(request)
    valide = demande and form.is_valid()
    if valide and request.method == "POST" and _close(request, form, cle):
        return redirect("admin:permanences_fermer")
    acte = form.to_acte(cle) if valide else None
    ce_jour = timezone.localdate()
    return render_page(
        request,
        "admin/plan/fermer.html",
        title="Fermer pour une période",
        form=form,
        acte=acte,
        effet=effet_of(acte) if acte else None,
        cle=cle,
        actes=actes_en_cours(),
        vacances=vacances_entre(ce_jour, ce_jour + dt.timedelta(days=365)),
        cible=_target(donnees),
    )


def _initial(request: HttpRequest) -> dict[str, str]:
    champs = ("portee", "lieu", "epci", "poste", "debut", "fin", "motif")
    return {"portee": "lieu"} | {c: request.GET[c] for c in champs if request.GET.get(c)}


def _target(donnees: Any) -> str:
    """What is already chosen, kept by the links of the school holidays."""
    portee = donnees.get("portee") or "lieu"
    objet = donnees.get(portee, "")
    return f"portee={portee}" + (f"&{portee}={objet}" if objet.isalnum() else "")


def _read_key(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("cle", ""))
    except ValueError:
        return uuid.uuid4()


def _close(request: HttpRequest, form: FermetureForm, cle: uuid.UUID) -> bool:
    acte = form.to_acte(cle)
    nombre = effet_of(acte).nombre
    try:
        acte = services.close_periode(
            utilisateur=request.user,
            cle=cle,
            portee=acte.portee,
            debut=acte.date_debut,
            fin=acte.date_fin,
            motif=acte.motif,
            lieu=acte.lieu,
            epci=acte.epci,
            poste=acte.poste,
        )
    except ValidationError as erreur:
        for champ, phrases in _by_field(erreur).items():
            form.add_error(champ if champ in form.fields else None, phrases)
        return False
    messages.success(
        request,
        f"{acte.objet} : fermeture du {format_date(acte.date_debut)} au "
        f"{format_date(acte.date_fin)}, {accorde(nombre, 'date annulée', 'dates annulées')}.",
    )
    return True


def _by_field(erreur: ValidationError) -> dict[str, list[str]]:
    return erreur.message_dict if hasattr(erreur, "error_dict") else {"": erreur.messages}


@role_required(Role.GESTIONNAIRE)
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    acte = get_object_or_404(
        ActeFermeture.objects.visible_to(request.user).select_related("lieu", "epci", "poste"),
        pk=pk,
    )
    if request.method == "POST":
        try:
            services.lift_acte(utilisateur=request.user, acte=acte)
        except ValidationError as erreur:
            messages.error(request, erreur.messages[0])
        else:
            messages.success(request, f"{acte.objet} : la fermeture est levée.")
        return redirect("admin:permanences_fermer")
    return render_page(
        request,
        "admin/plan/lever.html",
        title=f"Lever la fermeture : {acte.objet}",
        acte=acte,
        rendues=dates_rendues_par(acte),
    )


@require_POST
@role_required(Role.GESTIONNAIRE)
def load(request: HttpRequest) -> HttpResponse:
    nombre = services.load_vacances()
    if nombre:
        combien = accorde(nombre, "période ajoutée", "périodes ajoutées")
        messages.success(request, f"Vacances scolaires : {combien}.")
    else:
        messages.info(request, "Vacances scolaires : rien de nouveau n’est publié.")
    return redirect("admin:permanences_fermer")
