"""Accounts: what is ours around django-allauth's pages."""

from __future__ import annotations

import logging
import secrets
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.mfa.base.views import IndexView
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import TemplateView
from requests import RequestException

from conseillers.connexion.proconnect import FOURNISSEUR, Protocole, refuse
from conseillers.connexion.second_facteur import CLE_PROCONNECT, has_one, is_required, note_proof
from conseillers.enums import GenreSecurite
from conseillers.provenance import browser_family
from conseillers.recepteurs import origin_of
from conseillers.selectors.securite import connexions_de
from conseillers.services import note_securite

logger = logging.getLogger(__name__)


class Compte(TemplateView):
    template_name = "account/compte.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **kwargs,
            second_facteur=has_one(self.request.user),
            exige=is_required(self.request.user),
            connexions=connexions_de(self.request.user),
        )


@require_POST
@login_not_required
def deconnexion(request: HttpRequest) -> HttpResponse:
    """Out of the service, then out of ProConnect where the session came from it.

    The browser is led there by a page: sent there from this form, it would have to be allowed to
    post to every identity provider (form-action).
    """
    proconnect = request.session.get(CLE_PROCONNECT)
    get_adapter(request).logout(request)
    if not (proconnect and proconnect["fin_de_session"]):
        return redirect(settings.LOGOUT_REDIRECT_URL)
    etat = secrets.token_urlsafe(32)
    request.session["proconnect_fin"] = etat
    question = {
        "id_token_hint": proconnect["id_token"],
        "state": etat,
        "post_logout_redirect_uri": settings.SITE_URL + reverse("proconnect_fin"),
    }
    adresse = f"{proconnect['fin_de_session']}?{urlencode(question)}"
    reponse = render(request, "proconnect/deconnexion.html", {"adresse": adresse})
    reponse["Cache-Control"] = "no-store"
    return reponse


# --- ProConnect ----------------------------------------------------------------------------


def _ask(etape: type[OAuth2LoginView] | type[OAuth2CallbackView], request: HttpRequest) -> Any:
    """One step with ProConnect. Away, or answering what it should not: a page says so."""
    if not settings.PROCONNECT_CLIENT_ID:
        raise Http404
    try:
        return etape.adapter_view(Protocole(request, FOURNISSEUR))(request)
    except (RequestException, ValueError, KeyError):
        logger.warning("ProConnect away", exc_info=True)
        return refuse(request, "panne")


@require_safe
@login_not_required
@never_cache
def proconnect_connexion(request: HttpRequest) -> HttpResponseBase:
    return _ask(OAuth2LoginView, request)


@require_safe
@login_not_required
@never_cache
def proconnect_retour(request: HttpRequest) -> HttpResponseBase:
    return _ask(OAuth2CallbackView, request)


@require_safe
@login_not_required
def proconnect_fin(request: HttpRequest) -> HttpResponse:
    """Back from ProConnect, signed out there too."""
    attendu = request.session.pop("proconnect_fin", "")
    if attendu and secrets.compare_digest(attendu, request.GET.get("state", "")):
        messages.success(request, "Vous êtes déconnecté du service et de ProConnect.")
    return redirect(settings.LOGIN_URL)


# --- Second factor -------------------------------------------------------------------------


class SecondFacteur(IndexView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        types = Authenticator.Type
        miens = {type: [] for type in types}
        for facteur in Authenticator.objects.filter(user=self.request.user).order_by("pk"):
            miens[types(facteur.type)].append(facteur)
        secours = next(iter(miens[types.RECOVERY_CODES]), None)
        return {
            "application": next(iter(miens[types.TOTP]), None),
            "cles": miens[types.WEBAUTHN],
            "secours": secours,
            "secours_restants": len(secours.wrap().get_unused_codes()) if secours else 0,
            "en_place": bool(miens[types.TOTP] or miens[types.WEBAUTHN]),
            "exige": is_required(self.request.user),
        }


class ApplicationDeCodes(ActivateTOTPView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        contexte = super().get_context_data(**kwargs)
        secret = contexte["form"].secret
        # Four by four: it is copied by hand.
        lisible = " ".join(secret[n : n + 4] for n in range(0, len(secret), 4))
        return {**contexte, "cle_lisible": lisible}

    def form_valid(self, form: Any) -> HttpResponse:
        reponse = super().form_valid(form)
        note_proof(self.request, Authenticator.Type.TOTP)
        return reponse


class CleNouvelle(AddWebAuthnView):
    def form_valid(self, form: Any) -> HttpResponse:
        reponse = super().form_valid(form)
        note_proof(self.request, Authenticator.Type.WEBAUTHN)
        return reponse


# --- Sessions ------------------------------------------------------------------------------


class Sessions(ListUserSessionsView):
    """Where one is signed in; the others are ended one by one, or all at once."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        contexte = super().get_context_data(**kwargs)
        for session in contexte["sessions"]:
            session.appareil = browser_family(session.user_agent) or "Appareil inconnu"
        return contexte

    def form_valid(self, form: Any) -> HttpResponse:
        if cle := self.request.POST.get("session"):
            miennes = UserSession.objects.filter(user=self.request.user)
            session = get_object_or_404(miennes, pk=cle if cle.isdecimal() else 0)
            if session.is_current():
                return redirect("usersessions_list")
            session.end()
            self._note("un appareil")
            messages.success(self.request, "Cette session est fermée.")
            return redirect("usersessions_list")
        form.save(self.request)
        self._note("tous les autres appareils")
        messages.success(self.request, "Toutes les autres sessions sont fermées.")
        return redirect("usersessions_list")

    def _note(self, detail: str) -> None:
        note_securite(
            genre=GenreSecurite.SESSION_FERMEE,
            utilisateur=self.request.user,
            detail=detail,
            **origin_of(self.request),
        )
