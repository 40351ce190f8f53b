"""`donnees` of both reports, from the contract alone: no database, no selector.

On the real EPCI and communes; the « vide » ones have the same keys with nothing in them.
"""

from reporting.tests.exemple.commun import carte, communes_reelles
from reporting.tests.exemple.couverture import couverture, couverture_vide
from reporting.tests.exemple.frequentation import frequentation, frequentation_vide

__all__ = [
    "carte",
    "communes_reelles",
    "couverture",
    "couverture_vide",
    "frequentation",
    "frequentation_vide",
]
