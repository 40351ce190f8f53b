"""The screens of the reports: the portal, the comparison, the public page of a printed code."""

from reporting.views.comparaisons import comparaison, comparaison_csv
from reporting.views.donnees import mes_donnees
from reporting.views.ouvertes import (
    chiffres_du_departement,
    chiffres_par_epci,
    datapackage,
    donnees_ouvertes,
)
from reporting.views.portail import (
    detail,
    liste,
    recu,
    telecharger,
    verifier,
    verifier_un_code,
)

__all__ = [
    "chiffres_du_departement",
    "chiffres_par_epci",
    "comparaison",
    "comparaison_csv",
    "datapackage",
    "detail",
    "donnees_ouvertes",
    "liste",
    "mes_donnees",
    "recu",
    "telecharger",
    "verifier",
    "verifier_un_code",
]
