"""The month of an address."""

import datetime as dt

from django.http import Http404


def read_month(cle: str) -> dt.date:
    """« 2026-10 » -> its first day; Http404 for anything else."""
    try:
        mois = dt.datetime.strptime(cle, "%Y-%m").date()
    except ValueError as erreur:
        raise Http404("Un mois s’écrit AAAA-MM, par exemple 2026-10.") from erreur
    if not 2000 <= mois.year < 2100:  # its figures look a year back and to the next month
        raise Http404("Ce mois n’est pas du programme.")
    return mois
