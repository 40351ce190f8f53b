"""Acts on many lieux at once, each with its preview."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from conseillers.admin.actes_groupes import ActeGroupe, action_of
from permanences.models import LieuAccueil
from permanences.services import check_lieu, close_lieu, renew_adresse
from territoires.typographie import accorde, format_date


class VerificationForm(forms.Form):
    le = forms.DateField(
        label="Vérifiés le",
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Dites quel jour."},
    )

    def clean_le(self) -> dt.date:
        le = self.cleaned_data["le"]
        if le > timezone.localdate():
            raise ValidationError("Cette date est à venir.")
        return le


class Verification(ActeGroupe):
    nom = "mark_as_checked"
    libelle = "Marquer comme vérifiés le…"
    explication = "L’adresse, l’accueil et l’accès ont été vérifiés ce jour-là."
    bouton = "Marquer comme vérifiés"
    form_class = VerificationForm

    def perform(
        self, request: HttpRequest, model_admin: Any, ligne: LieuAccueil, donnees: dict[str, Any]
    ) -> str:
        check_lieu(lieu=ligne, le=donnees["le"])
        return f"vérifié le {format_date(donnees['le'])}"

    def done(self, nombre: int) -> str:
        return f"{accorde(nombre, 'lieu vérifié', 'lieux vérifiés')}."


class FermetureAuProgramme(ActeGroupe):
    nom = "close_lieux"
    libelle = "Fermer au programme"
    explication = (
        "Plus aucun créneau ne pourra y être prévu. Ce qui s’y est passé reste, et compte."
    )
    bouton = "Fermer au programme"

    def perform(
        self, request: HttpRequest, model_admin: Any, ligne: LieuAccueil, donnees: dict[str, Any]
    ) -> str:
        close_lieu(lieu=ligne)
        return "fermé au programme"

    def done(self, nombre: int) -> str:
        return f"{accorde(nombre, 'lieu fermé', 'lieux fermés')} au programme."


class NouvelleAdresse(ActeGroupe):
    nom = "renew_address"
    libelle = "Donner une nouvelle adresse iCal"
    explication = "L’ancienne s’arrête : qui la suivait doit recevoir la nouvelle."
    bouton = "Donner une nouvelle adresse"

    def perform(
        self, request: HttpRequest, model_admin: Any, ligne: LieuAccueil, donnees: dict[str, Any]
    ) -> str:
        renew_adresse(utilisateur=request.user, lieu=ligne)
        return "nouvelle adresse, à lire dans la fiche du lieu"

    def done(self, nombre: int) -> str:
        return (
            f"{accorde(nombre, 'nouvelle adresse', 'nouvelles adresses')} : chacune se lit dans la "
            "fiche du lieu."
        )


ACTIONS = tuple(action_of(acte()) for acte in (Verification, FermetureAuProgramme, NouvelleAdresse))
