"""The page of a convention, and its acts: a form, what it would change, a confirmation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_GET

from conseillers.admin.actes_financements import SUR_CONVENTION, SUR_VERSEMENT, Acte, ActeForm
from conseillers.admin.pages import render_page
from conseillers.admin.refus import REFUS, errors_by_field
from conseillers.enums import Role, Sens
from conseillers.models import Convention, Versement
from conseillers.permissions import is_gestionnaire, role_required
from conseillers.selectors import (
    Totaux,
    derniers_labels,
    echeances,
    lignes_par_poste,
    totaux_par_convention,
)
from conseillers.selectors.financements import ETATS, etat_de_convention

SUITE = "admin:conseillers_convention_suivi"


def convention_urls(site: AdminSite) -> list[URLPattern]:
    return [
        path("<int:pk>/suivi/", site.admin_view(convention), name="conseillers_convention_suivi"),
        path(
            "<int:pk>/acte/<slug:acte>/",
            site.admin_view(convention_acte),
            name="conseillers_convention_acte",
        ),
    ]


def versement_urls(site: AdminSite) -> list[URLPattern]:
    return [
        path(
            "<int:pk>/acte/<slug:acte>/",
            site.admin_view(versement_acte),
            name="conseillers_versement_acte",
        ),
    ]


@require_GET
@role_required(Role.GESTIONNAIRE, Role.DIRECTION)
def convention(request: HttpRequest, pk: int) -> HttpResponse:
    suivie = _get(request, pk)
    jour = timezone.localdate()
    totaux = totaux_par_convention([suivie], jour)[suivie.pk]
    attendues = {e.versement.pk: e for e in echeances(jour, suivie)}
    attendu = sum(e.versement.montant for e in attendues.values())
    attendues |= {e.versement.pk: e for e in echeances(jour, suivie, Sens.REVERSEMENT)}
    postes = lignes_par_poste(suivie)
    return render_page(
        request,
        "admin/financements/convention.html",
        title=f"Convention {suivie}",
        convention=suivie,
        etat=ETATS[etat_de_convention(suivie, jour)],
        totaux=totaux,
        trop_attendu=max(attendu - totaux.reste_a_verser, 0),
        total_lignes=sum(poste.total for poste in postes),
        postes=postes,
        versements=[(v, attendues.get(v.pk)) for v in suivie.versements.order_by("rang")],
        label=derniers_labels(jour).get(suivie.structure_id),
        aujourd_hui=jour,
        actes=_offered(suivie) if is_gestionnaire(request.user) else [],
    )


def _offered(suivie: Convention) -> list[Acte]:
    if suivie.date_solde is not None:
        return [SUR_CONVENTION["reversement"]]
    return list(SUR_CONVENTION.values())


def _get(request: HttpRequest, pk: int) -> Convention:
    visibles = Convention.objects.visible_to(request.user).select_related("structure")
    return get_object_or_404(visibles, pk=pk)


@role_required(Role.GESTIONNAIRE)
def convention_acte(request: HttpRequest, pk: int, acte: str) -> HttpResponse:
    suivie = _get(request, pk)
    return _run(request, _find(SUR_CONVENTION, acte), suivie, None)


@role_required(Role.GESTIONNAIRE)
def versement_acte(request: HttpRequest, pk: int, acte: str) -> HttpResponse:
    visibles = Versement.objects.visible_to(request.user).select_related("convention__structure")
    versement = get_object_or_404(visibles, pk=pk)
    choix = _find(SUR_VERSEMENT, acte)
    if versement.date_recue is not None:
        messages.error(request, f"{versement} est déjà noté le {versement.date_recue:%d/%m/%Y}.")
        return redirect(SUITE, pk=versement.convention_id)
    return _run(request, choix, versement.convention, versement)


def _find(actes: dict[str, Acte], cle: str) -> Acte:
    if cle not in actes:
        raise Http404
    return actes[cle]


def _run(
    request: HttpRequest, acte: Acte, suivie: Convention, versement: Versement | None
) -> HttpResponse:
    """GET asks; POST shows what would change; POST with `confirmer` does it."""
    form = acte.form(suivie, versement, request.POST if request.method == "POST" else None)
    apercu = None
    if request.method == "POST" and form.is_valid():
        if "confirmer" in request.POST and _attempt(form, lambda: _perform(acte, form)):
            messages.success(request, f"C’est fait. {form.phrase()}")
            return redirect(SUITE, pk=suivie.pk)
        if not form.errors and "corriger" not in request.POST:
            apercu = _preview(acte, form)
    titre, consequence = acte.said_of(versement)
    return render_page(
        request,
        "admin/financements/acte.html",
        title=f"{titre} : {versement or suivie}",
        titre=titre,
        consequence=consequence,
        acte=acte,
        convention=suivie,
        versement=versement,
        form=form,
        apercu=apercu,
    )


def _perform(acte: Acte, form: ActeForm) -> None:
    objet = form.versement if acte.sur == "versement" else form.convention
    acte.perform(**{acte.sur: objet}, **form.cleaned_data)


def _attempt(form: ActeForm, act: Callable[[], Any]) -> bool:
    """True where it is done; a refusal is written on the form, beside what was typed."""
    try:
        with transaction.atomic():
            act()
    except REFUS as refus:
        for champ, phrases in errors_by_field(refus, set(form.fields)).items():
            form.add_error(champ, phrases)
        return False
    return True


def _preview(acte: Acte, form: ActeForm) -> dict[str, Any] | None:
    """The convention's figures before and after: the act is done, read, and undone."""
    jour = max(timezone.localdate(), form.cleaned_data.get("date_effet") or dt.date.min)
    phrase, suivi = form.phrase(), form.convention
    avant = _figures(suivi, jour)
    apres: tuple[Totaux, int] = avant

    def act_and_forget() -> None:
        nonlocal apres
        _perform(acte, form)
        apres = _figures(Convention.objects.get(pk=suivi.pk), jour)
        transaction.set_rollback(True)

    # What the act wrote on these rows in memory goes with what it wrote in the database.
    etat = dict(vars(form.versement)) if form.versement else {}
    fait = _attempt(form, act_and_forget)
    if form.versement:
        vars(form.versement).update(etat)
    if not fait:
        return None
    return {
        "phrase": phrase,
        "lignes": _before_and_after(avant, apres),
        "depasse": apres[0].depasse,
        "jour": jour if jour > timezone.localdate() else None,
        "perdu": avant[0].reste_a_verser if acte.cle == "solder" else None,
    }


def _figures(suivie: Convention, jour: dt.date) -> tuple[Totaux, int]:
    return totaux_par_convention([suivie], jour)[suivie.pk], len(
        [e for e in echeances(jour, suivie) if e.en_retard]
    )


def _before_and_after(
    avant: tuple[Totaux, int], apres: tuple[Totaux, int]
) -> list[tuple[str, Any, Any]]:
    champs = (
        ("Conventionné", "conventionne"),
        ("Reçu", "recu"),
        ("Reversé", "reverse"),
        ("Versé (reçu moins reversé)", "verse"),
        ("Reste à verser", "reste_a_verser"),
    )
    return [(nom, getattr(avant[0], cle), getattr(apres[0], cle)) for nom, cle in champs]
