"""What OPTIONS says of an address of the API: its methods; its fields are in the schema."""

from __future__ import annotations

from typing import Any

from rest_framework.metadata import SimpleMetadata
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request


class Sobre(SimpleMetadata):
    def determine_metadata(self, request: Request, view: Any) -> dict[str, Any]:
        # Of a table in CSV too it is JSON.
        request.accepted_renderer = JSONRenderer()
        request.accepted_media_type = JSONRenderer.media_type
        return super().determine_metadata(request, view)

    def determine_actions(self, request: Request, view: Any) -> dict[str, Any]:
        return {}
