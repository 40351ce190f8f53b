"""Territories, and the journal that every model of the service writes to."""

from territoires.models.journal import Evenement, journalise
from territoires.models.territoire import (
    EPCI,
    Arrondissement,
    Canton,
    Commune,
    CommuneAncienne,
    Nomme,
    Zonage,
    valide_code_insee,
)

__all__ = [
    "EPCI",
    "Arrondissement",
    "Canton",
    "Commune",
    "CommuneAncienne",
    "Evenement",
    "Nomme",
    "Zonage",
    "journalise",
    "valide_code_insee",
]
