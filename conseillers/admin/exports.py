"""What a list shows, taken out as a file: its filters, search, order and columns, all pages."""

from __future__ import annotations

import datetime as dt
import re
import tempfile
from collections.abc import Callable, Iterator
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import lookup_field
from django.contrib.admin.views.main import ALL_VAR, PAGE_VAR, ChangeList
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.text import capfirst, slugify

from conseillers.admin.colonnes import label_of
from conseillers.enums import FormatListe
from conseillers.services import record_export
from territoires.tableurs import TYPES_MIME, write_table

# Rows in memory at once, whatever the length of the list.
LOT = 2000
CHIFFRES = re.compile(r"[0-9-]{1,10}")
Lecture = Callable[[Any], Any]


def export_page(request: HttpRequest, model_admin: Any, forme: str) -> HttpResponse:
    if forme not in FormatListe.values:
        raise Http404
    parametres = request.GET.copy()
    for variable in (PAGE_VAR, ALL_VAR):
        parametres.pop(variable, None)
    request.GET = parametres
    try:
        liste = model_admin.get_changelist_instance(request)
    except IncorrectLookupParameters:
        return redirect(f"{model_admin.changelist_url}?e=1")
    filtre = filter_in_words(liste)
    nom = file_name(liste, filtre, forme)
    flux = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it once it is sent)
    colonnes = [nom for nom in liste.list_display if nom != "action_checkbox"]
    entete = [label_of(model_admin, nom) for nom in colonnes]
    titre = capfirst(str(liste.opts.verbose_name_plural))
    lignes = write_table(flux, forme, titre, entete, _rows(liste, colonnes))
    record_export(
        utilisateur=request.user,
        liste=liste.opts.label_lower,
        filtre=" ; ".join(filtre),
        forme=forme,
        lignes=lignes,
        nom_fichier=nom,
    )
    flux.seek(0)
    return FileResponse(flux, as_attachment=True, filename=nom, content_type=TYPES_MIME[forme])


def _rows(liste: ChangeList, colonnes: list[str]) -> Iterator[list[Any]]:
    lectures = [_reading(liste, nom) for nom in colonnes]
    for ligne in liste.queryset.iterator(chunk_size=LOT):
        yield [lire(ligne) for lire in lectures]


def _reading(liste: ChangeList, nom: str) -> Lecture:
    """How the value of one column is read, with its type."""
    model_admin = liste.model_admin
    if nom in model_admin.valeurs_exportees:
        return lambda ligne: _cell(model_admin.valeurs_exportees[nom](ligne))
    try:
        champ = liste.opts.get_field(nom)
    except FieldDoesNotExist:
        return lambda ligne: _cell(lookup_field(nom, ligne, model_admin)[2])
    if choix := dict(champ.flatchoices or []):
        return lambda ligne: _cell(choix.get(getattr(ligne, nom), getattr(ligne, nom)))
    return lambda ligne: _cell(getattr(ligne, nom))


def _cell(valeur: Any) -> Any:
    match valeur:
        case dt.datetime():
            locale = timezone.localtime(valeur) if timezone.is_aware(valeur) else valeur
            return locale.replace(tzinfo=None, microsecond=0)
        case SafeString():
            return strip_tags(valeur)
        case models.Model():
            return str(valeur)
        case list() | tuple():
            return ", ".join(map(str, valeur))
    return valeur


def filter_in_words(liste: ChangeList) -> list[str]:
    """[« mois : mars 2026 », « recherche »]: it is kept, so never says the words typed.

    They may be a candidate's name, which the law has us forget.
    """
    filtres = []
    for spec in liste.filter_specs:
        choisis = [str(choix["display"]) for choix in spec.choices(liste) if choix["selected"]]
        neutres = [str(choix["display"]) for choix in spec.choices(liste)][:1]
        if choisis and choisis != neutres:
            filtres.append(f"{spec.title} : {', '.join(choisis)}")
    connus = {nom for spec in liste.filter_specs for nom in spec.expected_parameters()}
    for nom, valeur in liste.get_filters_params().items():
        if nom not in connus:
            filtres.append(f"{nom} : {', '.join(map(_number_or_date, valeur))}")
    if liste.query:
        filtres.append("recherche")
    return filtres


def _number_or_date(valeur: str) -> str:
    """As it is in the address; of anything else, no more than that it was there."""
    return valeur if CHIFFRES.fullmatch(valeur) else "…"


def file_name(liste: ChangeList, filtre: list[str], forme: str) -> str:
    """« seances-2026-11-23-mois-mars-2026.xlsx »."""
    parties = [slugify(str(liste.opts.verbose_name_plural)), timezone.localdate().isoformat()]
    if suite := slugify("-".join(filtre))[:80].strip("-"):
        parties.append(suite)
    return f"{'-'.join(parties)}.{forme}"
