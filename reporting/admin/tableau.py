"""The board of the postes × twelve months, the poste behind each cell, and the reminders."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from conseillers.admin.pages import render_page
from conseillers.enums import Part, Role
from conseillers.models import Poste
from conseillers.permissions import role_required
from conseillers.services import render_courriel
from permanences import calendrier
from permanences.enums import EtatCompletude
from permanences.models import EtapeRelance, Mois, Relance
from permanences.models.mois import du_mois, nom_du_mois, phrase_mois_clos, premier_du_mois
from permanences.selectors.mois import echeance_du_mois
from reporting import services
from reporting.admin.adresses import read_month
from reporting.selectors.fiche import fiche_du_mois
from reporting.selectors.relances import postes_a_relancer
from reporting.selectors.tableau import tableau_des_mois
from reporting.services.relances import words_of
from territoires.text import is_number
from territoires.typographie import accorde

DEFINITIONS = {
    EtatCompletude.A_L_HEURE: "mois déclaré complet au plus tard à l’échéance, le cinquième jour "
    "ouvré du mois suivant",
    EtatCompletude.EN_RETARD: "mois déclaré complet après l’échéance",
    EtatCompletude.MANQUANT: "mois non déclaré (« Attendu » tant que l’échéance n’est pas passée)",
    EtatCompletude.EXCUSE: "titulaire absent tous les jours du mois",
    EtatCompletude.VACANT: "poste sans titulaire de tout le mois",
    EtatCompletude.SANS_OBJET: "poste de coordinateur : aucune déclaration n’est demandée",
}


def board_urls(site: AdminSite) -> list[URLPattern]:
    return [
        path("tableau/", site.admin_view(board), name="reporting_tableau_mois"),
        path(
            "mois/<str:cle>/postes/<int:numero>/",
            site.admin_view(poste_month),
            name="reporting_mois_poste",
        ),
        path("relances/<str:cle>/", site.admin_view(remind), name="reporting_relancer"),
    ]


@require_GET
@role_required(Role.GESTIONNAIRE, Role.DIRECTION)
def board(request: HttpRequest) -> HttpResponse:
    revolu = calendrier.mois_decale(premier_du_mois(timezone.localdate()), -1)
    dernier = min(read_month(request.GET["fin"]), revolu) if request.GET.get("fin") else revolu
    part = request.GET.get("part", "")
    if part not in Part.values:
        part = ""
    suivant = calendrier.mois_decale(dernier, 12)
    return render_page(
        request,
        "admin/tableau/tableau.html",
        title="Tableau des mois déclarés",
        tableau=tableau_des_mois(dernier, part=part),
        definitions=[(e.value, e.label, DEFINITIONS[e]) for e in DEFINITIONS],
        part=part,
        parts=Part.choices,
        fin=f"{dernier:%Y-%m}",
        precedent=f"{calendrier.mois_decale(dernier, -12):%Y-%m}",
        suivant=f"{min(suivant, revolu):%Y-%m}" if dernier < revolu else "",
    )


@require_GET
@role_required(Role.GESTIONNAIRE, Role.DIRECTION)
def poste_month(request: HttpRequest, cle: str, numero: int) -> HttpResponse:
    mois = read_month(cle)
    poste = get_object_or_404(Poste.objects.select_related("structure"), numero=numero)
    case, clos = None, False
    for colonne, trouvee in _line_of(poste, mois):
        if colonne.premier_jour == mois:
            case, clos = trouvee, colonne.clos
    return render_page(
        request,
        "admin/tableau/poste.html",
        title=f"{poste}, {nom_du_mois(mois)}",
        fiche=fiche_du_mois(poste, mois),
        case=case,
        definition=DEFINITIONS[case.etat] if case else "",
        clos=clos,
        mois=mois,
        cle=cle,
        dernier=calendrier.dernier_jour(mois),
        nom=nom_du_mois(mois),
        echeance=echeance_du_mois(mois),
    )


def _line_of(poste: Poste, mois: dt.date) -> list:
    lignes = tableau_des_mois(mois).lignes
    return next((cases for p, cases in lignes if p.pk == poste.pk), [])


class RelanceForm(forms.Form):
    postes = forms.TypedMultipleChoiceField(
        coerce=int,
        label="Postes à relancer",
        error_messages={"required": "Cochez au moins un poste."},
    )
    copie = forms.BooleanField(required=False)


@role_required(Role.GESTIONNAIRE)
def remind(request: HttpRequest, cle: str) -> HttpResponse:
    """GET shows who would be written to, and in which words; POST writes to those ticked."""
    mois = read_month(cle)
    clos = Mois.objects.clos().filter(premier_jour=mois).first()
    if clos or mois > premier_du_mois(timezone.localdate()):
        phrase = phrase_mois_clos(mois, clos.clos_le) if clos else "Ce mois n’a pas commencé."
        messages.error(request, phrase)
        return redirect("admin:reporting_tableau_mois")
    lignes = postes_a_relancer(mois, timezone.localdate())
    form = RelanceForm(request.POST if request.method == "POST" else None)
    form.fields["postes"].choices = [
        (ligne.poste.pk, str(ligne.poste.numero)) for ligne in lignes if ligne.conseillers
    ]
    reponse = _send(request, mois, form) if form.is_valid() else None
    return reponse or _render_reminder(request, mois, lignes, form)


def _send(request: HttpRequest, mois: dt.date, form: RelanceForm) -> HttpResponse | None:
    try:
        envoyees = services.relance_mois(
            mois=mois,
            utilisateur=request.user,
            postes=form.cleaned_data["postes"],
            copie_referent=form.cleaned_data["copie"],
        )
    except ValidationError as erreur:
        form.add_error(None, erreur.messages)
        return None
    postes = {relance.poste_id for relance in envoyees}
    messages.success(
        request,
        f"{accorde(len(envoyees), 'courriel envoyé', 'courriels envoyés')} pour "
        f"{accorde(len(postes), 'poste')}, {nom_du_mois(mois)}.",
    )
    return redirect("admin:reporting_tableau_mois")


def _render_reminder(request: HttpRequest, mois: dt.date, lignes: list, form) -> HttpResponse:
    if form.is_bound:
        coches = {int(v) for v in form.data.getlist("postes") if is_number(v)}
    elif is_number(request.GET.get("poste", "")):
        numero = int(request.GET["poste"])
        coches = {ligne.poste.pk for ligne in lignes if ligne.poste.numero == numero}
    else:
        coches = {ligne.poste.pk for ligne in lignes}
    exemple = next((ligne.poste.numero for ligne in lignes if ligne.conseillers), 1)
    contexte = words_of(mois) | {"poste": f"Poste {exemple}"}
    return render_page(
        request,
        "admin/tableau/relances.html",
        title=f"Relancer : mois {du_mois(mois)}",
        lignes=lignes,
        possibles=sum(bool(ligne.conseillers) for ligne in lignes),
        avec_referent=any(ligne.referents for ligne in lignes),
        coches=coches,
        form=form,
        mois=mois,
        nom=nom_du_mois(mois),
        echeance=echeance_du_mois(mois),
        message=render_courriel(gabarit="relance_conseiller", contexte=contexte),
        etapes=EtapeRelance.objects.all(),
        faites=Relance.objects.filter(mois=mois).count(),
        liste_des_relances=reverse("admin:permanences_relance_changelist"),
    )
