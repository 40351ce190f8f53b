"""Territories, and the journal that every model of the service writes to."""

from territoires.models.journal import MOIS_DES_AUTEURS, Evenement, journalise
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
from territoires.models.textes import contrainte_sans_trace, sans_nir, sans_trace

__all__ = [
    "EPCI",
    "MOIS_DES_AUTEURS",
    "Arrondissement",
    "Canton",
    "Commune",
    "CommuneAncienne",
    "Evenement",
    "Nomme",
    "Zonage",
    "contrainte_sans_trace",
    "journalise",
    "sans_nir",
    "sans_trace",
    "valide_code_insee",
]
