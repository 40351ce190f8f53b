"""Who reads the reports, and who says « Reçu »."""

from conseillers.enums import Role
from conseillers.permissions import Personne, has_role
from reporting.models import TRANSMIS, Rapport

LECTEURS = (Role.GESTIONNAIRE, Role.DIRECTION, Role.PREFECTURE)


def may_receive(personne: Personne, rapport: Rapport) -> bool:
    """The Préfecture alone, once, for a report that was transmitted."""
    return (
        has_role(personne, Role.PREFECTURE)
        and rapport.statut in TRANSMIS
        and rapport.recu_le is None
    )
