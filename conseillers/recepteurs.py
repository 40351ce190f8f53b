"""What the libraries of sign-in announce, written into the journal of security.

Their signals are their only hook. Nothing is decided here: a line is noted, and that is all.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib.auth import signals
from django.http import HttpRequest

from conseillers.enums import GenreSecurite
from conseillers.models import Utilisateur
from conseillers.services import note_connexion_refusee, note_securite

# allauth's names for how somebody signed in, and for what a second factor is.
METHODES = {
    "password": "mot de passe",
    "socialaccount": "ProConnect",
    "mfa": "second facteur",
    "code": "code reçu par courriel",
}
FACTEURS = {
    "totp": "application d’authentification",
    "webauthn": "clé d’accès",
    "recovery_codes": "codes de secours",
}
# Under which name a library gives the address that was typed.
SAISIS = ("courriel", "email", "username", "login")


def origin_of(request: HttpRequest | None) -> dict[str, str]:
    """{request_ip, agent} of `note_securite`."""
    if request is None:
        return {"request_ip": "", "agent": ""}
    return {
        "request_ip": request.META.get("REMOTE_ADDR", ""),
        "agent": request.META.get("HTTP_USER_AGENT", ""),
    }


def connect() -> None:
    """Called once, when the app is ready; allauth's own where it is installed."""
    signals.user_logged_in.connect(_signed_in, dispatch_uid="securite")
    signals.user_logged_out.connect(_signed_out, dispatch_uid="securite")
    signals.user_login_failed.connect(_refused, dispatch_uid="securite")
    if apps.is_installed("allauth.account"):
        from allauth.account import signals as compte

        compte.password_set.connect(_password_changed, dispatch_uid="securite")
        compte.password_changed.connect(_password_changed, dispatch_uid="securite")
        compte.password_reset.connect(_password_chosen, dispatch_uid="securite")
    if apps.is_installed("allauth.mfa"):
        from allauth.mfa import signals as facteur

        facteur.authenticator_added.connect(_factor_added, dispatch_uid="securite")
        facteur.authenticator_removed.connect(_factor_removed, dispatch_uid="securite")
        facteur.authenticator_reset.connect(_codes_shown, dispatch_uid="securite")
        facteur.authenticator_used.connect(_factor_used, dispatch_uid="securite")
        facteur.authentication_failed.connect(_factor_refused, dispatch_uid="securite")


# --- Django's -------------------------------------------------------------------------------


def _signed_in(request: HttpRequest | None = None, user: Any = None, **_reste: Any) -> None:
    _note(GenreSecurite.CONNEXION, request, user, _methods_of(request))


def _signed_out(request: HttpRequest | None = None, user: Any = None, **_reste: Any) -> None:
    if isinstance(user, Utilisateur):
        _note(GenreSecurite.DECONNEXION, request, user)


def _refused(credentials: dict[str, Any], request: Any = None, **_reste: Any) -> None:
    saisi = next((str(credentials[nom]) for nom in SAISIS if credentials.get(nom)), "")
    note_connexion_refusee(courriel=saisi, **origin_of(request))


def _methods_of(request: HttpRequest | None) -> str:
    """« mot de passe, second facteur », where allauth wrote it down."""
    faites = getattr(request, "session", {}).get("account_authentication_methods", [])
    noms = [METHODES.get(faite.get("method", ""), "") for faite in faites]
    return ", ".join(dict.fromkeys(filter(None, noms)))


# --- allauth's ------------------------------------------------------------------------------


def _password_changed(request: HttpRequest, user: Any, **_reste: Any) -> None:
    _note(GenreSecurite.MOT_DE_PASSE_CHANGE, request, user)


def _password_chosen(request: HttpRequest, user: Any, **_reste: Any) -> None:
    # Who has never signed in answers the invitation.
    invite = user.last_login is None
    genre = GenreSecurite.INVITATION_ACCEPTEE if invite else GenreSecurite.MOT_DE_PASSE_CHOISI
    _note(genre, request, user)


def _factor_added(request: HttpRequest, user: Any, authenticator: Any, **_reste: Any) -> None:
    codes = authenticator.type == "recovery_codes"
    genre = GenreSecurite.CODES_MONTRES if codes else GenreSecurite.FACTEUR_AJOUTE
    _note(genre, request, user, "" if codes else _factor(authenticator))


def _factor_removed(request: HttpRequest, user: Any, authenticator: Any, **_reste: Any) -> None:
    _note(GenreSecurite.FACTEUR_RETIRE, request, user, _factor(authenticator))


def _codes_shown(request: HttpRequest, user: Any, **_reste: Any) -> None:
    _note(GenreSecurite.CODES_MONTRES, request, user, "nouveaux codes")


def _factor_used(request: HttpRequest, user: Any, authenticator: Any, **_reste: Any) -> None:
    _note(GenreSecurite.FACTEUR_UTILISE, request, user, _factor(authenticator))


def _factor_refused(
    request: HttpRequest, user: Any, authenticator: Any = None, **_reste: Any
) -> None:
    _note(GenreSecurite.FACTEUR_REFUSE, request, user, _factor(authenticator))


def _factor(authenticator: Any) -> str:
    return FACTEURS.get(getattr(authenticator, "type", ""), "")


def _note(genre: str, request: HttpRequest | None, user: Any, detail: str = "") -> None:
    note_securite(genre=genre, utilisateur=user, detail=detail, **origin_of(request))
