"""Rows of a closed month: shown, never changed, with the one sentence that says why."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest

from permanences.models import Mois
from permanences.models.mois import phrase_mois_clos, premier_du_mois


def closed_months(request: HttpRequest) -> dict[dt.date, dt.datetime | None]:
    """{first day: closed since}, read once for a page that may show hundreds of rows."""
    if not hasattr(request, "mois_clos"):
        request.mois_clos = dict(Mois.objects.clos().values_list("premier_jour", "clos_le"))
    return request.mois_clos


class MoisClosMixin:
    """For a ModelAdmin whose rows belong to the month of `champ_date`."""

    champ_date = "date"

    def phrase_figee(self, request: HttpRequest, obj: Any) -> str:
        jour = getattr(obj, self.champ_date)
        clos = closed_months(request)
        mois = premier_du_mois(jour)
        return phrase_mois_clos(jour, clos[mois]) if mois in clos else ""
