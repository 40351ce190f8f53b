"""Every list by a cursor: the last page costs what the first one does, and rows do not slip."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError, transaction
from django.db.models import QuerySet
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

PHRASE = "Ce curseur n’est pas d’ici : suivez « next » depuis la première page."


class Curseur(CursorPagination):
    """In the order that the view declares (`ordre`); nobody chooses another."""

    page_size = 100
    invalid_cursor_message = PHRASE
    offset_cutoff = 5000

    def get_ordering(self, request: Request, queryset: QuerySet, view: Any) -> tuple[str, ...]:
        return tuple(view.ordre)

    def paginate_queryset(
        self, queryset: QuerySet, request: Request, view: Any = None
    ) -> list[Any] | None:
        """A position that is no date, or no text of ours, was forged."""
        try:
            with transaction.atomic():
                return super().paginate_queryset(queryset, request, view)
        except (ValidationError, ValueError, DataError) as erreur:
            raise NotFound(PHRASE) from erreur

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The library's, in the words of OpenAPI 3.1."""
        adresse = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "next": {**adresse, "description": "La page suivante ; nul : il n’y en a plus."},
                "previous": {**adresse, "description": "La page précédente."},
                "results": schema,
            },
        }
