"""The exchange with La Coop: is it on, when did it last succeed, what went wrong, start it now."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from conseillers.admin.pages import render_page
from conseillers.enums import Role
from conseillers.permissions import role_required
from permanences import tasks
from permanences.enums import OrigineImport
from permanences.importers.coop_api import connect
from permanences.importers.coop_client import EchecCoop
from permanences.importers.coop_essai import Essai, try_connection
from permanences.models import ImportCoop
from permanences.selectors.coop_api import echange, is_on, next_run, unknown_conseillers
from permanences.services.coop_api import start_import_api, stop_import_api

HISTORIQUE_PAR_PAGE = 20
SUIVI_SECONDES = 3
PAGE = "admin:permanences_coop_echange"


class DepuisForm(forms.Form):
    depuis = forms.DateField(
        label="Relire ce qui a été modifié depuis le",
        required=False,
        help_text="Facultatif : sans date, la lecture continue où elle en est.",
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        error_messages={"invalid": "Cette date ne se lit pas : choisissez-la dans le calendrier."},
    )

    def clean_depuis(self) -> dt.date | None:
        depuis = self.cleaned_data["depuis"]
        if depuis and depuis > timezone.localdate():
            raise ValidationError("Cette date est à venir.")
        if depuis and depuis.year < 2020:
            raise ValidationError("La Coop n’existait pas encore : vérifiez l’année.")
        return depuis


def echange_urls(site: AdminSite) -> list[URLPattern]:
    def page(chemin: str, view: Any, nom: str) -> URLPattern:
        return path(f"la-coop/echange/{chemin}", site.admin_view(view), name=nom)

    return [
        page("", show, "permanences_coop_echange"),
        page("lancer/", launch, "permanences_coop_lancer"),
        page("arreter/", stop, "permanences_coop_arreter"),
        page("essayer/", attempt, "permanences_coop_essayer"),
    ]


@require_GET
@role_required(Role.GESTIONNAIRE, Role.DIRECTION)
def show(request: HttpRequest) -> HttpResponse:
    return _page(request, DepuisForm())


@require_POST
@role_required(Role.GESTIONNAIRE)
def launch(request: HttpRequest) -> HttpResponse:
    form = DepuisForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    if not is_on():
        messages.error(request, "L’échange n’est pas configuré : rien n’a été lancé.")
        return redirect(PAGE)
    try:
        importation = start_import_api(lance_par=request.user, depuis=form.cleaned_data["depuis"])
    except ValidationError as refus:
        messages.error(request, refus.messages[0])
    else:
        tasks.queue_import_coop(importation.pk)
    return redirect(PAGE)


@require_POST
@role_required(Role.GESTIONNAIRE)
def stop(request: HttpRequest) -> HttpResponse:
    if stop_import_api():
        messages.success(request, "L’échange est arrêté. Ce qui était lu est gardé.")
    else:
        messages.info(request, "Aucun échange n’était en cours.")
    return redirect(PAGE)


@require_POST
@role_required(Role.GESTIONNAIRE)
def attempt(request: HttpRequest) -> HttpResponse:
    if not is_on():
        messages.error(request, "L’échange n’est pas configuré : il n’y a rien à essayer.")
        return redirect(PAGE)
    try:
        essais = try_connection(connect(essais=1))
    except EchecCoop as echec:
        essais = [Essai("L’adresse et la clé sont utilisables", str(echec))]
    return _page(request, DepuisForm(), essais)


def _page(
    request: HttpRequest, form: DepuisForm, essais: list[Essai] | None = None
) -> HttpResponse:
    maintenant = timezone.now()
    etat = echange(maintenant=maintenant)
    passages = ImportCoop.objects.visible_to(request.user).filter(origine=OrigineImport.API)
    historique = Paginator(passages.select_related("lance_par"), HISTORIQUE_PAR_PAGE)
    return render_page(
        request,
        "admin/echange/echange.html",
        title="Échange avec La Coop",
        form=form,
        essais=essais,
        etat=etat,
        actif=is_on(),
        suivi=SUIVI_SECONDES if etat.en_cours and essais is None else 0,
        prochain=next_run(maintenant, etat.reussi),
        inconnus=unknown_conseillers(timezone.localdate(maintenant)) if etat.reussi else [],
        historique=historique.get_page(request.GET.get("page")),
    )
