"""ProConnect, the State's sign-in for public agents: OpenID Connect as its documentation asks.

Source: numerique-gouv/proconnect-documentation, « Implémentation technique » and « claim amr »:
a state and a nonce of 32 characters at least, no other parameter than those listed, user
information as a signed JWT, and a sign-out that leads the browser to the provider.

It opens the accounts that the Département has opened, and makes none.
"""

from __future__ import annotations

import contextlib
import json
import secrets
from typing import Any

import jwt
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.models import SocialLogin, SocialToken
from allauth.socialaccount.providers.base.constants import AuthError
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from conseillers.enums import MotifRefus
from conseillers.models import Utilisateur
from conseillers.recepteurs import origin_of
from conseillers.services import note_connexion_refusee

FOURNISSEUR = "proconnect"
# Chosen when the service is declared to ProConnect; a secret shared with it (HS256) is not taken.
ALGORITHMES = ["RS256", "ES256"]
# What is asked of the identity provider, through ProConnect, about how the person signed in.
DEMANDES = {"id_token": {"amr": {"essential": True}, "acr": {"essential": True}}}


class Fournisseur(OpenIDConnectProvider):
    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        """Nothing of the address but `next`: a stranger's link chooses neither scope nor claims."""
        kwargs = super().get_redirect_from_request_kwargs(request)
        nonce = secrets.token_urlsafe(32)
        kwargs |= {
            "process": "login",
            "scope": self.get_scope(),
            "auth_params": {"nonce": nonce, "claims": json.dumps(DEMANDES)},
            "nonce": nonce,
        }
        return kwargs

    def get_oauth2_adapter(self, request: HttpRequest) -> Protocole:
        return Protocole(request, FOURNISSEUR)

    def get_callback_url(self) -> str:
        return reverse("proconnect_retour")

    def extract_extra_data(self, data: Any) -> dict[str, Any]:
        """Nothing is kept of what ProConnect says but who it was."""
        return {}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"email": data["userinfo"].get("email", "")}


class Protocole(OpenIDConnectOAuth2Adapter):
    def get_provider(self) -> Fournisseur:
        return Fournisseur(self.request, app=super().get_provider().app)

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        # As declared to ProConnect, whatever Host was asked for.
        return settings.SITE_URL + reverse("proconnect_retour")

    def complete_login(
        self, request: HttpRequest, app: Any, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        brut = kwargs["response"].get("id_token", "")
        identite = self._decode(app, brut)
        personne = self._fetch_user_info(token.token)
        if personne.get("sub") != identite.get("sub"):
            raise OAuth2Error("userinfo of somebody else")
        login = self.get_provider().sociallogin_from_response(
            request, {"userinfo": personne, "id_token": identite}
        )
        login.proconnect = {
            "id_token": brut,
            "double": is_double(identite),
            "fin_de_session": self.openid_config.get("end_session_endpoint", ""),
        }
        login.nonce = identite.get("nonce")
        login.courriel = str(personne.get("email", "")).strip().lower()
        return login

    def _fetch_user_info(self, access_token: str) -> dict[str, Any]:
        """A signed JWT (ProConnect), or plain JSON over TLS (other providers)."""
        with get_adapter().get_requests_session() as liaison:
            reponse = liaison.get(
                self.profile_url, headers={"Authorization": f"Bearer {access_token}"}
            )
            reponse.raise_for_status()
        if reponse.headers.get("Content-Type", "").startswith("application/jwt"):
            return self._decode(self.get_provider().app, reponse.text)
        return reponse.json()

    def _decode(self, app: Any, jeton: str) -> dict[str, Any]:
        """Signed by one of the provider's public keys, for us, and not too old."""
        with get_adapter().get_requests_session() as liaison:
            reponse = liaison.get(self.openid_config["jwks_uri"])
            reponse.raise_for_status()
        try:
            numero = jwt.get_unverified_header(jeton).get("kid")
            cles = jwt.PyJWKSet.from_dict(reponse.json()).keys
            return _verified(
                jeton,
                [cle for cle in cles if numero in (None, cle.key_id)],
                issuer=self._issuer(),
                audience=app.client_id,
            )
        except jwt.PyJWTError as erreur:
            raise OAuth2Error("jeton refusé") from erreur

    def _issuer(self) -> str:
        """Of the address that the settings name: no other may speak in its place."""
        dit = str(self.openid_config["issuer"])
        attendu = self.get_provider().app.settings["server_url"]
        attendu = attendu.partition("/.well-known/")[0]
        if dit.rstrip("/") != attendu.rstrip("/"):
            raise OAuth2Error("metadata of another issuer")
        return dit


def _verified(jeton: str, cles: list[jwt.PyJWK], **attendu: str) -> dict[str, Any]:
    """What the token says. Raises PyJWTError when none of these keys signed it."""
    for cle in cles:
        with contextlib.suppress(jwt.InvalidSignatureError):
            return jwt.decode(
                jeton, cle, algorithms=ALGORITHMES, options={"require": ["exp"]}, **attendu
            )
    raise jwt.InvalidSignatureError


def is_double(identite: dict[str, Any]) -> bool:
    """Two factors, says the identity provider: by its level (`acr`) or its methods (`amr`)."""
    amr = identite.get("amr") or []
    methodes = {amr} if isinstance(amr, str) else set(amr)
    return identite.get("acr") in settings.PROCONNECT_ACR_DOUBLE or "mfa" in methodes


class RapprochementAdapter(DefaultSocialAccountAdapter):
    """Which account of ours is the person that ProConnect names."""

    def generate_state_param(self, state: dict[str, Any]) -> str:
        return secrets.token_urlsafe(32)

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Joining an account to ProConnect is what its owner has just done."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        if sociallogin.nonce != sociallogin.state.get("nonce"):
            raise PermissionDenied("nonce")
        if not sociallogin.is_existing:
            self._join(request, sociallogin)
        compte = sociallogin.user
        assert isinstance(compte, Utilisateur)
        if not compte.est_ouvert_le(timezone.localdate()):
            raise ImmediateHttpResponse(refuse(request, "ferme", sociallogin.courriel))

    def _join(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """By the address, the first time; then by ProConnect's own number of the person."""
        compte = Utilisateur.objects.filter(courriel=sociallogin.courriel).first()
        if compte is None:
            raise ImmediateHttpResponse(refuse(request, "inconnu", sociallogin.courriel))
        sociallogin.connect(request, compte)

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: Any = None,
    ) -> None:
        motif = "abandon" if error == AuthError.CANCELLED else "panne"
        raise ImmediateHttpResponse(refuse(request, motif))


def refuse(request: HttpRequest, motif: str, courriel: str = "") -> HttpResponse:
    """A page that says what happened and what to do: abandon, ferme, inconnu or panne."""
    if motif in ("ferme", "inconnu"):
        note_connexion_refusee(courriel=courriel, motif=MotifRefus.PROCONNECT, **origin_of(request))
    statut = {"abandon": 200, "panne": 401}.get(motif, 403)
    return render(
        request, "proconnect/refus.html", {"motif": motif, "courriel": courriel}, status=statut
    )
