"""What every template may say of the instance."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from config.accessibilite import declaration_accessibilite
from conseillers.enums import Role
from conseillers.models import Utilisateur
from permanences.views.envois import compte_of
from territoires.selectors import departement_de_l_instance


def instance(request: HttpRequest) -> dict[str, Any]:
    return {
        "nom_service": settings.NOM_SERVICE,
        "departement": departement_de_l_instance(),
        "maintenant": timezone.now(),
        "proconnect": bool(settings.PROCONNECT_CLIENT_ID),
        "accessibilite": declaration_accessibilite().etat(timezone.localdate()).libelle,
    }


def compte(request: HttpRequest) -> dict[str, str]:
    """Under what an advisor's phone files what it keeps; empty for everybody else."""
    utilisateur = getattr(request, "user", None)
    if isinstance(utilisateur, Utilisateur) and utilisateur.role == Role.CONSEILLER:
        return {"compte": compte_of(utilisateur)}
    return {"compte": ""}
