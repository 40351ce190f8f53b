"""Sending a file: choose, read the preview, confirm, fetch what is refused. No shell needed."""

from __future__ import annotations

import csv
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from conseillers.admin.pages import render_page
from conseillers.enums import Role
from conseillers.models import ImportFichier
from conseillers.permissions import is_gestionnaire, role_required
from reporting import services, tasks
from reporting.importers.aide import TITRES, columns_of, guessed_types, model_file
from reporting.importers.registre import IMPORTEURS
from reporting.selectors.imports import SORTS, count_of, pages_of, preview_lines, visible_imports
from territoires.files import FichierRefuse
from territoires.importers.lecture import refuse_other_kinds
from territoires.text import is_number

MEGAOCTETS_MAX = 30
DEBUT = 64 * 1024
HISTORIQUE_PAR_PAGE = 20
SUIVI_SECONDES = 3
LIBELLES_SORTS = {"refusees": "Refusées", "modifiees": "Modifiées", "creees": "Créées"}
PHRASE_TYPE = (
    "Les colonnes de ce fichier ne disent pas ce qu’il contient : choisissez le type dans la "
    "liste, ou vérifiez sa première ligne."
)


class EnvoiForm(forms.Form):
    type = forms.ChoiceField(
        label="Contenu du fichier",
        choices=[("", "Reconnaître d’après les colonnes"), *TITRES.items()],
        required=False,
    )
    fichier = forms.FileField(
        label="Fichier CSV",
        allow_empty_file=True,
        error_messages={"required": "Choisissez le fichier à envoyer."},
        help_text=f"{MEGAOCTETS_MAX} Mo au plus. Rien n’est écrit avant votre confirmation.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def clean_fichier(self) -> UploadedFile:
        envoi = self.cleaned_data["fichier"]
        if not envoi.size:
            raise ValidationError("Ce fichier est vide.")
        if envoi.size > MEGAOCTETS_MAX * 1024 * 1024:
            raise ValidationError(
                f"Ce fichier dépasse {MEGAOCTETS_MAX} Mo : découpez-le et envoyez chaque partie."
            )
        try:
            refuse_other_kinds(envoi.read(DEBUT))
        except FichierRefuse as refus:
            # Nothing of it is kept.
            raise ValidationError(f"Ce fichier n’est pas lu : {refus}") from refus
        finally:
            envoi.seek(0)
        return envoi

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        if not donnees.get("type") and "fichier" in donnees:
            types = guessed_types(_header(donnees["fichier"]))
            if len(types) == 1:
                donnees["type"] = types[0]
            else:
                self.add_error("type", PHRASE_TYPE)
        return donnees


def _header(envoi: UploadedFile) -> list[str]:
    """Names of the first line, whatever the separator; unreadable bytes guess nothing."""
    envoi.seek(0)
    lue = envoi.readline(100_000).decode("utf-8-sig", errors="replace").strip()
    envoi.seek(0)
    premiere = lue.partition("\r")[0]  # where a line ends on an old Mac, and anywhere in a binary
    separateur = ";" if premiere.count(";") >= premiere.count(",") else ","
    cellules = next(csv.reader([premiere], delimiter=separateur), [])
    return [cellule.strip().lower() for cellule in cellules]


def import_urls(site: AdminSite) -> list[URLPattern]:
    def page(chemin: str, view: Any, nom: str) -> URLPattern:
        return path(chemin, site.admin_view(view), name=nom)

    return [
        page("envoyer/", send, "reporting_import"),
        page("envoyer/<str:type_fichier>/", explain, "reporting_import_type"),
        page("envoyer/<str:type_fichier>/<str:genre>.csv", template_file, "reporting_import_csv"),
        page("fichier/<int:pk>/", preview, "reporting_import_fichier"),
        page("fichier/<int:pk>/confirmer/", confirm, "reporting_import_confirmer"),
        page("fichier/<int:pk>/abandonner/", abandon, "reporting_import_abandonner"),
        page("fichier/<int:pk>/refus.csv", refused_lines, "reporting_import_refus"),
    ]


@require_http_methods(["GET", "POST"])
@role_required(Role.GESTIONNAIRE, Role.DIRECTION)
def send(request: HttpRequest) -> HttpResponse:
    if request.method == "POST" and not is_gestionnaire(request.user):
        raise PermissionDenied
    return _send(request, "")


def _send(request: HttpRequest, type_fichier: str) -> HttpResponse:
    envoye = request.method == "POST"
    form = EnvoiForm(
        request.POST if envoye else None,
        request.FILES if envoye else None,
        initial={"type": type_fichier},
    )
    if envoye and form.is_valid():
        recu = services.receive_fichier(
            utilisateur=request.user,
            importeur=IMPORTEURS[form.cleaned_data["type"]],
            envoi=form.cleaned_data["fichier"],
        )
        tasks.start_import(recu)
        return redirect("admin:reporting_import_fichier", pk=recu.pk)
    historique = Paginator(visible_imports(request.user), HISTORIQUE_PAR_PAGE)
    return render_page(
        request,
        "admin/imports/envoi.html",
        title="Importer un fichier",
        form=form,
        types=TITRES.items(),
        titres=TITRES,
        historique=historique.get_page(request.GET.get("page")),
    )


@require_GET
@role_required(Role.GESTIONNAIRE, Role.DIRECTION)
def explain(request: HttpRequest, type_fichier: str) -> HttpResponse:
    if type_fichier not in IMPORTEURS:
        raise Http404
    return render_page(
        request,
        "admin/imports/aide.html",
        title=TITRES[type_fichier],
        type_fichier=type_fichier,
        colonnes=columns_of(type_fichier),
        cle=IMPORTEURS[type_fichier].cle,
        form=EnvoiForm(initial={"type": type_fichier}),
    )


@require_GET
@role_required(Role.GESTIONNAIRE, Role.DIRECTION)
def template_file(request: HttpRequest, type_fichier: str, genre: str) -> HttpResponse:
    if type_fichier not in IMPORTEURS or genre not in ("modele", "exemple"):
        raise Http404
    corps = model_file(type_fichier, exemple=genre == "exemple")
    reponse = HttpResponse(corps, content_type="text/csv; charset=utf-8")
    reponse["Content-Disposition"] = f'attachment; filename="{type_fichier}-{genre}.csv"'
    return reponse


def _of(request: HttpRequest, pk: int) -> ImportFichier:
    return get_object_or_404(visible_imports(request.user), pk=pk)


@require_GET
@role_required(Role.GESTIONNAIRE, Role.DIRECTION)
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    recu = _of(request, pk)
    sort = request.GET.get("lignes", "")
    if sort not in SORTS:
        sort = next((nom for nom in SORTS if count_of(recu, nom)), "creees")
    page = request.GET.get("page", "1")
    numero = int(page) if is_number(page) and 0 < int(page) < 10_000 else 1
    modele = IMPORTEURS[recu.type].modele
    return render_page(
        request,
        "admin/imports/fichier.html",
        title=recu.nom_fichier,
        recu=recu,
        liste=reverse(f"admin:{modele._meta.label_lower.replace('.', '_')}_changelist"),
        type_libelle=TITRES.get(recu.type, recu.type),
        suivi=SUIVI_SECONDES if recu.en_cours else 0,
        sort=sort,
        sorts=[(nom, LIBELLES_SORTS[nom], count_of(recu, nom)) for nom in SORTS],
        lignes=preview_lines(recu, modele, sort, numero),
        page=numero,
        pages=list(pages_of(recu, sort)),
    )


@require_POST
@role_required(Role.GESTIONNAIRE)
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    recu = _of(request, pk)
    try:
        recu = services.confirm_import(
            pk=recu.pk,
            utilisateur=request.user,
            empreinte=request.POST.get("empreinte", ""),
            bonnes_seulement="bonnes" in request.POST,
        )
    except ValidationError as refus:
        messages.error(request, refus.messages[0])
    else:
        tasks.start_import(recu)
    return redirect("admin:reporting_import_fichier", pk=pk)


@require_POST
@role_required(Role.GESTIONNAIRE)
def abandon(request: HttpRequest, pk: int) -> HttpResponse:
    recu = _of(request, pk)
    try:
        services.abandon_import(pk=recu.pk)
    except ValidationError as refus:
        messages.error(request, refus.messages[0])
        return redirect("admin:reporting_import_fichier", pk=pk)
    messages.success(
        request, f"« {recu.nom_fichier} » est abandonné et effacé : rien n’a été écrit."
    )
    return redirect("admin:reporting_import")


@require_GET
@role_required(Role.GESTIONNAIRE, Role.DIRECTION)
def refused_lines(request: HttpRequest, pk: int) -> HttpResponse:
    recu = _of(request, pk)
    if not recu.rejets:
        raise Http404
    return FileResponse(
        recu.rejets.open("rb"),
        as_attachment=True,
        filename=f"{recu.type}-lignes-refusees.csv",
        content_type="text/csv; charset=utf-8",
    )
