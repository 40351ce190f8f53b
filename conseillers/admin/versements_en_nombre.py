"""Many instalments received the same day, with their preview."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from conseillers.admin.actes_groupes import ActeGroupe, action_of
from conseillers.models import Versement
from conseillers.services import receive_versement
from territoires.typographie import accorde, format_date, format_euros


class ReceptionForm(forms.Form):
    le = forms.DateField(
        label="Reçus le",
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Dites quel jour."},
    )
    piece = forms.CharField(
        label="Pièce justificative",
        max_length=200,
        required=False,
        help_text="La même pour tous ; laissez vide pour garder celle de chacun.",
    )

    def clean_le(self) -> dt.date:
        le = self.cleaned_data["le"]
        if le > timezone.localdate():
            raise ValidationError("Cette date est à venir : notez l’argent quand il est là.")
        return le


class Reception(ActeGroupe):
    nom = "receive_versements"
    libelle = "Noter comme reçus le…"
    explication = "Chacun est noté reçu pour son montant prévu. Un autre montant se note un par un."
    bouton = "Noter comme reçus"
    form_class = ReceptionForm

    def perform(
        self, request: HttpRequest, model_admin: Any, ligne: Versement, donnees: dict[str, Any]
    ) -> str:
        le, piece = donnees["le"], donnees["piece"] or ligne.piece
        receive_versement(versement=ligne, date_recue=le, montant=ligne.montant, piece=piece)
        return f"{format_euros(ligne.montant)} reçus le {format_date(le)}" + (
            f", {piece}" if piece else ""
        )

    def done(self, nombre: int) -> str:
        return f"{accorde(nombre, 'versement noté reçu', 'versements notés reçus')}."


ACTIONS = (action_of(Reception()),)
