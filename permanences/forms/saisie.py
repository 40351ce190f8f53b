"""From which day the séances of an advisor come from which source."""

from __future__ import annotations

from typing import Any

from django import forms

from conseillers.models import Conseiller
from permanences.enums import SourceConseiller
from permanences.forms.acte import ActeForm
from permanences.forms.autres import date_field
from permanences.selectors.mode_saisie import mode_le
from territoires.typographie import format_date


class SourceForm(ActeForm):
    mode = forms.ChoiceField(label="Source des séances", choices=SourceConseiller)
    date_debut = date_field(label="À partir du")

    def __init__(self, *args: Any, conseiller: Conseiller, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conseiller = conseiller

    def clean(self) -> dict[str, Any]:
        """Said before the consequences are, as the service would."""
        donnees = super().clean() or {}
        mode, jour = donnees.get("mode"), donnees.get("date_debut")
        if mode and jour and mode_le(self.conseiller, jour) == mode:
            self.add_error("mode", f"C’est déjà sa source le {format_date(jour)}.")
        return donnees
