"""The columns of a list: which ones a person sees, in which order. Works without a script."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import label_for_field
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst

from conseillers.admin.pages import render_page
from conseillers.models import ColonnesListe
from conseillers.services import choose_columns, forget_columns

# Too long for a cell, or not for the eyes.
_SANS_COLONNE = (models.TextField, models.JSONField, models.FileField)
SECRETS = {"password", "secret", "is_superuser", "contour", "jeton_hache"}


def offered_columns(model_admin: Any, defaut: Sequence[str]) -> list[str]:
    """Those of the list, those it adds, then the plain fields of the row."""
    champs = [
        champ.name
        for champ in model_admin.opts.concrete_fields
        if not champ.primary_key and champ.name not in SECRETS and _fits(champ)
    ]
    montrees = {_shown_field(model_admin, nom) for nom in defaut}
    reste = [nom for nom in champs if nom not in montrees]
    return list(dict.fromkeys([*defaut, *model_admin.colonnes_de_plus, *reste]))


def _fits(champ: Any) -> bool:
    return not isinstance(champ, _SANS_COLONNE) and not hasattr(champ, "base_field")


def _shown_field(model_admin: Any, nom: str) -> str:
    """The field that a column of another name shows already, told by what sorts it."""
    tri = getattr(getattr(model_admin, nom, None), "admin_order_field", None)
    return tri.split("__")[0] if isinstance(tri, str) else nom


def chosen_columns(request: HttpRequest, liste: str) -> list[str]:
    """Read once for a page; empty for whoever never chose."""
    lues = getattr(request, "colonnes_choisies", None)
    if lues is None:
        lues = request.colonnes_choisies = {}
    if liste not in lues:
        choix = ColonnesListe.objects.filter(utilisateur=request.user.pk, liste=liste).first()
        lues[liste] = choix.colonnes if choix else []
    return lues[liste]


def label_of(model_admin: Any, nom: str) -> str:
    return capfirst(str(label_for_field(nom, model_admin.model, model_admin=model_admin)))


def columns_page(request: HttpRequest, model_admin: Any, defaut: Sequence[str]) -> HttpResponse:
    """GET shows the choice; each button posts the whole form, so that nothing ticked is lost."""
    liste = model_admin.opts.label_lower
    offertes = offered_columns(model_admin, defaut)
    retour = f"{model_admin.changelist_url}?{request.GET.urlencode()}".rstrip("?")
    erreur = ""
    if request.method == "POST":
        if "origine" in request.POST:
            forget_columns(utilisateur=request.user, liste=liste)
            messages.success(request, "La liste a retrouvé ses colonnes d’origine.")
            return redirect(retour)
        ordre = _posted_order(request, offertes)
        montrees = [nom for nom in ordre if nom in request.POST.getlist("montrer")]
        if "enregistrer" in request.POST and montrees:
            choose_columns(utilisateur=request.user, liste=liste, colonnes=montrees)
            messages.success(request, "Vos colonnes sont enregistrées, pour vous seulement.")
            return redirect(retour)
        if "enregistrer" in request.POST:
            erreur = "Cochez au moins une colonne : une liste sans colonne ne montre rien."
    else:
        choisies = [nom for nom in chosen_columns(request, liste) if nom in offertes]
        montrees = choisies or list(defaut)
        ordre = [*montrees, *(nom for nom in offertes if nom not in montrees)]
    return render_page(
        request,
        "admin/listes/colonnes.html",
        title=f"Colonnes de la liste : {model_admin.opts.verbose_name_plural}",
        opts=model_admin.opts,
        retour=retour,
        erreur=erreur,
        bougee=request.POST.get("monter") or request.POST.get("descendre"),
        colonnes=[(nom, label_of(model_admin, nom), nom in montrees) for nom in ordre],
    )


def _posted_order(request: HttpRequest, offertes: Sequence[str]) -> list[str]:
    envoyees = [nom for nom in request.POST.getlist("ordre") if nom in offertes]
    ordre = list(dict.fromkeys([*envoyees, *offertes]))
    for bouton, pas in (("monter", -1), ("descendre", 1)):
        nom = request.POST.get(bouton)
        if nom in ordre:
            rang = ordre.index(nom)
            ordre.insert(max(0, rang + pas), ordre.pop(rang))
    # Ticked ones first: a column of the bottom is not forty clicks away.
    cochees = set(request.POST.getlist("montrer"))
    return sorted(ordre, key=lambda nom: nom not in cochees)
