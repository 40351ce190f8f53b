"""What every request must be before a view reads it."""

from collections.abc import Callable
from typing import Any

from django.contrib.messages import get_messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import timezone
from django.utils.functional import lazy

from conseillers.enums import Role
from conseillers.models import Utilisateur
from permanences.views.envois import ENTETE, compte_of, is_envoi
from territoires.enums import Porte
from territoires.journal import entree

ADMIN, API = "/admin/", "/api/"  # config.urls
COMPRESSES = {"text/html", "text/javascript", "text/calendar", "application/json"}


class RefuseNulMiddleware:
    """400 for a NUL in the address: PostgreSQL cannot hold one, and nobody types one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", "") or "\0" in request.path_info:
            raise BadRequest("NUL in the address")
        return self.get_response(request)


class CompressPagesMiddleware(GZipMiddleware):
    """Pages and JSON, not files: a PDF is compressed already, and keeps its own bytes and length.

    Against BREACH, Django hides the CSRF token under a new mask on each page and adds to each
    answer a random length (`max_random_bytes`); no page shows another secret beside a text that
    a stranger may choose.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> Any:
        nature = response.get("Content-Type", "").split(";")[0]
        if nature not in COMPRESSES or response.has_header("Content-Disposition"):
            return response
        return super().process_response(request, response)


class TellCompteMiddleware:
    """Says on an advisor's page whose it is, and of what day: the phone keeps it by that."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if is_envoi(request):
            response[ENTETE] = "1"
        # Whoever asked, as the page was answered: after a sign-out there is nobody.
        if isinstance(request.user, Utilisateur) and request.user.role == Role.CONSEILLER:
            response["X-Compte"] = compte_of(request.user)
            response["X-Jour"] = timezone.localdate().isoformat()
            # « Back » after signing out must not show it; what a phone keeps, it keeps by itself.
            if not response.has_header("Cache-Control"):
                response["Cache-Control"] = "no-store, private"
            # What it says of an act was for this once.
            if get_messages(request).used:
                response["X-Ephemere"] = "1"
        return response


class TellJournalMiddleware:
    """Tells the journal who asks, and by which door: only what writes has it looked up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        def route() -> str:
            """Its name: an address may hold a secret."""
            return request.resolver_match.view_name if request.resolver_match else ""

        def compte() -> str:
            return str(request.user.pk or "")

        with entree(_door(request), lazy(route, str)(), lazy(compte, str)()):
            return self.get_response(request)


def _door(request: HttpRequest) -> Porte:
    if request.path_info.startswith(ADMIN):
        return Porte.ADMIN
    return Porte.API if request.path_info.startswith(API) else Porte.FORMULAIRE
