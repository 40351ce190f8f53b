"""The installed application: manifest, service worker, what it keeps, the page of the queue."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from conseillers.enums import Role
from conseillers.models import Utilisateur
from conseillers.permissions import has_role, role_required
from permanences.selectors.agenda import semaine_de
from permanences.views.envois import answer, compte_of

# Kept on the phone with the application itself.
FICHIERS = (
    "css/polices.css",
    "css/base.css",
    "css/composants.css",
    "css/formulaires.css",
    "css/impression.css",
    "css/agenda.css",
    "css/chiffres.css",
    "js/ecran.js",
    "js/file.js",
    "js/hors_ligne.js",
    "js/saisie.js",
    "js/compteurs.js",
    "js/communes.js",
    "js/traces.js",
    "img/icone.svg",
    "img/coche.svg",
    "fonts/SourceSans3-Regular.ttf.woff2",
    "fonts/SourceSans3-Semibold.ttf.woff2",
    "fonts/SourceSans3-Bold.ttf.woff2",
)
JOURS_GARDES = 14


@require_safe
@login_not_required
def service_worker(request: HttpRequest) -> HttpResponse:
    """At the root, so that it serves every page; a new version of any file is a new one."""
    contexte = {
        "version": _version(),
        "file": static("js/file.js"),
        "fichiers": [static(nom) for nom in FICHIERS],
    }
    reponse = render(
        request,
        "permanences/hors_ligne/service_worker.js",
        contexte,
        content_type="text/javascript; charset=utf-8",
    )
    reponse["Cache-Control"] = "no-cache"
    return reponse


def _version() -> str:
    empreinte = hashlib.sha256()
    for nom in FICHIERS:
        empreinte.update(static(nom).encode())
        if chemin := finders.find(nom):
            empreinte.update(Path(chemin).read_bytes())
    gabarit = settings.BASE_DIR / "templates/permanences/hors_ligne/service_worker.js"
    empreinte.update(gabarit.read_bytes())
    return empreinte.hexdigest()[:12]


@require_safe
@login_not_required
def manifeste(request: HttpRequest) -> JsonResponse:
    icones = [
        {"src": static(f"img/icone-{cote}.png"), "sizes": f"{cote}x{cote}", "type": "image/png"}
        for cote in (192, 512)
    ]
    contenu = {
        "id": "/",
        "name": settings.NOM_SERVICE,
        "short_name": "Conseillers",
        "description": "Saisir ses séances, avec ou sans réseau.",
        "lang": "fr",
        "start_url": reverse("permanences:aujourdhui"),
        "scope": "/",
        "display": "standalone",
        "theme_color": "#0b5563",
        "background_color": "#f3f6f6",
        "icons": [
            *icones,
            {**icones[1], "src": static("img/icone-masque-512.png"), "purpose": "maskable"},
        ],
        "shortcuts": [
            {"name": "Nouvelle séance", "url": reverse("permanences:seance_nouvelle")},
            {"name": "Mes séances", "url": reverse("permanences:seances")},
        ],
    }
    return JsonResponse(
        contenu,
        content_type="application/manifest+json",
        headers={"Cache-Control": "public, max-age=3600"},
    )


@require_safe
@login_not_required
def sans_reseau(request: HttpRequest) -> HttpResponse:
    """What the phone shows instead of a page that it does not keep: says nothing of anybody."""
    return render(request, "permanences/hors_ligne/sans_reseau.html")


@require_safe
@role_required(Role.CONSEILLER)
def envois(request: HttpRequest) -> HttpResponse:
    """The queue itself is on the phone: the page is filled by static/js/hors_ligne.js."""
    return render(request, "permanences/hors_ligne/envois.html")


@require_safe
@login_not_required
def etat(request: HttpRequest) -> HttpResponse:
    """Who is signed in, a fresh token, and the pages to keep; 401 for anybody else."""
    if not has_role(request.user, Role.CONSEILLER):
        return answer({"etat": "connexion"}, 401)
    assert isinstance(request.user, Utilisateur)
    jour = timezone.localdate()
    lundi, _ = semaine_de(jour)
    lundis = [lundi, lundi + dt.timedelta(days=7)]
    return answer(
        {
            "compte": compte_of(request.user),
            "jeton": get_token(request),
            "pages": [
                reverse("permanences:aujourdhui"),
                reverse("permanences:seance_nouvelle"),
                reverse("permanences:envois"),
                *(
                    reverse("permanences:journee_gardee", args=[jour + dt.timedelta(days=n)])
                    for n in range(JOURS_GARDES)
                ),
                reverse("permanences:agenda"),
                # By their Mondays: « Mon agenda » on Monday morning is the week that was next.
                *(reverse("permanences:agenda_semaine", args=[lundi]) for lundi in lundis),
                reverse("permanences:seances"),
                reverse("permanences:mois"),
                reverse("permanences:chiffres"),
            ],
        }
    )
