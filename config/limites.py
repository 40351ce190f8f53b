"""So many requests a minute and no more: a fixed window, counted in the shared cache."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

API = "/api/v1/"  # config.urls
MINUTE = 60
PHRASE = "Trop de demandes en une minute. Attendez {secondes} secondes, puis recommencez."


def seconds_to_wait(nom: str, request: HttpRequest, *, compte: int = 1) -> int:
    """Counts this request; 0 while it may go on. `compte=0` looks without counting."""
    maximum = settings.LIMITES.get(nom, 0)
    if not maximum:
        return 0
    fenetre, passe = divmod(int(time.time()), MINUTE)
    qui = hashlib.sha256(_who(request).encode()).hexdigest()[:32]
    cle = f"limite:{nom}:{qui}:{fenetre}"
    if compte:
        cache.add(cle, 0, timeout=2 * MINUTE)
        nombre = _count(cle)
    else:
        nombre = cache.get(cle, 0) + 1
    return MINUTE - passe if nombre > maximum else 0


def _count(cle: str) -> int:
    try:
        return int(cache.incr(cle))
    except ValueError:  # Redis came back, or went, between the two
        return 1


def _who(request: HttpRequest) -> str:
    qui = getattr(request, "user", None)
    if qui is not None and qui.is_authenticated:
        return f"compte {qui.pk}"
    return f"adresse {request.META.get('REMOTE_ADDR', '')}"


class LimitMiddleware:
    """The routes of settings.LIMITES; whoever guesses at secret addresses, or at tokens."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        route = request.resolver_match.view_name if request.resolver_match else ""
        if response.status_code == 404 and route in settings.LIMITES:
            seconds_to_wait("echecs", request)
        if response.status_code == 401 and _has_jeton(request):
            seconds_to_wait("jetons", request)
        return response

    def process_view(
        self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        route = request.resolver_match.view_name if request.resolver_match else ""
        if _has_jeton(request) and (attente := seconds_to_wait("jetons", request, compte=0)):
            return too_many(request, attente)
        if route not in settings.LIMITES:
            return None
        attente = seconds_to_wait(route, request) or seconds_to_wait("echecs", request, compte=0)
        return too_many(request, attente) if attente else None


def _has_jeton(request: HttpRequest) -> bool:
    return request.path_info.startswith(API) and "HTTP_AUTHORIZATION" in request.META


def too_many(request: HttpRequest, attente: int) -> HttpResponse:
    response = render(request, "trop_de_demandes.html", status=429)
    response["Retry-After"] = str(attente)
    response.phrase = PHRASE.format(secondes=attente)  # type: ignore[attr-defined]
    return response


class LimiteApi(BaseThrottle):
    """The API's requests of one account, whatever the address it calls."""

    attente = 0

    def allow_request(self, request: Request, view: Any) -> bool:
        self.attente = seconds_to_wait("api", request._request)
        return not self.attente

    def wait(self) -> float:
        return self.attente
