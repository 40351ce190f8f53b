"""What every view of the API shares: who asks, by a session or a token, and for what."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from conseillers.enums import GenreSecurite, PorteeApi
from conseillers.models import JetonApi, Utilisateur
from conseillers.models.jetons import MARQUE
from conseillers.recepteurs import origin_of
from conseillers.services import note_porte_close, note_usage

PHRASE_JETON = "Ce jeton n’ouvre pas l’API : vérifiez qu’il est entier, ou créez-en un autre."
PHRASE_CONNEXION = (
    "Il faut un compte : envoyez un jeton dans l’en-tête « Authorization: Bearer … », ou "
    "connectez-vous."
)


class JetonAuthentication(BaseAuthentication):
    """`Authorization: Bearer cnj_…`. A token anywhere else (address, body) is not looked at."""

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'

    def authenticate(self, request: Request) -> tuple[Utilisateur, JetonApi] | None:
        entete = request.META.get("HTTP_AUTHORIZATION", "")
        genre, _, clair = entete.partition(" ")
        if genre.lower() != "bearer":
            return None
        jeton = _named_by(clair.strip())
        phrase, pourquoi = _refusal(jeton, clair.strip())
        if jeton is None or phrase:
            _note(request._request, jeton, pourquoi)
            raise exceptions.AuthenticationFailed(phrase)
        note_usage(jeton=jeton)
        return jeton.utilisateur, jeton


def _named_by(clair: str) -> JetonApi | None:
    """The row that the token's beginning names; nothing is proven yet."""
    marque, _, reste = clair.partition("_")
    prefixe, _, secret = reste.partition("_")
    if marque != MARQUE or not secret or not clair.isascii() or "\0" in clair:
        return None
    return JetonApi.objects.select_related("utilisateur").filter(prefixe=prefixe).first()


def _refusal(jeton: JetonApi | None, clair: str) -> tuple[str, str]:
    """(what the caller is told, what the journal keeps); empty when it opens.

    Why a token no longer opens is told to its holder alone.
    """
    if jeton is None:
        return PHRASE_JETON, "inconnu"
    if not jeton.is_opened_by(clair):
        return PHRASE_JETON, "secret faux"
    jour = timezone.localdate()
    if jeton.revoque_le:
        return "Ce jeton est révoqué : créez-en un autre dans « Mon compte ».", "révoqué"
    if jeton.expire_le < jour:
        return (
            f"Ce jeton a expiré le {jeton.expire_le:%d/%m/%Y} : créez-en un autre dans « Mon "
            "compte ».",
            "expiré",
        )
    if not jeton.utilisateur.est_ouvert_le(jour):
        return "Le compte de ce jeton est fermé.", "compte fermé"
    return "", ""


def _note(request: HttpRequest, jeton: JetonApi | None, pourquoi: str) -> None:
    """A line of the journal of security; not a thousand for one broken program."""
    note_porte_close(
        genre=GenreSecurite.JETON_REFUSE,
        utilisateur=jeton.utilisateur if jeton else None,
        detail=f"{jeton.prefixe}, {pourquoi}" if jeton else pourquoi,
        **origin_of(request),
    )


class PorteeDuJeton(BasePermission):
    """A token opens what its `portees` name, a view that names none is closed to it.

    A session has no `portees`: its account's rights are all there is.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        jeton = request.auth
        if not isinstance(jeton, JetonApi):
            return True
        portee = scope_of(request.method or "", view)
        if portee in jeton.portees:
            return True
        # Which one is missing is the answer that the program's author needs.
        self.message = (
            f"Ce jeton n’ouvre pas cela : il lui manque « {PorteeApi(portee).label} » ({portee})."
            if portee
            else "Cette adresse ne se lit pas avec un jeton."
        )
        return False


def scope_of(methode: str, view: Any) -> str:
    """The `portee` that this method of this view asks of a token; empty: none opens it."""
    lecture = methode in SAFE_METHODS or not getattr(view, "action", None)
    return getattr(view, "portee_lecture" if lecture else "portee_ecriture", "")


class VisibleMixin:
    """The rows that whoever asks may see, and none while the schema is being drawn."""

    model: Any
    request: Request

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return self.model.objects.none()
        return self.model.objects.visible_to(self.request.user)


def etag_of(donnees: Any) -> str:
    """The strong validator of an answer: the same bytes, the same tag."""
    return f'"{hashlib.sha256(JSONRenderer().render(donnees)).hexdigest()[:32]}"'


class Depassee(exceptions.APIException):
    """If-Match, or If-None-Match, does not hold."""

    status_code = 412
    default_detail = (
        "Cette ressource a changé depuis votre lecture : lisez-la de nouveau, puis recommencez."
    )


class PreconditionExigee(exceptions.APIException):
    status_code = 428
    default_detail = (
        "Dites ce que vous corrigez : envoyez dans « If-Match » l’ETag que la lecture vous a donné."
    )


def refuse_unless_matching(request: Request, etag: str, *, exige: bool = False) -> None:
    """`etag` of what is there, held until the end of the transaction; empty: there is nothing.

    RFC 9110, section 13: If-Match compares strongly, `*` is whatever there is.
    """
    attendus, refuses = request.headers.get("If-Match"), request.headers.get("If-None-Match")
    if attendus is None and refuses is None and exige:
        raise PreconditionExigee
    if attendus is not None:
        connus = [tag.strip() for tag in attendus.split(",")]
        # The compressed answer's tag is marked weak on its way out: it is still ours.
        connus = [tag.removeprefix("W/") for tag in connus]
        if not etag or ("*" not in connus and etag not in connus):
            raise Depassee
    if refuses is not None and etag:
        connus = [tag.strip().removeprefix("W/") for tag in refuses.split(",")]
        if "*" in connus or etag in connus:
            raise Depassee
