"""The network: rencontres to call and to note, and who lacks which training."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_GET

from conseillers import services
from conseillers.admin.pages import render_page
from conseillers.admin.refus import REFUS, errors_by_field
from conseillers.admin.reseau_formulaires import PresencesForm, RencontreForm
from conseillers.enums import Role, StatutPresence
from conseillers.models import Courriel, Presence, Rencontre
from conseillers.pdf import draw_emargement
from conseillers.permissions import role_required
from conseillers.selectors import reseau
from territoires.typographie import accorde

View = Callable[..., Any]
LECTURE = role_required(Role.GESTIONNAIRE, Role.DIRECTION)
GESTION = role_required(Role.GESTIONNAIRE)
UN_AN = dt.timedelta(days=365)


def network_urls(site: AdminSite) -> list[URLPattern]:
    def page(adresse: str, view: View, nom: str) -> URLPattern:
        return path(f"reseau/{adresse}", site.admin_view(view), name=f"conseillers_reseau{nom}")

    return [
        page("", network, ""),
        page("formations/", trainings, "_formations"),
        page("nouvelle/", call, "_nouvelle"),
        page("<int:pk>/", sheet, "_rencontre"),
        page("<int:pk>/modifier/", change, "_modifier"),
        page("<int:pk>/invitations/", invitations, "_invitations"),
        page("<int:pk>/presences/", attendance, "_presences"),
        page("<int:pk>/emargement/", sign_in_sheet, "_emargement"),
        page("<int:pk>/annuler/", cancel, "_annuler"),
    ]


@require_GET
@LECTURE
def network(request: HttpRequest) -> HttpResponse:
    jour = timezone.localdate()
    depuis = jour - UN_AN
    return render_page(
        request,
        "admin/reseau/reseau.html",
        title="Réseau",
        a_venir=reseau.upcoming(request.user, jour),
        passees=reseau.past(request.user, depuis, jour),
        assiduites=reseau.attendance_by_structure(request.user, depuis, jour),
        statuts=StatutPresence,
        sans_rien=reseau.without_anything(jour),
        depuis=depuis,
    )


@require_GET
@LECTURE
def trainings(request: HttpRequest) -> HttpResponse:
    bilans = reseau.bilan_des_parcours(timezone.localdate())
    return render_page(
        request,
        "admin/reseau/formations.html",
        title="Parcours des conseillers",
        bilans=bilans,
        suivies=reseau.SUIVIES,
        lignes=[(b, [b.certifications[c] for c in reseau.SUIVIES]) for b in bilans],
        sans_rien=[b for b in bilans if b.sans_rien],
        sans_base=[b for b in bilans if b.manque],
    )


def _found(request: HttpRequest, pk: int) -> Rencontre:
    return get_object_or_404(reseau.rencontres(request.user), pk=pk)


def _refused(form: Any, erreur: Exception) -> None:
    for champ, phrases in errors_by_field(erreur, set(form.fields)).items():
        form.add_error(champ, phrases)


@GESTION
def call(request: HttpRequest) -> HttpResponse:
    """Everybody in post is invited unless unticked; `?inviter=sans-rien` ticks who had nothing."""
    jour = timezone.localdate()
    effectif = reseau.effectif(jour)
    if request.GET.get("inviter") == "sans-rien":
        coches = [bilan.conseiller.pk for bilan in reseau.without_anything(jour)]
    else:
        coches = [e.conseiller.pk for e in effectif]
    form = RencontreForm(effectif, request.POST or None, coches=coches)
    return _edit(request, form, "Convoquer une rencontre")


@GESTION
def change(request: HttpRequest, pk: int) -> HttpResponse:
    rencontre = _found(request, pk)
    if rencontre.annulee_le:
        messages.error(request, services.PHRASE_ANNULEE)
        return redirect("admin:conseillers_reseau_rencontre", pk=pk)
    coches = rencontre.presences.values_list("conseiller_id", flat=True)
    effectif = reseau.effectif(max(rencontre.date, timezone.localdate()))
    form = RencontreForm(effectif, request.POST or None, instance=rencontre, coches=coches)
    return _edit(request, form, f"Modifier : {rencontre.intitule}")


def _edit(request: HttpRequest, form: RencontreForm, titre: str) -> HttpResponse:
    """Saved, the invitations are read before they are sent."""
    if request.method == "POST" and form.is_valid():
        try:
            rencontre = services.save_rencontre(rencontre=form.instance, conseillers=form.invites())
        except REFUS as erreur:
            _refused(form, erreur)
        else:
            messages.success(request, f"« {rencontre} » est enregistrée.")
            etape = "invitations" if reseau.awaiting(rencontre).exists() else "rencontre"
            return redirect(f"admin:conseillers_reseau_{etape}", pk=rencontre.pk)
    return render_page(
        request, "admin/reseau/convocation.html", title=titre, form=form, rencontre=form.instance
    )


@require_GET
@LECTURE
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    rencontre = _found(request, pk)
    return render_page(
        request,
        "admin/reseau/rencontre.html",
        title=rencontre.intitule,
        rencontre=rencontre,
        lignes=[li for li in reseau.attendance_of(rencontre) if li.presence],
        attente=reseau.awaiting(rencontre).count(),
        passee=rencontre.date < timezone.localdate(),
        commencee=rencontre.date <= timezone.localdate(),
    )


@GESTION
def invitations(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows to whom and what; POST sends it, once to each."""
    rencontre = _found(request, pk)
    if request.method == "POST":
        envoi = services.send_invitations(rencontre=rencontre, utilisateur=request.user)
        if envoi.total:
            _say_sent(request, envoi)
        else:
            messages.info(request, "Chacun a déjà reçu ce message : rien n’a été envoyé.")
        return redirect("admin:conseillers_reseau_rencontre", pk=pk)
    groupes: dict[Any, list[Presence]] = {}
    for presence in reseau.awaiting(rencontre):
        groupes.setdefault(reseau.announcement_of(rencontre, presence), []).append(presence)
    return render_page(
        request,
        "admin/reseau/invitations.html",
        title=f"Invitations : {rencontre.intitule}",
        rencontre=rencontre,
        groupes=[
            (annonce, presences, _preview(request, rencontre, annonce))
            for annonce, presences in groupes.items()
        ],
        total=sum(len(presences) for presences in groupes.values()),
    )


