"""Who may say what became of a date of the plan."""

from __future__ import annotations

import datetime as dt

from conseillers.enums import Role
from conseillers.models import Affectation, Utilisateur
from conseillers.permissions import has_role, is_gestionnaire
from permanences.models import Creneau


def may_set_occurrence(utilisateur: Utilisateur, creneau: Creneau, jour: dt.date) -> bool:
    """The Département, or the one who held the poste that day: not a former holder."""
    if is_gestionnaire(utilisateur):
        return True
    return (
        has_role(utilisateur, Role.CONSEILLER)
        and Affectation.objects.actif_le(jour)
        .filter(poste=creneau.poste_id, conseiller__utilisateur=utilisateur)
        .exists()
    )
