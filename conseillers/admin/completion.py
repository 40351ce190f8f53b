"""The fields completed while typing, which read again what no list had proposed."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import FieldDoesNotExist, PermissionDenied, ValidationError
from django.db import models
from django.http import HttpRequest


class PossibleMixin:
    """Django looks for what was sent before it is known to be a key: « 1,5 » would fail there."""

    field: models.ForeignKey | models.ManyToManyField

    def optgroups(self, name: str, value: list[Any], attr: Any = None) -> Any:
        return super().optgroups(name, [v for v in value if self._is_possible(v)], attr)

    def _is_possible(self, valeur: Any) -> bool:
        distant = self.field.remote_field
        nom = getattr(distant, "field_name", None) or distant.model._meta.pk.name
        try:
            distant.model._meta.get_field(nom).to_python(valeur)
        except ValidationError:
            return False
        return "\0" not in str(valeur)


class CompletionView(AutocompleteJsonView):
    """Answers for a column that points at rows, whatever name is typed in the address."""

    def process_request(self, request: HttpRequest) -> Any:
        try:
            source = apps.get_model(request.GET["app_label"], request.GET["model_name"])
            champ = source._meta.get_field(request.GET["field_name"])
        except (KeyError, LookupError, ValueError, FieldDoesNotExist) as erreur:
            raise PermissionDenied from erreur
        # Seen from the other side, a relation has no list to complete: Django breaks on it.
        if not (champ.concrete and champ.remote_field):
            raise PermissionDenied
        return super().process_request(request)


class CompletionSelect(PossibleMixin, AutocompleteSelect):
    pass


class CompletionSelectMultiple(PossibleMixin, AutocompleteSelectMultiple):
    pass
