"""Contours for the map: reference data, not figures, so they are not frozen with them."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from territoires.models import Commune
from territoires.selectors import attribution


def carte_du_departement() -> dict[str, Any]:
    """{"communes": [{"code", "siren", "contour"}], "attribution"}; contour is GeoJSON; 1 query."""
    return {
        "communes": [
            {"code": code, "siren": siren, "contour": contour}
            for code, siren, contour in Commune.objects.actuelles()
            .filter(departement=settings.DEPARTEMENT)
            .order_by("code")
            .values_list("code", "epci_id", "contour")
        ],
        "attribution": attribution(),
    }
