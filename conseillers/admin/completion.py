"""The fields completed while typing, which read again what no list had proposed."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.db import models


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


class CompletionSelect(PossibleMixin, AutocompleteSelect):
    pass


class CompletionSelectMultiple(PossibleMixin, AutocompleteSelectMultiple):
    pass
