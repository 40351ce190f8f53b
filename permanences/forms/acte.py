"""What the forms of an act share: a service decides, its refusals come back beside the fields."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError


class ActeForm(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)

    def add_service_errors(self, erreur: ValidationError) -> None:
        """Each sentence beside its field; one that has no field here, at the head of the form."""
        if not hasattr(erreur, "error_dict"):
            self.add_error(None, erreur)
            return
        for nom, messages in erreur.message_dict.items():
            connu = nom != NON_FIELD_ERRORS and nom in self.fields
            self.add_error(nom if connu else None, messages)