def _say_sent(request: HttpRequest, envoi: services.Envoi) -> None:
    """They are on their way once written; a server that refused some says so already."""
    echecs = Courriel.objects.en_echec().filter(pk__in=envoi.courriels).count()
    if echecs < envoi.total:
        partis = accorde(envoi.total - echecs, "message envoyé", "messages envoyés")
        messages.success(request, f"{partis}.")
    if echecs:
        refuses = accorde(echecs, "message n’est pas parti", "messages ne sont pas partis")
        messages.warning(
            request,
            f"{refuses} : voyez pourquoi et renvoyez-les depuis Suivi, « Courriels ».",
        )


def _preview(request: HttpRequest, rencontre: Rencontre, annonce: Any) -> Any:
    return services.preview_invitation(
        rencontre=rencontre, annonce=annonce, utilisateur=request.user
    )


@GESTION
def attendance(request: HttpRequest, pk: int) -> HttpResponse:
    rencontre = _found(request, pk)
    if rencontre.annulee_le:
        messages.error(request, services.PHRASE_ANNULEE)
        return redirect("admin:conseillers_reseau_rencontre", pk=pk)
    a_venir = rencontre.date > timezone.localdate()
    lignes = reseau.attendance_of(rencontre)
    if a_venir:
        lignes = [ligne for ligne in lignes if ligne.presence]
    envoi = request.POST if request.method == "POST" else None
    form = PresencesForm(lignes, envoi, a_venir=a_venir)
    if form.is_bound and form.is_valid():
        try:
            changees = services.note_presences(rencontre=rencontre, statuts=form.statuts())
        except ValidationError as erreur:
            _refused(form, erreur)
        else:
            notees = accorde(changees, "présence notée", "présences notées")
            messages.success(request, f"{notees}." if changees else "Rien n’a changé.")
            return redirect("admin:conseillers_reseau_rencontre", pk=pk)
    return render_page(
        request,
        "admin/reseau/presences.html",
        title=f"Présences : {rencontre.intitule}",
        rencontre=rencontre,
        form=form,
        a_venir=a_venir,
    )


@require_GET
@LECTURE
def sign_in_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    rencontre = _found(request, pk)
    lignes = [li for li in reseau.attendance_of(rencontre) if li.presence]
    reponse = HttpResponse(draw_emargement(rencontre, lignes), content_type="application/pdf")
    nom = f"emargement-{rencontre.date:%Y-%m-%d}.pdf"
    reponse["Content-Disposition"] = f'inline; filename="{nom}"'
    return reponse


@GESTION
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    rencontre = _found(request, pk)
    if request.method == "POST":
        try:
            envoi = services.cancel_rencontre(rencontre=rencontre, utilisateur=request.user)
        except ValidationError as erreur:
            messages.error(request, erreur.messages[0])
        else:
            messages.success(request, f"« {rencontre.intitule} » est annulée.")
            if envoi.total:
                _say_sent(request, envoi)
        return redirect("admin:conseillers_reseau_rencontre", pk=pk)
    return render_page(
        request,
        "admin/reseau/annulation.html",
        title=f"Annuler : {rencontre.intitule}",
        rencontre=rencontre,
        prevenus=rencontre.presences.exclude(sequence_envoyee=None).select_related("conseiller"),
    )
