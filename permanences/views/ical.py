"""The calendars that phones subscribe to, and the page that gives an advisor the address."""

import calendar
from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from conseillers.enums import Role
from conseillers.models import Conseiller
from conseillers.permissions import role_required
from permanences import services
from permanences.models import AdresseIcal, LieuAccueil
from permanences.selectors.ical import (
    calendrier_of_commune,
    calendrier_public_of_lieu,
    find_adresse,
    url_of,
)
from permanences.selectors.trouver import territoire
from permanences.views.pour_tous import pour_tous, serve_page


@login_not_required
@require_safe
def calendrier_conseiller(request: HttpRequest, jeton: str) -> HttpResponse:
    return _calendrier(request, find_adresse(jeton, de_lieu=False))


@login_not_required
@require_safe
def calendrier_lieu(request: HttpRequest, jeton: str) -> HttpResponse:
    return _calendrier(request, find_adresse(jeton, de_lieu=True))


@pour_tous
def calendrier_commune(request: HttpRequest, code: str) -> HttpResponse:
    """What the page of the commune tells, for longer: nobody's secret."""

    def make() -> bytes:
        ici, _ = territoire().resolve(code)
        if ici is None:
            raise Http404("Aucune commune du département n’a ce code.")
        nom, evenements = calendrier_of_commune(ici, timezone.now())
        return services.write_calendrier_public(f"commune {ici.code}", nom, evenements)

    return _public(request, f"ical commune {code}", make)


@pour_tous
def calendrier_public_lieu(request: HttpRequest, code: str) -> HttpResponse:
    """What the page of the lieu tells, for longer; empty once it is closed."""

    def make() -> bytes:
        lieux = LieuAccueil.objects.select_related("commune")
        lieu = get_object_or_404(lieux.defer("commune__contour"), code=code)
        nom, evenements = calendrier_public_of_lieu(lieu, timezone.now())
        return services.write_calendrier_public(f"lieu {lieu.code}", nom, evenements)

    return _public(request, f"ical lieu {code}", make)


def _public(request: HttpRequest, nom: str, make: Callable[[], bytes]) -> HttpResponse:
    entetes = {
        "Content-Disposition": 'inline; filename="permanences.ics"',
        "X-Robots-Tag": "noindex",
    }
    return serve_page(request, nom, make, nature="text/calendar; charset=utf-8", entetes=entetes)


def _calendrier(request: HttpRequest, adresse: AdresseIcal | None) -> HttpResponse:
    """Not there, renewed, or of one who left: the same 404."""
    if adresse is None:
        raise Http404
    servi = services.serve_calendrier(adresse=adresse)
    modifie_le = calendar.timegm(servi.change_le.utctimetuple())
    reponse = HttpResponse(
        servi.contenu,
        content_type="text/calendar; charset=utf-8",
        headers={
            "Content-Disposition": 'inline; filename="permanences.ics"',
            "ETag": servi.etag,
            "Last-Modified": http_date(modifie_le),
            "Cache-Control": "private, max-age=300",
            "X-Robots-Tag": "noindex",
        },
    )
    return get_conditional_response(request, servi.etag, modifie_le, reponse) or reponse


@require_safe
@role_required(Role.CONSEILLER)
def abonnement(request: HttpRequest) -> HttpResponse:
    adresse = AdresseIcal.objects.filter(conseiller__utilisateur=request.user).first()
    url = url_of(adresse) if adresse else ""
    contexte = {
        "adresse": adresse,
        "url": url,
        "webcal": url.replace("https://", "webcal://").replace("http://", "webcal://"),
    }
    return render(request, "permanences/agenda/abonnement.html", contexte)


@role_required(Role.CONSEILLER)
def renouveler(request: HttpRequest) -> HttpResponse:
    """The first address, or another one: then the old one stops, and the page says so before."""
    conseiller = get_object_or_404(Conseiller, utilisateur=request.user)
    if request.method == "POST":
        services.renew_adresse(utilisateur=request.user, conseiller=conseiller)
        messages.success(request, "Voici votre nouvelle adresse.")
        return redirect("permanences:agenda_abonnement")
    return render(request, "permanences/agenda/renouvellement.html")
