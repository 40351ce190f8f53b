"""What went wrong, as a program reads it: RFC 9457, `application/problem+json`, in French.

Django REST framework's refusals pass by `tell_problem`; what is refused before or after it
(no such address, too heavy, breakdown) is dressed the same by `ProblemeMiddleware`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from config.limites import API, MINUTE, PHRASE
from conseillers.api import PHRASE_CONNEXION

GENRE = "application/problem+json"
# (code of `type`, title, what to do when nothing more is known)
PROBLEMES = {
    400: ("demande", "Demande refusée", "Corrigez ce que dit « erreurs », puis recommencez."),
    401: ("connexion", "Il faut un compte", PHRASE_CONNEXION),
    403: ("interdit", "Accès refusé", "Votre compte, ou votre jeton, n’ouvre pas cela."),
    404: ("absent", "Rien à cette adresse", "Rien de ce nom n’est là, ou pas pour votre compte."),
    405: ("methode", "Méthode refusée", "Voyez dans l’en-tête « Allow » celles qui servent ici."),
    406: ("format", "Format non disponible", "Demandez dans « Accept » un format de la page."),
    412: ("change", "La ressource a changé", "Lisez-la de nouveau, puis recommencez."),
    413: ("taille", "Demande trop lourde", "Envoyez moins à la fois."),
    415: (
        "corps",
        "Corps dans un autre format",
        "Envoyez du JSON (application/json).",
    ),
    428: ("condition", "Il manque « If-Match »", "Envoyez l’ETag que la lecture vous a donné."),
    429: ("limite", "Trop de demandes", "Attendez le temps que dit « Retry-After »."),
    500: (
        "panne",
        "Le service est en panne",
        "Recommencez dans quelques minutes.",
    ),
}
EN_CLAIR = (
    "L’API ne répond qu’en HTTPS. Si un jeton vient de partir en clair, révoquez-le et créez-en un "
    "autre."
)
# Sentences of the framework that say less than ours.
NOS_PHRASES = (
    exceptions.NotAuthenticated,
    exceptions.MethodNotAllowed,
    exceptions.NotAcceptable,
    exceptions.UnsupportedMediaType,
)


def problem(statut: int, chemin: str, detail: str = "", **plus: Any) -> dict[str, Any]:
    code, titre, conseil = PROBLEMES.get(statut) or (
        str(statut), HTTPStatus(statut).phrase, "La demande n’a pas abouti.",
    )  # fmt: skip
    return {
        "type": f"{settings.SITE_URL.rstrip('/')}/api/#probleme-{code}",
        "title": titre,
        "status": statut,
        "detail": detail or conseil,
        "instance": chemin,
        **plus,
    }


def tell_problem(erreur: Exception, contexte: dict[str, Any]) -> Response | None:
    from rest_framework.views import exception_handler  # it reads the settings that name us

    reponse = exception_handler(erreur, contexte)
    if reponse is None:
        return None
    demande = contexte["request"]
    detail, plus = "", {}
    if isinstance(erreur, exceptions.Throttled):
        detail = PHRASE.format(secondes=int(erreur.wait or MINUTE))
    elif isinstance(erreur, exceptions.ValidationError):
        plus["erreurs"] = by_field(reponse.data)
    elif not isinstance(erreur, NOS_PHRASES) and isinstance(reponse.data, dict):
        detail = str(reponse.data.get("detail", ""))
    reponse.data = problem(reponse.status_code, demande.path, detail, **plus)
    reponse.content_type = GENRE
    # A table in CSV is refused in JSON.
    demande.accepted_renderer, demande.accepted_media_type = JSONRenderer(), GENRE
    return reponse


def by_field(donnees: Any) -> dict[str, list[str]]:
    """{field: sentences}; what is inside a list or an object is said of its field."""
    if not isinstance(donnees, dict):
        return {"non_field_errors": list(_sentences(donnees))}
    return {str(champ): list(_sentences(phrases)) for champ, phrases in donnees.items()}


def _sentences(noeud: Any) -> list[str]:
    if isinstance(noeud, dict):
        return [phrase for fils in noeud.values() for phrase in _sentences(fils)]
    if isinstance(noeud, list | tuple):
        return [phrase for fils in noeud for phrase in _sentences(fils)]
    return [str(noeud)]


class ProblemeMiddleware:
    """The API's errors that no view of it answered: never a page of HTML for a program."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        a_nous = request.path_info.startswith(API)
        if a_nous and settings.SECURE_SSL_REDIRECT and not request.is_secure():
            return JsonResponse(
                problem(403, request.path, EN_CLAIR), status=403, content_type=GENRE
            )
        response = self.get_response(request)
        if not a_nous or response.status_code < 400:
            return response
        if not response.get("Content-Type", "").startswith(GENRE):
            corps = problem(response.status_code, request.path, getattr(response, "phrase", ""))
            response.content = json.dumps(corps, ensure_ascii=False).encode()
            response["Content-Type"] = GENRE
            if response.has_header("Content-Length"):
                response["Content-Length"] = str(len(response.content))
            for entete in ("Content-Encoding", "ETag"):
                response.headers.pop(entete, None)
        return response


class ConditionnelMiddleware:
    """An ETag on each answer of the API, and 304 for whoever has it already."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path_info.startswith(API):
            return response
        patch_vary_headers(response, ["Authorization"])
        if request.method not in ("GET", "HEAD") or response.status_code != 200:
            return response
        if not response.has_header("ETag") and not response.streaming:
            response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        if request.headers.get("Authorization"):
            # A program may keep it, to ask whether it changed; a browser keeps nothing.
            response["Cache-Control"] = "private, no-cache"
        return get_conditional_response(request, etag=response.get("ETag"), response=response)
