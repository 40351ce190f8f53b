"""Who is asking, what every answer forbids, and what the logs never hold."""

from __future__ import annotations

import ipaddress
import logging
import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

GetResponse = Callable[[HttpRequest], HttpResponse]


class TellAdresseMiddleware:
    """REMOTE_ADDR is the visitor's address, once for all who ask: limits, journal, allauth, DRF.

    Each proxy adds on the right of X-Forwarded-For the address that it saw. With
    RELAIS_DE_CONFIANCE proxies of ours, the visitor's is that many from the right; what stands
    further left was typed by the visitor. The header then goes, so that nobody else is deceived.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        dites = request.META.pop("HTTP_X_FORWARDED_FOR", "").split(",")
        relais = settings.RELAIS_DE_CONFIANCE
        if 0 < relais <= len(dites) and (adresse := address_in(dites[-relais])):
            request.META["REMOTE_ADDR"] = adresse
        return self.get_response(request)


def address_in(texte: str) -> str:
    """« 192.0.2.7:4711 », « [2001:db8::1]:443 » -> the address alone; empty for what is none."""
    nu = texte.strip()
    if avec_port := re.fullmatch(r"\[(.+)\](?::\d+)?|([\d.]+):\d+", nu):
        nu = avec_port[1] or avec_port[2]
    try:
        return str(ipaddress.ip_address(nu))
    except ValueError:
        return ""


class RefuseHeavyMiddleware:
    """413 before a byte of it is read: the largest thing that we take is a CSV file."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        annonce = request.META.get("CONTENT_LENGTH") or "0"
        if not annonce.isdigit() or int(annonce) > settings.CORPS_MAX:
            return render(request, "413.html", status=413)
        return self.get_response(request)


class CloseMiddleware:
    """No other site may embed an answer, and no shared machine may keep a signed-in page."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        # A static file is answered before anybody is looked up.
        qui = getattr(request, "user", None)
        if qui is not None and qui.is_authenticated and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store, private"
        return response


# A path whose last words are a key, a key=value whose name says it is a secret, a cookie, a key.
SECRETS = [
    (re.compile(r"(/ical/\w+/)[^/\s\"'.]+"), r"\1•••"),
    (re.compile(r"(/mot-de-passe-oublie/)(?!envoye|choisi)[^\s\"'?]+"), r"\1•••"),
    (re.compile(r"(/(?:invitation|cle|reset|confirm)[\w-]*/)[^\s\"'?]{16,}"), r"\1•••"),
    (
        re.compile(
            r"(?i)(['\"]?\b[\w-]*(?:passw|mot.?de.?passe|secret|token|jeton|csrf|session|cookie|"
            r"authorization|api.?key|otp|code_verifier)[\w-]*['\"]?\s*[=:]\s*)(?:bearer\s+|basic\s+)?"
            r"('[^']*'|\"[^\"]*\"|[^\s,;&)}\]]+)"
        ),
        r"\1•••",
    ),
    (re.compile(r"(\w+://[^\s:/@]*):[^\s@/]+@"), r"\1:•••@"),
    (re.compile(r"AGE-SECRET-KEY-\w+"), "•••"),
    (re.compile(r"cnj_[\w-]+"), "cnj_•••"),
    (re.compile(r"(\?|&)([\w-]+)=[^\s&\"']+"), r"\1\2=•••"),
]


def without_secrets(texte: str) -> str:
    """What a log may hold: no password, token, key, secret address, nor any query's values."""
    for motif, dit in SECRETS:
        texte = motif.sub(dit, texte)
    return texte


class SansSecrets(logging.Formatter):
    """Masks the whole line as it is written, its traceback included."""

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))
