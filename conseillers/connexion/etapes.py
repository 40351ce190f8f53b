"""The step of the second factor, between the password and the service."""

from __future__ import annotations

from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest

from conseillers.connexion.second_facteur import CLE_PROCONNECT


class SecondFacteur(AuthenticateStage):
    def _should_handle(self, request: HttpRequest) -> bool:
        if request.session.get(CLE_PROCONNECT, {}).get("double"):
            return False
        return super()._should_handle(request)
