"""Prolong or move many créneaux: choose them, read what would change, confirm."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from conseillers.admin.pages import render_page
from conseillers.enums import Role
from conseillers.models import Poste
from conseillers.permissions import role_required
from permanences import services
from permanences.admin.fermer import JourField
from permanences.calendrier import jour_decale_de_mois
from permanences.models import Creneau, LieuAccueil
from permanences.services.en_nombre import Changement
from territoires.models import EPCI
from territoires.typographie import accorde

# Ended for so many months at most: those of a season that is over begin again.
RECUL_MOIS = 6
MONTRES = 200


class ChoixForm(forms.Form):
    """Which créneaux."""

    lieu = forms.ModelChoiceField(
        LieuAccueil.objects.filter(creneaux__isnull=False).distinct().order_by("nom"),
        label="Lieu", required=False, empty_label="Tous",
    )  # fmt: skip
    epci = forms.ModelChoiceField(
        EPCI.objects.filter(communes__lieux__creneaux__isnull=False).distinct().order_by("nom"),
        label="EPCI", required=False, empty_label="Tous",
    )  # fmt: skip
    poste = forms.ModelChoiceField(
        Poste.objects.filter(creneaux__isnull=False).distinct().order_by("numero"),
        label="Poste", required=False, empty_label="Tous",
    )  # fmt: skip
    avant = JourField(label="Qui prennent fin le … ou avant", required=False)

    def creneaux(self) -> QuerySet[Creneau]:
        """Those in force, to come, or over for less than six months."""
        recul = jour_decale_de_mois(timezone.localdate(), -RECUL_MOIS)
        trouves = Creneau.objects.exclude(date_fin__lt=recul).exclude(
            recurrence="", date_debut__lt=timezone.localdate()
        )
        choix = self.cleaned_data if self.is_valid() else {}
        filtres = {
            "lieu": choix.get("lieu"),
            "lieu__commune__epci": choix.get("epci"),
            "poste": choix.get("poste"),
            "date_fin__lte": choix.get("avant"),
        }
        trouves = trouves.filter(**{nom: v for nom, v in filtres.items() if v})
        return trouves.select_related("lieu", "poste").order_by("poste__numero", "code")


class ActeForm(forms.Form):
    """What becomes of them."""

    acte = forms.ChoiceField(
        label="Que faire ?",
        choices=[
            ("prolonger", "Prolonger jusqu’au"),
            ("lieu", "Déplacer vers un autre lieu"),
            ("poste", "Donner à un autre poste"),
        ],
        widget=forms.RadioSelect,
        initial="prolonger",
    )
    date = JourField(
        label="Date",
        help_text="Dernier jour, pour prolonger ; premier jour du changement, pour déplacer.",
    )
    vers_lieu = forms.ModelChoiceField(
        LieuAccueil.objects.filter(actif=True).order_by("nom"),
        label="Nouveau lieu", required=False, empty_label="Choisir un lieu",
    )  # fmt: skip
    vers_poste = forms.ModelChoiceField(
        Poste.objects.order_by("numero"),
        label="Nouveau poste", required=False, empty_label="Choisir un poste",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        saisi = super().clean() or {}
        for acte, quoi in (("lieu", "le nouveau lieu"), ("poste", "le nouveau poste")):
            if saisi.get("acte") == acte and not saisi.get(f"vers_{acte}"):
                self.add_error(f"vers_{acte}", f"Choisissez {quoi}.")
        return saisi

    def perform(self, **commun: Any) -> list[Changement]:
        saisi = self.cleaned_data
        if saisi["acte"] == "prolonger":
            return services.prolong_creneaux(jusqu_au=saisi["date"], **commun)
        vers = {saisi["acte"]: saisi[f"vers_{saisi['acte']}"]}
        return services.move_creneaux(depuis=saisi["date"], **vers, **commun)


@role_required(Role.GESTIONNAIRE)
def change(request: HttpRequest) -> HttpResponse:
    choix = ChoixForm(request.GET)
    creneaux = list(choix.creneaux()[:MONTRES])
    coches = set(request.POST.getlist("creneaux"))
    choisis = [c for c in creneaux if str(c.pk) in coches]
    form = ActeForm(request.POST if request.method == "POST" else None)
    changements: list[Changement] = []
    if form.is_valid() and choisis:
        commun = {"utilisateur": request.user, "creneaux": choisis}
        if request.POST.get("confirmer"):
            try:
                faits = form.perform(**commun)
            except services.RefusEnNombre as refus:
                changements = refus.changements
            else:
                combien = accorde(len(faits), "créneau modifié", "créneaux modifiés")
                messages.success(request, f"{combien}.")
                return redirect("admin:permanences_creneaux_en_nombre")
        else:
            changements = form.perform(a_blanc=True, **commun)
    return render_page(
        request,
        "admin/plan/en_nombre.html",
        title="Prolonger ou déplacer des créneaux",
        choix=choix,
        form=form,
        creneaux=creneaux,
        coches=coches,
        changements=changements,
        refuses=sum(bool(c.refus) for c in changements),
        rien=request.method == "POST" and not choisis,
        tronque=len(creneaux) == MONTRES,
    )
