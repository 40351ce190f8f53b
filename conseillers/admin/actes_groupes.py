"""One act on many rows: what it will do is shown first, row by row, and what it will refuse.

The preview does the act and undoes it: constraints, triggers and services give their own
sentences. The confirmation must meet the same consequences, or they are shown again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import helpers
from django.db import connection, models, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst

from conseillers.admin.pages import render_page
from conseillers.admin.refus import REFUS, phrases_of
from territoires.typographie import INSECABLE, accorde, format_nombre

# Each row is tried apart: beyond, the page would be neither quick nor read.
LIGNES_MAX = 200
REFUSES = (*REFUS, models.ProtectedError, models.RestrictedError)


@dataclass(frozen=True)
class Effet:
    """What becomes of one row; `refus` is empty when it can be."""

    pk: Any
    fiche: str
    apres: str = ""
    refus: str = ""


class ActeGroupe:
    """One line of the list of actions. A subclass says its words and overrides `perform`."""

    nom: str
    libelle: str
    explication = ""
    bouton = "Confirmer"
    permission = "change"
    grave = False
    form_class: type[forms.Form] = forms.Form

    def perform(
        self, request: HttpRequest, model_admin: Any, ligne: Any, donnees: dict[str, Any]
    ) -> str:
        """Do it to one row; what it becomes, in words. Raises a refusal."""
        raise NotImplementedError

    def done(self, nombre: int) -> str:
        return f"{accorde(nombre, 'ligne changée', 'lignes changées')}."


def action_of(acte: ActeGroupe) -> Callable[..., Any]:
    """The function that Django's list of actions wants."""

    def action(model_admin: Any, request: HttpRequest, queryset: models.QuerySet) -> Any:
        return _answer(acte, model_admin, request, queryset)

    action.__name__ = acte.nom
    action.short_description = acte.libelle  # type: ignore[attr-defined]
    action.allowed_permissions = [acte.permission]  # type: ignore[attr-defined]
    return action


def _answer(
    acte: ActeGroupe, model_admin: Any, request: HttpRequest, queryset: models.QuerySet
) -> HttpResponse | None:
    lignes = queryset[: LIGNES_MAX + 1]
    if len(lignes) > LIGNES_MAX:
        messages.error(
            request,
            f"Au plus {LIGNES_MAX} lignes à la fois : filtrez la liste ou cochez-en moins. "
            "Rien n’a été changé.",
        )
        return None
    # Kept before anything is tried: a row that was deleted, and given back, forgot its key.
    pks = [ligne.pk for ligne in lignes]
    vu = request.POST.get("vu", "")
    form = acte.form_class(request.POST if vu or "voir" in request.POST else None)
    donnees = _data_of(form)
    if donnees is None:
        return _page(acte, model_admin, request, pks, form, [])
    with transaction.atomic():
        effets = [_effect(acte, model_admin, request, ligne, donnees) for ligne in lignes]
        confirme = "confirmer" in request.POST and vu == _digest(effets)
        transaction.set_rollback(not confirme)
    if not confirme:
        avis = "confirmer" in request.POST
        return _page(acte, model_admin, request, pks, form, effets, avis=avis)
    _say(acte, request, effets)
    return None


def _data_of(form: forms.Form) -> dict[str, Any] | None:
    """What was typed, else what is proposed; None when it must be corrected first."""
    if not form.is_bound:
        return {nom: form.get_initial_for_field(champ, nom) for nom, champ in form.fields.items()}
    return form.cleaned_data if form.is_valid() else None


def _effect(
    acte: ActeGroupe, model_admin: Any, request: HttpRequest, ligne: Any, donnees: dict[str, Any]
) -> Effet:
    pk, fiche = ligne.pk, str(ligne)
    if phrase := model_admin.phrase_figee(request, ligne):
        return Effet(pk, fiche, refus=phrase)
    try:
        with transaction.atomic():
            apres = acte.perform(request, model_admin, ligne, donnees)
            connection.check_constraints()
    except REFUSES as erreur:
        return Effet(pk, fiche, refus=" ".join(phrases_of(erreur)))
    return Effet(pk, fiche, apres)


def _digest(effets: Sequence[Effet]) -> str:
    return hashlib.sha256(repr(effets).encode()).hexdigest()


def _say(acte: ActeGroupe, request: HttpRequest, effets: Sequence[Effet]) -> None:
    faits = [effet for effet in effets if not effet.refus]
    messages.success(request, acte.done(len(faits)))
    if laisses := len(effets) - len(faits):
        messages.warning(
            request, f"{accorde(laisses, 'ligne laissée', 'lignes laissées')} comme avant."
        )


def _page(
    acte: ActeGroupe,
    model_admin: Any,
    request: HttpRequest,
    pks: Sequence[Any],
    form: forms.Form,
    effets: Sequence[Effet],
    *,
    avis: bool = False,
) -> HttpResponse:
    opts = model_admin.opts
    noms = opts.verbose_name if len(pks) < 2 else opts.verbose_name_plural
    return render_page(
        request,
        "admin/listes/acte.html",
        title=f"{capfirst(acte.libelle)} : {format_nombre(len(pks))}{INSECABLE}{noms}",
        acte=acte,
        form=form,
        opts=opts,
        retour=request.get_full_path(),
        case=helpers.ACTION_CHECKBOX_NAME,
        pks=pks,
        faits=[effet for effet in effets if not effet.refus],
        refuses=[effet for effet in effets if effet.refus],
        vu=_digest(effets),
        avis=avis,
    )


class Suppression(ActeGroupe):
    nom = "delete_selected"
    libelle = "Supprimer la sélection"
    explication = "Ce qui est supprimé ne se retrouve pas. Une fiche dont d’autres dépendent reste."
    bouton = "Supprimer"
    permission = "delete"
    grave = True

    def perform(
        self, request: HttpRequest, model_admin: Any, ligne: Any, donnees: dict[str, Any]
    ) -> str:
        model_admin.delete_model(request, ligne)
        return "supprimée"

    def done(self, nombre: int) -> str:
        return f"{accorde(nombre, 'ligne supprimée', 'lignes supprimées')}."
