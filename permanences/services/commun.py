"""What several acts share: turns, the closed month, texts without anybody's address."""

from __future__ import annotations

import datetime as dt
import re

from django.db import connection

from permanences.models import Mois
from permanences.models.mois import hold_mois, premier_du_mois

# An e-mail, a French phone number, a social-security number: no person helped is ever named.
COORDONNEES = re.compile(r"@|(?:\d[ .\-]?){10}|(?:\d[ ]?){13}")
PHRASE_COORDONNEES = (
    "Ce texte ressemble à une adresse ou à un numéro : n’écrivez aucun nom ni aucune coordonnée."
)


def take_turns(quoi: str) -> None:
    """Those who write the same new row at the same moment (a double click) wait here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [quoi])


def est_clos(jour: dt.date) -> bool:
    hold_mois(jour)
    return Mois.objects.clos().filter(premier_jour=premier_du_mois(jour)).exists()
