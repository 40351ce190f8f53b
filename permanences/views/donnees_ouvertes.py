"""The lieux as open data: what anybody, and the national map, may take."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import asdict, dataclass
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from permanences import mediation
from permanences.selectors.mediation import publication, siret_du_producteur
from territoires.selectors import departement_de_l_instance

# Between a change and the files: ten minutes; a harvester comes once a day.
SECONDES = 600
CSV, JSON = "csv", "json"
TYPES = {CSV: "text/csv; charset=utf-8", JSON: "application/json; charset=utf-8"}


@dataclass(frozen=True)
class Fichier:
    nom: str
    contenu: bytes
    etag: str
    modifie_le: int
    lieux: int


@require_safe
@login_not_required
def lieux_csv(request: HttpRequest) -> HttpResponseBase:
    return _serve(request, CSV)


@require_safe
@login_not_required
def lieux_json(request: HttpRequest) -> HttpResponseBase:
    return _serve(request, JSON)


def _serve(request: HttpRequest, extension: str) -> HttpResponseBase:
    fichier = files_of(timezone.localdate())[extension]
    return open_file(
        request,
        fichier.contenu,
        nature=TYPES[extension],
        nom=fichier.nom,
        etag=fichier.etag,
        modifie_le=fichier.modifie_le,
    )


def files_of(ce_jour: dt.date) -> dict[str, Fichier]:
    """{extension: file}, made once in ten minutes for all processes; hours change with the day."""
    cle = f"lieux-de-mediation-{ce_jour:%Y-%m-%d}"
    gardes: dict[str, dict[str, Any]] | None = cache.get(cle)
    if gardes is None:
        avant = cache.get(f"{cle}-avant") or {}
        gardes = {ext: asdict(fichier) for ext, fichier in _build(ce_jour, avant).items()}
        cache.set(cle, gardes, SECONDES)
        # Longer: what says the same keeps the hour at which it was first said.
        dits = {ext: (f["etag"], f["modifie_le"]) for ext, f in gardes.items()}
        cache.set(f"{cle}-avant", dits, 24 * 60 * 60)
    return {ext: Fichier(**valeurs) for ext, valeurs in gardes.items()}


def _build(ce_jour: dt.date, avant: dict[str, tuple[str, int]]) -> dict[str, Fichier]:
    lignes = publication(ce_jour).lignes
    siret, territoire = siret_du_producteur(), slugify(departement_de_l_instance().nom)
    faits = {}
    for ext, texte in ((CSV, mediation.csv_text(lignes)), (JSON, mediation.json_text(lignes))):
        contenu = texte.encode()
        etag = etag_of(contenu)
        dit, le = avant.get(ext, ("", 0))
        faits[ext] = Fichier(
            nom=mediation.file_name(
                jour=ce_jour, siret=siret, territoire=territoire, extension=ext
            ),
            contenu=contenu,
            etag=etag,
            modifie_le=le if dit == etag else int(timezone.now().timestamp()),
            lieux=len(lignes),
        )
    return faits


def etag_of(contenu: bytes) -> str:
    return f'"{hashlib.sha256(contenu).hexdigest()[:32]}"'


def open_file(
    request: HttpRequest, contenu: bytes, *, nature: str, nom: str, etag: str, modifie_le: int
) -> HttpResponseBase:
    """Anybody's, a page of another site included; 304 to whoever has it already."""
    reponse = HttpResponse(
        contenu,
        content_type=nature,
        headers={
            "Content-Disposition": f'attachment; filename="{nom}"',
            "ETag": etag,
            "Last-Modified": http_date(modifie_le),
            "Cache-Control": f"public, max-age={SECONDES}",
            "Access-Control-Allow-Origin": "*",
        },
    )
    suite = get_conditional_response(request, etag, modifie_le, reponse) or reponse
    suite["Access-Control-Allow-Origin"] = "*"
    return suite
