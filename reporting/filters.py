"""How the API's list of reports is narrowed."""

from __future__ import annotations

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema_field

from reporting.models import Rapport
from territoires.filters import NumeroFilter

MOTIF_MOIS = r"^(19|20)\d\d-(0[1-9]|1[0-2])$"


@extend_schema_field({"type": "string", "pattern": MOTIF_MOIS, "example": "2026-10"})
class MoisFilter(filters.DateFilter):
    pass


class RapportFilter(filters.FilterSet):
    mois = MoisFilter("mois", input_formats=["%Y-%m"], label="Mois (AAAA-MM)")
    version = NumeroFilter("version", label="Version ; 0 : provisoire")

    class Meta:
        model = Rapport
        fields = ("type", "statut")
