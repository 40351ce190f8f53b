"""Filters of the API that refuse what they cannot read, where the library would ignore it."""

from __future__ import annotations

from typing import Any

from django import forms
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema_field

SMALLINT_MAX = 32_767


@extend_schema_field({"type": "string", "enum": ["true", "false"]})
class OuiNonFilter(filters.TypedChoiceFilter):
    def __init__(self, *args: Any, **options: Any) -> None:
        options |= {
            "choices": (("true", "oui"), ("false", "non")),
            "coerce": "true".__eq__,
            "empty_value": None,
        }
        super().__init__(*args, **options)


@extend_schema_field({"type": "integer", "minimum": 0, "maximum": SMALLINT_MAX})
class NumeroFilter(filters.Filter):
    """A small whole number: a poste, a version."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, min_value=0, max_value=SMALLINT_MAX, **options)
