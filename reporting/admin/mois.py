"""The page of a month: what blocks, what is made, what to do next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin import AdminSite
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_POST

from conseillers.enums import Role
from conseillers.permissions import is_gestionnaire, role_required
from permanences.selectors.coop import derniere_importation
from permanences.selectors.imports_coop import import_en_mots
from reporting import services, tasks
from reporting.admin.actes import ACTES, ActeDuMois, offered_actes
from reporting.admin.adresses import read_month
from reporting.admin.apercu import preview
from reporting.admin.liens import link_of
from reporting.dessins import Dessin, carte_seule
from reporting.enums import TypeRapport
from reporting.models import Acte, Rapport, Telechargement
from reporting.selectors import Verification, donnees_du_mois, verifications
from reporting.selectors.carte import carte_du_departement
from reporting.selectors.cycle import EtatMois, etat_du_mois, mois_du_programme
from territoires.models import sans_trace
from territoires.traces import PUBLIC

View = Callable[..., Any]
SUIVI_SECONDES = 10
NIVEAUX = ("bloquant", "avertissement", "information")


class MotifForm(forms.Form):
    motif = forms.CharField(
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, **PUBLIC.attributs()}),
        validators=[sans_trace],
    )

    def __init__(self, acte: ActeDuMois, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        motif = self.fields["motif"]
        motif.label, motif.help_text = acte.motif, acte.aide_motif
        motif.required = acte.motif_obligatoire
        motif.error_messages["required"] = "Dites pourquoi, en une phrase."


def month_urls(site: AdminSite) -> list[URLPattern]:
    """The pages of the months, inside the reports' own addresses."""

    def page(view: View) -> View:
        return site.admin_view(view)

    return [
        path("mois/", page(month_list), name="reporting_mois"),
        path("mois/<str:cle>/", page(month_detail), name="reporting_mois_detail"),
        path("mois/<str:cle>/avancement/", page(progress), name="reporting_mois_avancement"),
        path(
            "mois/<str:cle>/apercu/<str:type_rapport>/",
            page(preview),
            name="reporting_mois_apercu",
        ),
        path("mois/<str:cle>/<str:acte>/", page(month_acte), name="reporting_mois_acte"),
        path("<int:pk>/relancer/", page(relaunch), name="reporting_rapport_relancer"),
    ]


def _render(request: HttpRequest, template: str, **variables: Any) -> HttpResponse:
    contexte = {
        **admin.site.each_context(request),
        "subtitle": None,
        "gestionnaire": is_gestionnaire(request.user),
        **variables,
    }
    return TemplateResponse(request, template, contexte)


@require_GET
@role_required(Role.GESTIONNAIRE, Role.DIRECTION)
def month_list(request: HttpRequest) -> HttpResponse:
    return _render(
        request, "admin/mois/liste.html", title="Mois et rapports", etats=mois_du_programme()
    )


@gzip_page  # the outlines of the communes are a hundred kilobytes of text
@require_GET
@role_required(Role.GESTIONNAIRE, Role.DIRECTION)
def month_detail(request: HttpRequest, cle: str) -> HttpResponse:
    etat = etat_du_mois(read_month(cle))
    constats = [] if etat.clos else verifications(etat.premier_jour)
    pris = Telechargement.objects.visible_to(request.user).filter(rapport__mois=etat.premier_jour)
    journal = Acte.objects.visible_to(request.user).filter(mois=etat.premier_jour)
    return _render(
        request,
        "admin/mois/detail.html",
        title=etat.nom.capitalize(),
        etat=etat,
        constats=_with_links(constats, etat),
        dernier_import=import_en_mots(derniere_importation()),
        actes=offered_actes(etat) if is_gestionnaire(request.user) else [],
        telechargements=pris.select_related("rapport", "utilisateur").defer("rapport__donnees"),
        journal=journal.select_related("utilisateur"),
        types=TypeRapport.choices,
        carte=None if etat.clos else _map_of(etat),
        suivi=SUIVI_SECONDES if etat.en_production and "suivre" in request.GET else 0,
    )


