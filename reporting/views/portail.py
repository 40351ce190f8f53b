"""The portal of the Préfecture, and the public page behind the code of a printed report."""

from __future__ import annotations

import io
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe

from conseillers.permissions import role_required
from reporting import fichiers, services
from reporting.dessins import dessins
from reporting.enums import FormatFichier, TypeRapport
from reporting.essentiel import chiffres
from reporting.models import Rapport
from reporting.permissions import LECTEURS, may_receive
from reporting.selectors import portail
from reporting.selectors.carte import carte_du_departement

MOIS_PAR_PAGE = 12
PHRASE_PDF_PERDU = (
    "Le fichier de ce PDF a disparu du stockage du service. Le Département peut le réimprimer à "
    "l’identique : demandez-le-lui. Les chiffres (JSON et CSV) restent disponibles ici."
)


@require_safe
@role_required(*LECTEURS)
def liste(request: HttpRequest) -> HttpResponse:
    page = Paginator(portail.mois_visibles(request.user), MOIS_PAR_PAGE).get_page(
        request.GET.get("page")
    )
    contexte = {"page": page, "mois": portail.rapports_par_mois(request.user, list(page))}
    return render(request, "reporting/liste.html", contexte)


@gzip_page  # the outlines of the communes are a hundred kilobytes of text
@require_safe
@role_required(*LECTEURS)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    rapport = _rapport_ou_404(request, pk)
    contexte = {
        "rapport": rapport,
        "versions": list(portail.versions_visibles(request.user, rapport)),
        "chiffres": chiffres(rapport.donnees),
        "dessins": dessins(rapport.donnees, contours_of(rapport)),
        "tables": fichiers.all_tables(rapport.donnees),
        "peut_accuser_reception": may_receive(request.user, rapport),
    }
    return render(request, "reporting/detail.html", contexte)


@require_safe
@role_required(*LECTEURS)
def telecharger(request: HttpRequest, pk: int, fichier: str) -> HttpResponseBase:
    """`fichier`: pdf, json, csv (all tables in one archive) or the code of one table."""
    rapport = _rapport_ou_404(request, pk)
    if fichier == FormatFichier.PDF and rapport.pdf_perdu:
        messages.error(request, PHRASE_PDF_PERDU)
        return redirect("rapports:detail", pk=pk)
    if fichier == FormatFichier.PDF:
        reponse = _pdf(rapport)
    elif fichier == FormatFichier.JSON:
        texte = fichiers.json_text(rapport.donnees)
        reponse = _fichier(texte.encode(), f"{rapport.nom_fichier}.json", "application/json")
    elif fichier == FormatFichier.CSV:
        archive = fichiers.csv_archive(rapport.donnees)
        reponse = _fichier(archive, f"{rapport.nom_fichier}-csv.zip", "application/zip")
    else:
        reponse = _table(rapport, fichier)
    format_fichier = fichier if fichier in FormatFichier.values else FormatFichier.CSV
    services.record_telechargement(
        rapport=rapport, utilisateur=request.user, format_fichier=format_fichier
    )
    return reponse


@require_POST
@role_required(*LECTEURS)
def recu(request: HttpRequest, pk: int) -> HttpResponse:
    rapport = _rapport_ou_404(request, pk)
    if rapport.recu_le is None and not may_receive(request.user, rapport):
        raise PermissionDenied
    try:
        services.receive_rapport(rapport=rapport, utilisateur=request.user)
    except ValidationError as erreur:
        messages.error(request, erreur.messages[0])
    else:
        messages.success(request, "La réception est enregistrée. Le Département la voit.")
    return redirect("rapports:detail", pk=pk)


@require_safe
@login_not_required
def verifier_un_code(request: HttpRequest) -> HttpResponse:
    code = request.GET.get("code", "").strip()
    if code and "/" not in code:
        return redirect("rapports:verifier", code=code)
    # With a slash it has no address of its own: no code has one.
    contexte = {"code": code}
    return render(request, "reporting/verifier_un_code.html", contexte, status=404 if code else 200)


@require_safe
@login_not_required
def verifier(request: HttpRequest, code: str) -> HttpResponse:
    """What a paper says of itself; a file is hashed in the browser and never sent."""
    rapport = portail.rapport_verifiable(code)
    if rapport is None:
        return render(request, "reporting/verifier_un_code.html", {"code": code}, status=404)
    contexte = {
        "rapport": rapport,
        "versions": list(portail.versions_transmises(rapport)),
        "chiffres": chiffres(rapport.donnees),
    }
    return render(request, "reporting/verifier.html", contexte)


def contours_of(rapport: Rapport) -> dict[str, Any] | None:
    """Only a couverture has maps: the other report costs no outline."""
    return carte_du_departement() if rapport.type == TypeRapport.COUVERTURE else None


def _rapport_ou_404(request: HttpRequest, pk: int) -> Rapport:
    return get_object_or_404(Rapport.objects.visible_to(request.user).with_remplace_par(), pk=pk)


def _pdf(rapport: Rapport) -> HttpResponseBase:
    if not rapport.pdf:
        raise Http404("Ce PDF n’est pas encore produit.")
    return FileResponse(
        rapport.pdf.open("rb"), as_attachment=True, filename=f"{rapport.nom_fichier}.pdf"
    )


def _table(rapport: Rapport, code: str) -> HttpResponseBase:
    texte = fichiers.csv_files(rapport.donnees).get(f"{code}.csv")
    if texte is None:
        raise Http404("Ce tableau n’existe pas.")
    return _fichier(texte.encode(), f"{rapport.nom_fichier}-{code}.csv", "text/csv; charset=utf-8")


def _fichier(contenu: bytes, nom: str, genre: str) -> FileResponse:
    return FileResponse(io.BytesIO(contenu), as_attachment=True, filename=nom, content_type=genre)
