"""`donnees` of both reports, from the contract alone: no database, no selector.

On the real EPCI and communes; the « vide » ones have the same keys with nothing in them.
"""

from reporting.tests.exemple.commun import carte, communes_reelles
from reporting.tests.exemple.couverture import couverture, couverture_vide
from reporting.tests.exemple.frequentation import frequentation, frequentation_vide

# What a row says of its page, where the page itself is another test's matter.
SA_PAGE = {
    "page": "rapports/page.html.gz",
    "page_sha256": "b" * 64,
    "moteur": {"weasyprint": "essai"},
}

__all__ = [
    "SA_PAGE",
    "carte",
    "communes_reelles",
    "couverture",
    "couverture_vide",
    "frequentation",
    "frequentation_vide",
]
