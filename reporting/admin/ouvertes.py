"""« Données ouvertes »: what is published, which lieux are left out and why, what to declare."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from conseillers.admin.pages import render_page
from conseillers.enums import Role
from conseillers.permissions import role_required
from permanences.selectors.mediation import publication

ADRESSES = (
    ("Lieux de médiation numérique (CSV)", "permanences:lieux_ouverts_csv"),
    ("Lieux de médiation numérique (JSON)", "permanences:lieux_ouverts_json"),
    ("Chiffres mensuels par EPCI (CSV)", "rapports:chiffres_par_epci"),
    ("Chiffres mensuels du département (CSV)", "rapports:chiffres_du_departement"),
    ("Description des fichiers (Frictionless)", "rapports:datapackage"),
    ("Page pour le public", "rapports:donnees_ouvertes"),
)


@require_GET
@role_required(Role.GESTIONNAIRE, Role.DIRECTION)
def donnees_ouvertes(request: HttpRequest) -> HttpResponse:
    """As of now: whoever has just mended a lieu sees it."""
    site = settings.SITE_URL.rstrip("/")
    return render_page(
        request,
        "admin/ouvertes/page.html",
        title="Données ouvertes",
        publication=publication(timezone.localdate()),
        adresses=[(libelle, f"{site}{reverse(nom)}") for libelle, nom in ADRESSES],
    )
