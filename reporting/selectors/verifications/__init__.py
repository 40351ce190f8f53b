"""Checks before closing (docs/controles.md): what blocks, what warns, what is printed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from reporting.selectors.contexte import Contexte, read_contexte
from reporting.selectors.couverture import couverture
from reporting.selectors.frequentation import frequentation
from reporting.selectors.verifications.base import Verification
from reporting.selectors.verifications.programme import checks_of_programme
from reporting.selectors.verifications.seances import checks_of_seances
from reporting.selectors.verifications.sources import checks_of_sources
from reporting.selectors.verifications.territoire import checks_of_territoire
from reporting.selectors.verifications.totaux import checks_of_totals

__all__ = ["Verification", "verifications", "verifications_du_contexte"]

_ORDRE = {"bloquant": 0, "avertissement": 1, "information": 2}


def verifications(mois: dt.date) -> list[Verification]:
    """What would stop or qualify the clôture of this month, the blocking checks first."""
    c = read_contexte(mois)
    return verifications_du_contexte(c, couverture(c), frequentation(c))


def verifications_du_contexte(
    c: Contexte, couvert: dict[str, Any], frequente: dict[str, Any], *, nommer: bool = True
) -> list[Verification]:
    """`nommer`: with the séances found, for staff; a report prints their number only."""
    constats = [
        *checks_of_totals(c, couvert, frequente),
        *checks_of_seances(c, nommer=nommer),
        *checks_of_sources(c),
        *checks_of_programme(c, couvert),
        *checks_of_territoire(c),
    ]
    return sorted((v for v in constats if v.nombre), key=lambda v: _ORDRE[v.niveau])