def _map_of(etat: EtatMois) -> Dessin | None:
    """Where the active lieux are so far."""
    donnees = donnees_du_mois(etat.premier_jour)[TypeRapport.COUVERTURE]
    return carte_seule(donnees, carte_du_departement())


@require_GET
@role_required(Role.GESTIONNAIRE, Role.DIRECTION)
def progress(request: HttpRequest, cle: str) -> HttpResponse:
    """The reports of the month as they stand: what the page asks for while PDFs are made."""
    etat = etat_du_mois(read_month(cle))
    contexte = {"etat": etat, "gestionnaire": is_gestionnaire(request.user)}
    return TemplateResponse(request, "admin/mois/avancement.html", contexte)


def _with_links(constats: list[Verification], etat: EtatMois) -> list[tuple[Verification, str]]:
    """The gravest first, each with the address of its rows."""
    tries = sorted(constats, key=lambda constat: NIVEAUX.index(constat.niveau))
    return [(constat, link_of(constat, etat.premier_jour)) for constat in tries]


@role_required(Role.GESTIONNAIRE)
def month_acte(request: HttpRequest, cle: str, acte: str) -> HttpResponse:
    """GET explains and asks; POST does it, or says why not with what was typed."""
    if acte not in ACTES:
        raise Http404
    etat, choix = etat_du_mois(read_month(cle)), ACTES[acte]
    if not choix.offered(etat):
        messages.error(request, f"« {choix.titre} » n’est pas possible dans l’état de ce mois.")
        return redirect("admin:reporting_mois_detail", cle=etat.cle)
    form = MotifForm(choix, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        phrase = _perform(request, choix, etat, form)
        if phrase:
            messages.success(request, phrase)
            return redirect("admin:reporting_mois_detail", cle=etat.cle)
    constats = verifications(etat.premier_jour) if acte == "cloturer" else []
    meme_personne = acte == "transmettre" and _established_by(request.user, etat)
    a_lire = [constat for constat in constats if constat.niveau != "information"]
    return _render(
        request,
        "admin/mois/acte.html",
        title=f"{choix.titre} : {etat.nom}",
        etat=etat,
        acte=choix,
        form=form,
        constats=_with_links(a_lire, etat),
        dernier_import=import_en_mots(derniere_importation()),
        bloque=any(constat.bloque for constat in a_lire) or meme_personne,
        meme_personne=meme_personne,
        deux_personnes=settings.DEUX_PERSONNES_POUR_VALIDER,
        courriel_prefecture=settings.COURRIEL_PREFECTURE,
    )


def _established_by(utilisateur: Any, etat: EtatMois) -> bool:
    """Two different people are asked for, and this one closed the month."""
    return settings.DEUX_PERSONNES_POUR_VALIDER and any(
        rapport.etabli_par_id == utilisateur.pk for rapport in etat.en_vigueur
    )


def _perform(
    request: HttpRequest, choix: ActeDuMois, etat: EtatMois, form: MotifForm
) -> str | None:
    """The sentence of success, or None with the refusal written on the form."""
    try:
        return choix.perform(etat.premier_jour, request.user, form.cleaned_data["motif"])
    except services.ClotureRefusee as refus:
        if refus.bloquants:
            form.add_error(None, "Le mois ne peut pas être clos : réglez d’abord ce qui bloque.")
        else:
            form.add_error(
                "motif",
                "Des avertissements demeurent : réglez-les, ou dites pourquoi vous clôturez.",
            )
    except ValidationError as erreur:
        form.add_error(None, erreur.messages)
    return None


@require_POST
@role_required(Role.GESTIONNAIRE)
def relaunch(request: HttpRequest, pk: int) -> HttpResponse:
    rapport = get_object_or_404(Rapport.objects.visible_to(request.user), pk=pk)
    try:
        rapport = services.relance_rapport(rapport=rapport, utilisateur=request.user)
    except ValidationError as erreur:
        messages.error(request, erreur.messages[0])
    else:
        tasks.start_rendering([rapport])
        messages.success(request, f"{rapport} : le PDF est redemandé.")
    return redirect("admin:reporting_mois_detail", cle=f"{rapport.mois:%Y-%m}")
