"""Reading what came from La Coop."""

from __future__ import annotations

from permanences.models import ImportCoop


def derniere_importation() -> ImportCoop | None:
    """The last run that went to its end, whatever the door: its date, origin and counts."""
    return ImportCoop.objects.faits().order_by("-termine_le").first()
