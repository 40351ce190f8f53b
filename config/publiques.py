"""The pages that anybody may read: legal pages, accessibility, help, site map; their addresses."""

from __future__ import annotations

import datetime as dt
from xml.sax.saxutils import escape

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.accessibilite import declaration_accessibilite
from config.mentions import MENTIONS, lien, mention
from config.menu import plan_of
from conseillers.permissions import may_open_admin
from permanences.selectors.trouver import public_addresses
from permanences.views.pour_tous import pour_tous, serve_page

TEXTE = "text/plain; charset=utf-8"
# RFC 9116 wants less than a year; the date moves once a month, so that it can be kept.
MOIS_D_UN_SECURITY_TXT = 6
JAMAIS_INDEXES = (
    "/admin/",
    "/api/",
    "/ical/",
    "/connexion/",
    "/mot-de-passe-oublie/",
    "/rapports/",
)


def _mentions() -> dict[str, dict[str, str]]:
    return {
        nom.lower(): {"texte": mention(nom), "lien": lien(mention(nom)), "quoi": quoi}
        for nom, quoi in MENTIONS.items()
    }


@require_safe
@login_not_required
def mentions_legales(request: HttpRequest) -> HttpResponse:
    return render(request, "publiques/mentions_legales.html", {"mentions": _mentions()})


@require_safe
@login_not_required
def donnees_personnelles(request: HttpRequest) -> HttpResponse:
    return render(request, "publiques/donnees_personnelles.html", {"mentions": _mentions()})


@require_safe
@login_not_required
def accessibilite(request: HttpRequest) -> HttpResponse:
    connue = declaration_accessibilite()
    ce_jour = timezone.localdate()
    return render(
        request,
        "publiques/accessibilite.html",
        {
            "mentions": _mentions(),
            "declaration": connue,
            "etat": connue.etat(ce_jour).libelle,
            "audit_perime": connue.audit is not None and not connue.audit.est_valable_le(ce_jour),
        },
    )


@require_safe
@login_not_required
def plan_du_site(request: HttpRequest) -> HttpResponse:
    rubriques = plan_of(request) if may_open_admin(request.user) else []
    return render(request, "publiques/plan_du_site.html", {"rubriques": rubriques})


@require_safe
@login_not_required
def aide(request: HttpRequest) -> HttpResponse:
    return render(request, "publiques/aide.html")


@require_safe
@login_not_required
def security_txt(request: HttpRequest) -> HttpResponse:
    """RFC 9116. Without anybody to write to it does not exist: `Contact` is its only use."""
    contact = lien(mention("CONTACT_SECURITE"))
    if not contact:
        raise Http404
    site = settings.SITE_URL.rstrip("/")
    lignes = [
        f"Contact: {contact}",
        f"Expires: {_expires(timezone.now()):%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: fr, en",
        f"Canonical: {site}{reverse('security_txt')}",
        f"Policy: {site}{reverse('mentions_legales')}#securite",
    ]
    return HttpResponse("\n".join(lignes) + "\n", content_type=TEXTE)


def _expires(maintenant: dt.datetime) -> dt.datetime:
    """The first of a month, six months on."""
    rang = maintenant.year * 12 + maintenant.month - 1 + MOIS_D_UN_SECURITY_TXT
    return dt.datetime(rang // 12, rang % 12 + 1, 1, tzinfo=dt.UTC)


@require_safe
@login_not_required
def robots_txt(request: HttpRequest) -> HttpResponse:
    """The public pages of the lieux may be found; what asks for an account has no use there."""
    plan = f"{settings.SITE_URL.rstrip('/')}{reverse('sitemap_xml')}"
    lignes = [
        "User-agent: *",
        *(f"Disallow: {chemin}" for chemin in JAMAIS_INDEXES),
        f"Sitemap: {plan}",
    ]
    return HttpResponse("\n".join(lignes) + "\n", content_type=TEXTE)


@pour_tous
def sitemap_xml(request: HttpRequest) -> HttpResponse:
    """« Où nous trouver », a page for each commune, and each open lieu whose dates are for all."""
    return serve_page(request, "sitemap", _make_sitemap, nature="application/xml; charset=utf-8")


def _make_sitemap() -> str:
    site = settings.SITE_URL.rstrip("/")
    chemins = [reverse("permanences:trouver"), *public_addresses()]
    lignes = "".join(f"<url><loc>{escape(site + chemin)}</loc></url>" for chemin in chemins)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{lignes}</urlset>'
    )


urlpatterns = [
    path("mentions-legales/", mentions_legales, name="mentions_legales"),
    path("donnees-personnelles/", donnees_personnelles, name="donnees_personnelles"),
    path("accessibilite/", accessibilite, name="accessibilite"),
    path("plan-du-site/", plan_du_site, name="plan_du_site"),
    path("aide/", aide, name="aide"),
    path(".well-known/security.txt", security_txt, name="security_txt"),
    path("sitemap.xml", sitemap_xml, name="sitemap_xml"),
    path("robots.txt", robots_txt, name="robots_txt"),
]
