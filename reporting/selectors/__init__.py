"""Every figure, read once (contrat/rapports.md): screens, CSV, API and PDF start here."""

from reporting.selectors.donnees import GABARIT, donnees_du_mois
from reporting.selectors.verifications import Verification, verifications

__all__ = ["GABARIT", "Verification", "donnees_du_mois", "verifications"]
