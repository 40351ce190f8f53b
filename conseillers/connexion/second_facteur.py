"""Who must prove who they are twice, and whether this session did.

ANSSI, « Recommandations relatives à l'authentification multifacteur » (2021): several factors for
those who administer and for those who read from another organisation. The roles are a setting.
"""

from __future__ import annotations

import time

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

from conseillers.models import Utilisateur

# Kept in the session by ProConnect's answer: {"id_token": …, "double": bool, "fin_de_session": …}.
CLE_PROCONNECT = "proconnect"


def is_required(utilisateur: Utilisateur) -> bool:
    return utilisateur.role in settings.SECOND_FACTEUR_ROLES


def has_one(utilisateur: Utilisateur) -> bool:
    """An application or a key; recovery codes alone are none."""
    types = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return Authenticator.objects.filter(user=utilisateur, type__in=types).exists()


def is_proven(request: HttpRequest) -> bool:
    """In this session: by a code or a key of ours, or by ProConnect, which says so.

    A factor that was removed since proves nothing any more.
    """
    if request.session.get(CLE_PROCONNECT, {}).get("double"):
        return True
    preuves = get_authentication_records(request, request.user)
    return any(preuve["method"] == "mfa" for preuve in preuves) and has_one(request.user)


def note_proof(request: HttpRequest, type_de_preuve: str) -> None:
    """A second factor that has just been set up was used to do so."""
    record_authentication(request, request.user, "mfa", type=type_de_preuve, at_setup=time.time())
