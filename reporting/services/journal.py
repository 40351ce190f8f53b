"""Acts on a month, kept as long as its reports."""

from __future__ import annotations

import datetime as dt

from conseillers.models import Utilisateur
from reporting.enums import NatureActe
from reporting.models import Acte


def write_acte(
    mois: dt.date,
    nature: NatureActe,
    version: int,
    utilisateur: Utilisateur | None,
    motif: str = "",
) -> None:
    """Raises ValidationError for a reason that leads to somebody: a report prints it."""
    acte = Acte(
        mois=mois, nature=nature, version=version, utilisateur=utilisateur, motif=motif[:300]
    )
    acte.clean_fields(exclude=["utilisateur"])
    acte.save()
