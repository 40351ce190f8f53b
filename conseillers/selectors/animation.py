"""The numbers of the network over a period, as the coverage report prints them."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count

from conseillers.enums import NatureFormation, NatureRencontre
from conseillers.models import Formation, Rencontre


def animation_du_reseau(premier: dt.date, dernier: dt.date) -> dict[str, int]:
    """Meetings, trainings and certifications: events, not attendances; 3 queries.

    A rencontre counts once, whoever came; a training followed alone counts for whoever follows
    it, on its first day; a certification on the day it is obtained.
    """
    rencontres = dict(
        Rencontre.objects.maintenues()
        .filter(date__range=(premier, dernier))
        .order_by()
        .values_list("nature")
        .annotate(n=Count("pk"))
    )
    seuls = Formation.objects.exclude(nature=NatureFormation.CERTIFICATION)
    obtenues = Formation.objects.filter(nature=NatureFormation.CERTIFICATION)
    return {
        "formation": rencontres.get(NatureRencontre.FORMATION.value, 0)
        + seuls.filter(date__range=(premier, dernier)).count(),
        "certification": obtenues.filter(obtenue_le__range=(premier, dernier)).count(),
        "reunion": rencontres.get(NatureRencontre.REUNION.value, 0),
    }
