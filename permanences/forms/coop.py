"""Sending La Coop's export: it is read while it is sent, and nothing of its bytes is kept."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from conseillers.models import Conseiller, Utilisateur
from permanences.coop import Lecture
from permanences.importers.coop import read_export
from permanences.models import ImportCoop
from permanences.services import coop
from territoires.files import FichierRefuse

MEGAOCTETS_MAX = 30
PHRASE_COORDINATEUR = (
    "C’est l’export d’un coordinateur : il porte les activités d’autres que vous. Dans La Coop, "
    "exportez vos propres accompagnements, ou remettez ce fichier au Département."
)


class EnvoiCoopForm(forms.Form):
    """`lecture`: what was read of the file, once it is valid."""

    lecture: Lecture
    empreinte: str

    fichier = forms.FileField(
        label="Export de La Coop (XLSX)",
        allow_empty_file=True,
        error_messages={"required": "Choisissez l’export à envoyer."},
        help_text=f"{MEGAOCTETS_MAX} Mo au plus, tel que La Coop le donne. Les noms et les notes "
        "ne sont ni lus ni gardés. Rien n’est écrit avant votre confirmation.",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
    )

    def __init__(self, *args: Any, utilisateur: Utilisateur, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.utilisateur = utilisateur

    def clean_fichier(self) -> UploadedFile:
        envoi = self.cleaned_data["fichier"]
        if envoi.size > MEGAOCTETS_MAX * 1024 * 1024:
            raise ValidationError(
                f"Ce fichier dépasse {MEGAOCTETS_MAX} Mo : exportez une période plus courte."
            )
        empreinte = hashlib.sha256()
        with tempfile.TemporaryDirectory(prefix="coop-") as dossier:
            chemin = Path(dossier) / "export.xlsx"
            with chemin.open("wb") as flux:
                for morceau in envoi.chunks():
                    empreinte.update(morceau)
                    flux.write(morceau)
            try:
                self.lecture = read_export(chemin)
            except FichierRefuse as refus:
                raise ValidationError(f"Ce fichier n’est pas lu : {refus}") from refus
        self.empreinte = empreinte.hexdigest()
        return envoi

    def whose(self) -> Conseiller | None:
        """The advisor of an own export."""
        return Conseiller.objects.filter(utilisateur=self.utilisateur).first()

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        if "fichier" in donnees:
            self.check_form()
        return donnees

    def check_form(self) -> None:
        if not self.lecture.du_conseiller:
            self.add_error("fichier", PHRASE_COORDINATEUR)
        elif self.whose() is None:
            self.add_error(
                None, "Ce compte n’est pas rattaché à un conseiller : demandez-le au Département."
            )

    def save(self) -> ImportCoop:
        return coop.keep_lecture(
            utilisateur=self.utilisateur,
            nom_fichier=self.cleaned_data["fichier"].name or "export.xlsx",
            sha256=self.empreinte,
            lecture=self.lecture,
            conseiller=self.whose() if self.lecture.du_conseiller else None,
        )


class EnvoiCoopGestionForm(EnvoiCoopForm):
    """The Département sends either form; an own export says whose, or somebody does."""

    conseiller = forms.ModelChoiceField(
        Conseiller.objects.filter(anonymise_le__isnull=True),
        label="Conseiller (pour un export individuel)",
        required=False,
        empty_label="Reconnaître d’après l’en-tête de l’export",
    )

    def whose(self) -> Conseiller | None:
        choisi: Conseiller | None = self.cleaned_data.get("conseiller")
        return choisi or coop.advisor_named(self.lecture.prenom, self.lecture.nom)

    def check_form(self) -> None:
        if self.lecture.du_conseiller and self.whose() is None:
            self.add_error(
                "conseiller",
                "L’en-tête de l’export ne suffit pas à dire de quel conseiller il est : "
                "choisissez-le, puis choisissez à nouveau le fichier.",
            )
