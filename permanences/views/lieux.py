"""A lieu as anybody may see it, its poster, and the sign-in sheet of an atelier."""

import datetime as dt
import io

from django.conf import settings
from django.core.cache import cache
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from conseillers.enums import Role
from conseillers.permissions import role_required
from permanences.enums import NATURES_DE_GROUPE
from permanences.models import Creneau, LieuAccueil
from permanences.pdf import draw_affiche, draw_feuille, empreinte_affiche
from permanences.proximite import not_over
from permanences.schema_org import tell_events
from permanences.selectors.annonces import annonce_of
from permanences.selectors.conseiller import affectations_entre
from permanences.selectors.trouver import announce, territoire
from permanences.views.pour_tous import pour_tous, serve_page
from permanences.views.trouver import map_of_lieu, organisateur, shared_context, site

UN_JOUR = 24 * 60 * 60


def _lieu(code: str) -> LieuAccueil:
    """Public: where permanences are held is no secret, closed lieux included."""
    return get_object_or_404(LieuAccueil.objects.select_related("commune"), code=code)


@pour_tous
def page_publique(request: HttpRequest, code: str) -> HttpResponse:
    return serve_page(request, f"lieu {code}", lambda: _make_page(request, code))


def _make_page(request: HttpRequest, code: str) -> str:
    maintenant = timezone.localtime()
    ce_jour = maintenant.date()
    annonce = annonce_of(_lieu(code), ce_jour)
    lieu = announce(annonce.lieu, not_over(annonce.dates, ce_jour, maintenant.time()))
    contexte = {
        **shared_context(cadre=False),
        "annonce": annonce,
        "lieu": annonce.lieu,
        "dates": lieu.dates,
        "ce_jour": ce_jour,
        "maintenant": maintenant,
        "annulees": [d for d in lieu.dates if d.jour == ce_jour and d.fermee and not d.ferie],
        "prochaine": lieu.prochaine,
        "carte": map_of_lieu(territoire(), lieu),
        "evenements": tell_events(
            ((lieu, date) for date in lieu.dates), organisateur=organisateur(), site=site()
        ),
    }
    return render_to_string("permanences/lieu.html", contexte, request)


@pour_tous
def affiche(request: HttpRequest, code: str) -> HttpResponseBase:
    annonce = annonce_of(_lieu(code), timezone.localdate())
    page = reverse("permanences:lieu", args=[annonce.lieu.code])
    adresse_web = f"{settings.SITE_URL.rstrip('/')}{page}"
    # Anybody may ask, again and again: what says the same is drawn once a day in each process.
    contenu = cache.get_or_set(
        f"affiche-{empreinte_affiche(annonce, adresse_web=adresse_web)}",
        lambda: draw_affiche(annonce, adresse_web=adresse_web),
        UN_JOUR,
    )
    return _pdf(contenu, f"affiche-{slugify(annonce.lieu.nom)[:60] or 'lieu'}.pdf")


@require_safe
@role_required(Role.CONSEILLER)
def feuille(request: HttpRequest, pk: int, jour: dt.date) -> HttpResponseBase:
    """Of one's own atelier, on one of its dates."""
    postes = [a.poste_id for a in affectations_entre(request.user, jour, jour)]
    ateliers = Creneau.objects.visible_to(request.user).filter(
        poste__in=postes, nature__in=NATURES_DE_GROUPE
    )
    creneau = get_object_or_404(ateliers.select_related("lieu__commune", "poste__structure"), pk=pk)
    if not creneau.a_lieu_le(jour):
        raise Http404("Cet atelier n’a pas lieu ce jour-là.")
    return _pdf(draw_feuille(creneau, jour), f"feuille-de-presence-{jour:%Y-%m-%d}.pdf")


def _pdf(contenu: bytes, nom: str) -> FileResponse:
    """Opened in the browser: it is there to be printed."""
    return FileResponse(io.BytesIO(contenu), filename=nom, content_type="application/pdf")
