"""The figures of a month counted again, by hand: plain Python over the CSV files.

It shares nothing with the application: no Django, no SQL, its own dates, holidays and
distances. What it knows comes from the definitions of the two reports alone, so that a
disagreement with `reporting.selectors` is a mistake on one of the two sides.
"""

import calendar
import datetime as dt

from reporting.tests.recount.base import DEPARTEMENT, Programme, day
from reporting.tests.recount.couverture import couverture
from reporting.tests.recount.frequentation import frequentation

__all__ = ["Programme", "recount"]


def recount(programme: Programme, mois: dt.date) -> dict[str, dict]:
    """{"couverture": …, "frequentation": …}: every key of the contract, provisional."""
    premier = mois.replace(day=1)
    nombre = calendar.monthrange(premier.year, premier.month)[1]
    jours = [premier + dt.timedelta(days=n) for n in range(nombre)]
    seances = [s for s in programme.seances if jours[0] <= day(s["date"]) <= jours[-1]]
    entete = {
        "schema": 1,
        "departement": DEPARTEMENT,
        "mois": f"{premier:%Y-%m}",
        "version": 0,
        "provisoire": True,
        "completude": programme.completeness(jours),
    }
    return {
        "couverture": entete | {"type": "couverture"} | couverture(programme, jours, seances),
        "frequentation": entete | {"type": "frequentation"} | frequentation(programme, seances),
    }
