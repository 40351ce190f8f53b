"""What django-allauth asks of us: whose account opens, how long, and by which door messages go."""

from __future__ import annotations

import base64
import hashlib
import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from conseillers.connexion.second_facteur import CLE_PROCONNECT
from conseillers.enums import MotifRefus, NatureCourriel, Role
from conseillers.models import Utilisateur
from conseillers.recepteurs import origin_of
from conseillers.services import note_connexion_refusee, send_courriel

logger = logging.getLogger(__name__)

# allauth's own name of a message -> what it says, in our template `courriels/securite`.
AVIS = {
    "account/email/password_changed": "Votre mot de passe vient d’être changé.",
    "account/email/password_reset": "Votre mot de passe vient d’être choisi de nouveau.",
    "mfa/email/totp_activated": "Une application de codes vient d’être ajoutée à votre compte.",
    "mfa/email/totp_deactivated": "L’application de codes vient d’être retirée de votre compte.",
    "mfa/email/webauthn_added": "Une clé d’accès vient d’être ajoutée à votre compte.",
    "mfa/email/webauthn_removed": "Une clé d’accès vient d’être retirée de votre compte.",
    "mfa/email/recovery_codes_generated": "De nouveaux codes de secours viennent d’être faits.",
}

# What is told on the next page, by allauth's name; its other messages say what one sees.
CONFIRMATIONS = {
    "account/messages/password_changed.txt": "Votre mot de passe est changé.",
    "mfa/messages/totp_activated.txt": "L’application de codes est ajoutée.",
    "mfa/messages/totp_deactivated.txt": "L’application de codes est retirée.",
    "mfa/messages/webauthn_added.txt": "La clé d’accès est ajoutée.",
    "mfa/messages/webauthn_removed.txt": "La clé d’accès est retirée.",
    "mfa/messages/recovery_codes_generated.txt": "De nouveaux codes de secours sont faits.",
}


class CompteAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "Ce courriel et ce mot de passe ne vont pas ensemble. Vérifiez "
        "les deux, ou demandez un nouveau mot de passe ci-dessous.",
        "too_many_login_attempts": "Trop d’essais pour ce compte : attendez cinq minutes, ou "
        "demandez un nouveau mot de passe ci-dessous.",
        "incorrect_password": "Ce n’est pas votre mot de passe : vérifiez-le.",
        "enter_current_password": "Ce n’est pas votre mot de passe actuel : vérifiez-le.",
        "rate_limited": "Trop d’essais : attendez quelques minutes.",
    }

    def get_client_ip(self, request: HttpRequest) -> str:
        """The visitor's, whatever the proxies: config.securite.TellAdresseMiddleware."""
        return request.META.get("REMOTE_ADDR") or "0.0.0.0"

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody opens an account alone: the Département invites."""
        return False

    def get_login_stages(self) -> list[str]:
        """A second factor that ProConnect has already asked for is not asked for again."""
        ours = "conseillers.connexion.etapes.SecondFacteur"
        return [
            ours if etape == "allauth.mfa.stages.AuthenticateStage" else etape
            for etape in super().get_login_stages()
        ]

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        assert isinstance(user, Utilisateur)
        if not user.est_ouvert_le(timezone.localdate()):
            return redirect("account_inactive")
        request.session.pop(CLE_PROCONNECT, None)
        if sociallogin := (kwargs.get("signal_kwargs") or {}).get("sociallogin"):
            request.session[CLE_PROCONNECT] = sociallogin.proconnect
        return super().pre_login(request, user, **kwargs)

    def login(self, request: HttpRequest, user: Any) -> None:
        """A working day at the office; two weeks on an advisor's phone, often without network."""
        super().login(request, user)
        request.session.set_expiry(session_of(user))

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *args: Any,
        message: str | None = None,
        **kwargs: Any,
    ) -> None:
        message = message or CONFIRMATIONS.get(message_template or "")
        if message:
            messages.add_message(request, level, message)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Too many tries never reach the password: the signal of a refusal would not be sent."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            note_connexion_refusee(
                courriel=str(credentials.get("email", "")),
                motif=MotifRefus.TROP_D_ESSAIS,
                **origin_of(request),
            )
            raise

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return "/compte/"

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: Any = None, email: str | None = None
    ) -> None:
        """By the one door of the messages, in our words."""
        send_courriel(
            destinataires=[user.courriel],
            gabarit="securite",
            contexte={"avis": AVIS[template_prefix], "parti": False},
            objet=f"{settings.NOM_SERVICE} : votre compte a changé",
            nature=NatureCourriel.COMPTE,
        )


def session_of(utilisateur: Utilisateur) -> int:
    """Seconds from the sign-in, or from the last time that one confirmed who one is."""
    if utilisateur.role == Role.CONSEILLER:
        return settings.SESSION_TELEPHONE_SECONDES
    return settings.SESSION_BUREAU_SECONDES


class SecondFacteurAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "Ce code n’est pas le bon, ou il a changé entre-temps : prenez celui qui "
        "s’affiche maintenant.",
    }

    def get_totp_issuer(self) -> str:
        return settings.NOM_SERVICE

    def _get_site_name(self) -> str:
        return settings.NOM_SERVICE

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        nombre = Authenticator.objects.filter(user=user, type=type).count()
        return "Clé d’accès" if not nombre else f"Clé d’accès n° {nombre + 1}"

    def encrypt(self, text: str) -> str:
        """A copy of the database alone gives nobody's codes."""
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return _fernet().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as erreur:
            logger.error("a second factor is unreadable: see SECRET_KEY_FALLBACKS")
            page = render(context.request, "mfa/illisible.html", status=403)
            raise ImmediateHttpResponse(page) from erreur


def _fernet() -> MultiFernet:
    """Of SECRET_KEY, or of the former ones: changing it asks nobody to set up a factor again."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    empreintes = [hashlib.sha256(b"second facteur:" + s.encode()).digest() for s in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(e)) for e in empreintes])
