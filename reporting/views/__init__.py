"""The screens of the reports: the portal, the comparison, the public page of a printed code."""

from reporting.views.comparaisons import comparaison, comparaison_csv
from reporting.views.donnees import mes_donnees
from reporting.views.portail import (
    detail,
    liste,
    recu,
    telecharger,
    verifier,
    verifier_un_code,
)

__all__ = [
    "comparaison",
    "comparaison_csv",
    "detail",
    "liste",
    "mes_donnees",
    "recu",
    "telecharger",
    "verifier",
    "verifier_un_code",
]
