"""What every request must be before a view reads it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import get_messages
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy

from config.limites import API
from config.problemes import GENRE, problem
from conseillers.connexion.second_facteur import has_one, is_proven, is_required
from conseillers.enums import GenreSecurite, Role
from conseillers.models import Utilisateur
from conseillers.recepteurs import origin_of
from conseillers.services import note_porte_close
from permanences.views.envois import ENTETE, compte_of, is_envoi
from territoires.enums import Porte
from territoires.journal import entree

ADMIN = "/admin/"  # config.urls
PHRASE_SECOND_FACTEUR = "Votre rôle demande un second facteur : connectez-vous avec le vôtre."
COMPRESSES = {
    "text/html", "text/javascript", "text/calendar", "application/json", "application/problem+json",
}  # fmt: skip


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


class PourTousMiddleware:
    """Nobody is known on a page that is the same for everybody (permanences.views.pour_tous).

    No cookie is read there, no session opened, no message spoken: the answer may be kept by
    whatever stands between us and the reader, and whoever is signed in stays so.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if not getattr(view, "pour_tous", False):
            return
        request.COOKIES = {}
        request.user = AnonymousUser()
        request.session = SessionBase()
        if hasattr(request, "_messages"):
            del request._messages


class SecondFacteurMiddleware:
    """Nothing but the account's own pages until a required second factor is proven."""

    # Where one proves it, or leaves.
    PREUVE = frozenset({"account_logout", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"})
    # Where one sets up the first one; from there, a password alone would add a second one.
    MISE_EN_PLACE = frozenset(
        {
            "account_reauthenticate", "account_change_password", "mfa_index", "mfa_activate_totp",
            "mfa_add_webauthn", "mfa_view_recovery_codes", "mfa_download_recovery_codes",
        }
    )  # fmt: skip

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not isinstance(request.user, Utilisateur) or not is_required(request.user):
            return None
        assert request.resolver_match
        page = request.resolver_match.view_name
        if page in self.PREUVE or is_proven(request):
            return None
        en_place = has_one(request.user)
        if page in self.MISE_EN_PLACE and not en_place:
            return None
        # Django REST framework says of all its views that they ask for no account: they ask later.
        if request.path_info.startswith(API):
            corps = problem(403, request.path, PHRASE_SECOND_FACTEUR)
            return JsonResponse(corps, status=403, content_type=GENRE)
        publique = not getattr(view, "login_required", True)
        if publique and not getattr(view, "garde_la_saisie", False):
            return None
        if not en_place:
            return redirect("mfa_index")
        suite = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
        return redirect(f"{reverse('mfa_reauthenticate')}?{suite}")


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


class TellSecuriteMiddleware:
    """Notes in the journal of security each page refused, and each « too many requests »."""

    GENRES = {403: GenreSecurite.ACCES_REFUSE, 429: GenreSecurite.TROP_DE_REQUETES}

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        genre = self.GENRES.get(response.status_code)
        # A stranger at the API; a token that is refused has a line of its own.
        if response.status_code == 401 and "HTTP_AUTHORIZATION" not in request.META:
            genre = GenreSecurite.ACCES_REFUSE if _door(request) == Porte.API else None
        if genre:
            qui = request.user if isinstance(request.user, Utilisateur) else None
            # Its name: an address may hold a secret.
            route = request.resolver_match.view_name if request.resolver_match else ""
            acte = "lecture" if request.method in ("GET", "HEAD") else "envoi"
            detail = f"{acte}, {route}" if route else acte
            note_porte_close(genre=genre, utilisateur=qui, detail=detail, **origin_of(request))
        return response


# Made once: `lazy` writes a class of a hundred methods, which took a millisecond of each request.
_asked_later = lazy(lambda ask: ask(), str)


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

        with entree(_door(request), _asked_later(route), _asked_later(compte)):
            return self.get_response(request)


def _door(request: HttpRequest) -> Porte:
    if request.path_info.startswith(ADMIN):
        return Porte.ADMIN
    return Porte.API if request.path_info.startswith(API) else Porte.FORMULAIRE
