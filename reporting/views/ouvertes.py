"""Open data: the page of the files, the figures of transmitted reports, the description."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from permanences import mediation
from permanences.views.donnees_ouvertes import CSV, etag_of, files_of, open_file
from reporting import francais, ouvertes
from reporting.ouvertes import Colonne, MoisOuvert, Ressource
from reporting.selectors.ouvertes import last_transmission, mois_ouverts
from territoires.selectors import attribution, departement_de_l_instance

UN_JOUR = 24 * 60 * 60
LIEUX = Ressource(
    mediation.NOM,
    f"{mediation.NOM}.csv",
    "Lieux de médiation numérique",
    f"Lieux où un conseiller numérique vient, au schéma national {mediation.VERSION}.",
    mediation.table_schema(),
)


@require_safe
@login_not_required
def chiffres_par_epci(request: HttpRequest) -> HttpResponseBase:
    departement = departement_de_l_instance()
    return _figures(
        request,
        ouvertes.CHIFFRES_EPCI,
        ouvertes.COLONNES_EPCI,
        lambda mois: ouvertes.rows_by_epci(mois, settings.DEPARTEMENT, departement.nom),
    )


@require_safe
@login_not_required
def chiffres_du_departement(request: HttpRequest) -> HttpResponseBase:
    return _figures(
        request,
        ouvertes.CHIFFRES_DEPARTEMENT,
        ouvertes.COLONNES_DEPARTEMENT,
        lambda mois: ouvertes.rows_of_departement(mois, settings.DEPARTEMENT),
    )


def _figures(
    request: HttpRequest,
    ressource: Ressource,
    colonnes: Iterable[Colonne],
    lignes: Callable[[list[MoisOuvert]], Iterable[list[Any]]],
) -> HttpResponseBase:
    """Written once after each transmission: nothing else changes them."""
    le, nombre = last_transmission()
    horodatage = int(le.timestamp()) if le else 0
    contenu = cache.get_or_set(
        f"{ressource.nom}-{le.timestamp() if le else 0}-{nombre}",
        lambda: ouvertes.csv_text(colonnes, lignes(mois_ouverts())).encode(),
        UN_JOUR,
    )
    territoire = slugify(departement_de_l_instance().nom)
    return open_file(
        request,
        contenu,
        nature="text/csv; charset=utf-8",
        nom=f"{ressource.nom}-{territoire}.csv",
        etag=etag_of(contenu),
        modifie_le=horodatage,
    )


@require_safe
@login_not_required
def datapackage(request: HttpRequest) -> HttpResponseBase:
    contenu = json.dumps(_package(), ensure_ascii=False, indent=2).encode()
    reponse = HttpResponse(contenu, content_type="application/json; charset=utf-8")
    reponse["Cache-Control"] = "public, max-age=3600"
    reponse["Access-Control-Allow-Origin"] = "*"
    return reponse


def _package() -> dict[str, Any]:
    departement = departement_de_l_instance()
    return ouvertes.data_package(
        titre=f"Conseillers numériques du Département {departement.de}",
        editeur=f"Département {departement.de}",
        page=f"{settings.SITE_URL.rstrip('/')}{reverse('rapports:donnees_ouvertes')}",
        attribution=attribution(),
        ressources=(LIEUX, ouvertes.CHIFFRES_EPCI, ouvertes.CHIFFRES_DEPARTEMENT),
    )


@require_safe
@login_not_required
def donnees_ouvertes(request: HttpRequest) -> HttpResponse:
    mois = mois_ouverts()
    return render(
        request,
        "reporting/donnees_ouvertes.html",
        {
            "lieux": files_of(timezone.localdate())[CSV].lieux,
            "dernier": max(mois, key=lambda m: m.transmis_le) if mois else None,
            "periode": _span([m.mois for m in mois]),
            "tables": [
                (ouvertes.CHIFFRES_EPCI, ouvertes.COLONNES_EPCI),
                (ouvertes.CHIFFRES_DEPARTEMENT, ouvertes.COLONNES_DEPARTEMENT),
            ],
            "chiffres": ouvertes.CHIFFRES,
            "licence": ouvertes.LICENCE,
            "attribution": attribution(),
        },
    )


def _span(mois: list[str]) -> str:
    """« octobre 2026 », « juin 2025 à octobre 2026 »: the first and the last."""
    bornes = dict.fromkeys(francais.mois(m) for m in (*mois[:1], *mois[-1:]))
    return " à ".join(bornes)
