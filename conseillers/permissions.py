"""Who may do what: the role decides, alone. Django's groups and permissions are not used."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from conseillers.enums import PorteeApi, Role
from conseillers.models import Utilisateur

Personne = Utilisateur | AnonymousUser
View = Callable[..., HttpResponseBase]


class ComptesOuverts(AuthenticationBackend):
    """Signs in, and keeps signed in, the accounts that are open today."""

    def user_can_authenticate(self, user: Any) -> bool:
        return isinstance(user, Utilisateur) and user.est_ouvert_le(timezone.localdate())


def has_role(personne: Personne, *roles: str) -> bool:
    return isinstance(personne, Utilisateur) and personne.is_active and personne.role in roles


def is_gestionnaire(personne: Personne) -> bool:
    return has_role(personne, Role.GESTIONNAIRE)


def may_open_admin(personne: Personne) -> bool:
    """The Département's staff: gestionnaires write, the direction reads."""
    return has_role(personne, Role.GESTIONNAIRE, Role.DIRECTION)


def role_required(*roles: str) -> Callable[[View], View]:
    """The view answers 403 to any other role, on the server's side, whatever the menu shows."""

    def decorator(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not has_role(request.user, *roles):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return wrapped

    return decorator


_LUES = (PorteeApi.TERRITOIRES, PorteeApi.PLAN, PorteeApi.SEANCES)
# What a token may open for each role: nothing that would always be empty or refused.
PORTEES: dict[str, tuple[PorteeApi, ...]] = {
    Role.CONSEILLER: (*_LUES, PorteeApi.PLAN_ECRIRE, PorteeApi.SEANCES_ECRIRE),
    Role.EMPLOYEUR: _LUES,
    Role.PREFECTURE: (PorteeApi.TERRITOIRES, PorteeApi.SEANCES, PorteeApi.RAPPORTS),
    Role.GESTIONNAIRE: (*_LUES, PorteeApi.PLAN_ECRIRE, PorteeApi.RAPPORTS),
    Role.DIRECTION: (*_LUES, PorteeApi.RAPPORTS),
}


def portees_of(personne: Personne) -> tuple[PorteeApi, ...]:
    """What a token of this account may be asked to open."""
    return PORTEES.get(personne.role, ()) if isinstance(personne, Utilisateur) else ()
