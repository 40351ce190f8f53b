"""What several acts share: turns, the closed month, texts without anybody's address."""

from __future__ import annotations

import datetime as dt
import re

from django.db import connection

from permanences.models import Mois
from permanences.models.mois import cle_du_mois, hold_mois, premier_du_mois

# An e-mail, a French phone number, a social-security number: no person helped is ever named.
COORDONNEES = re.compile(r"@|(?:\d[ .\-]?){10}|(?:\d[ ]?){13}")
PHRASE_COORDONNEES = (
    "Ce texte ressemble à une adresse ou à un numéro : n’écrivez aucun nom ni aucune coordonnée."
)


def take_turns(quoi: str, *, mois_de: dt.date | None = None) -> None:
    """Those who write the same new row at the same moment (a double click) wait here.

    `mois_de`: holds the month of that day too, as `hold_mois` does, in the same question.
    """
    verrous: list[str] = ["pg_advisory_xact_lock(hashtextextended(%s, 0))"]
    valeurs: list[str | int] = [quoi]
    if mois_de is not None:
        verrous.append("pg_advisory_xact_lock_shared(%s, %s)")
        valeurs += cle_du_mois(mois_de)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(verrous)}", valeurs)


def est_clos(jour: dt.date, *, tenu: bool = False) -> bool:
    """Whether its month is closed; `tenu`: the month is held already."""
    if not tenu:
        hold_mois(jour)
    return Mois.objects.clos().filter(premier_jour=premier_du_mois(jour)).exists()
