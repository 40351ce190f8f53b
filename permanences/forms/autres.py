"""The small forms: search, cancellation, absence."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from conseillers.models import Absence, Affectation, Utilisateur
from permanences.enums import Motif
from permanences.forms.acte import ActeForm
from permanences.selectors.conseiller import EN_ATTENTE, HORS_DELAI, mois_saisis
from territoires.models import sans_trace
from territoires.traces import PUBLIC
from territoires.typographie import format_mois


def date_field(**options: Any) -> forms.DateField:
    return forms.DateField(
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options
    )


class RechercheForm(forms.Form):
    texte = forms.CharField(label="Lieu, commune, titre ou thématique", required=False)
    mois = forms.TypedChoiceField(
        label="Mois",
        coerce=lambda mois: dt.date.fromisoformat(f"{mois}-01"),
        required=False,
        empty_value=None,
    )
    etat = forms.ChoiceField(
        label="État",
        choices=[
            ("", "Tous"),
            (EN_ATTENTE, "En attente de rattachement"),
            (HORS_DELAI, "Hors délai"),
        ],
        required=False,
    )
    du = date_field(label="Du", required=False)
    au = date_field(label="Au", required=False)

    def __init__(self, *args: Any, utilisateur: Utilisateur, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["mois"].choices = [
            ("", "Tous"),
            *((f"{mois:%Y-%m}", format_mois(mois)) for mois in mois_saisis(utilisateur)),
        ]
        for champ in self.fields.values():
            champ.sans_mention = True


class AnnulationForm(ActeForm):
    motif = forms.ChoiceField(choices=Motif)
    motif_texte = forms.CharField(
        label="Précisez le motif",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs=PUBLIC.attributs()),
        validators=[sans_trace],
        help_text="En quelques mots, pour « Autre ». Aucun nom, aucune raison de santé.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["motif_texte"].sans_mention = True


class AbsenceForm(forms.Form):
    """Dates only. `affectation` says who and on which poste, among the employer's own."""

    affectation = forms.ModelChoiceField(
        Affectation.objects.none(), label="Qui sera absent", empty_label="Choisissez"
    )
    date_debut = date_field(label="Premier jour d’absence")
    date_fin = date_field(label="Dernier jour d’absence")

    def __init__(self, *args: Any, utilisateur: Utilisateur, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["affectation"].queryset = (
            Affectation.objects.visible_to(utilisateur)
            .select_related("conseiller", "poste")
            .order_by("poste__numero", "-date_debut")
        )
        self.fields["affectation"].label_from_instance = lambda a: f"{a.conseiller} ({a.poste})"

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        affectation = donnees.get("affectation")
        if affectation and "date_debut" in donnees and "date_fin" in donnees:
            self.absence = Absence(
                poste=affectation.poste,
                conseiller=affectation.conseiller,
                date_debut=donnees["date_debut"],
                date_fin=donnees["date_fin"],
            )
            if donnees["date_debut"] < affectation.date_debut:
                self.add_error(
                    "date_debut",
                    f"{affectation.conseiller} n’occupe ce poste que depuis le "
                    f"{affectation.date_debut:%d/%m/%Y} : vérifiez la date.",
                )
            try:
                self.absence.full_clean()
            except ValidationError as erreur:
                self.add_error(None, erreur.messages)
        return donnees

    def save(self) -> Absence:
        """One row for a double click: the second finds the first."""
        voulue = self.absence
        absence, _ = Absence.objects.get_or_create(
            poste=voulue.poste,
            conseiller=voulue.conseiller,
            date_debut=voulue.date_debut,
            defaults={"date_fin": voulue.date_fin},
        )
        return absence
