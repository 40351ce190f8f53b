"""Contours for the map: reference data, not figures, so they are not frozen with them."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from territoires.models import Commune
from territoires.selectors import attribution


def carte_du_departement() -> dict[str, Any]:
    """{"communes": [{"code", "siren", "point", "contour"}], "attribution"}; 1 query.

    `contour` is GeoJSON; `point` is the longitude and latitude of the chef-lieu.
    """
    return {
        "communes": [
            {"code": code, "siren": siren, "point": [longitude, latitude], "contour": contour}
            for code, siren, longitude, latitude, contour in Commune.objects.actuelles()
            .filter(departement=settings.DEPARTEMENT)
            .order_by("code")
            .values_list("code", "epci_id", "longitude", "latitude", "contour")
        ],
        "attribution": attribution(),
    }
