"""The money of the programme: one page to read it, three beside it, their files."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_GET

from conseillers.admin.pages import render_page
from conseillers.enums import Part, Phase, Role, Sens
from conseillers.permissions import role_required
from conseillers.selectors import (
    Suivi,
    charges_par_annee,
    conventions_suivies,
    echeances,
    labels_des_employeurs,
    par_part,
)
from conseillers.selectors.financements import A_VENIR, ECHUE, EN_COURS, ETATS, SOLDEE
from reporting.admin.fichiers_financements import FICHIERS, csv_of
from reporting.graphiques import barres_des_trimestres
from reporting.selectors import financements as selectors
from reporting.selectors.financements import Trimestre, dernier_du_trimestre
from territoires.typographie import MOIS_ABREGES

STAFF = (Role.GESTIONNAIRE, Role.DIRECTION)
ORDRE = (ECHUE, EN_COURS, A_VENIR, SOLDEE)


def money_urls(site: AdminSite) -> list[URLPattern]:
    page = site.admin_view
    return [
        path("financements/", page(overview), name="conseillers_financements"),
        path("financements/apres/", page(afterwards), name="conseillers_apres_convention"),
        path("financements/vacances/", page(vacancies), name="conseillers_vacances"),
        path(
            "financements/fichiers/<slug:nom>.csv",
            page(csv_file),
            name="conseillers_financements_csv",
        ),
    ]


@require_GET
@role_required(*STAFF)
def overview(request: HttpRequest) -> HttpResponse:
    jour = timezone.localdate()
    suivis = conventions_suivies(jour)
    attendues = echeances(jour)
    fin = max((s.convention.date_fin for s in suivis), default=jour)
    prevision = selectors.prevision(attendues, jour, fin)
    enveloppe = selectors.enveloppe_le(jour)
    budgets = selectors.synthese(suivis)
    choisies = _chosen(request, suivis)
    return render_page(
        request,
        "admin/financements/synthese.html",
        title="Financements",
        ici="synthese",
        aujourd_hui=jour,
        budgets=budgets,
        enveloppe=enveloppe,
        part_enveloppe=budgets[0][0].conventionne / enveloppe if enveloppe else None,
        retards=[e for e in attendues if e.en_retard],
        prochaines=[e for e in attendues if e.bientot],
        a_rendre=echeances(jour, sens=Sens.REVERSEMENT),
        suivis=[(s, ETATS[s.etat]) for s in choisies],
        totaux=[(phase, selectors.total_of(siens)) for phase, siens in _by_phase(choisies)],
        filtre=len(choisies) != len(suivis),
        nombre=len(suivis),
        filtres=_filters(request),
        prevision=[(name_of_quarter(t.premier), t) for t in prevision],
        attendu={phase: sum(t.attendus[phase] for t in prevision) for phase in Phase},
        attendu_total=sum(t.total for t in prevision),
        graphique=_chart(prevision),
        resume=_beside(jour),
    )


def _by_phase(suivis: list[Suivi]) -> list[tuple[Phase, list[Suivi]]]:
    """The phases that are shown: their sums stand beside, never together."""
    groupes = [(phase, [s for s in suivis if s.convention.phase == phase]) for phase in Phase]
    return [(phase, siens) for phase, siens in groupes if siens]


def _beside(jour: dt.date) -> dict[str, int]:
    """What the three other pages hold, in a figure each."""
    fins = selectors.fins_des_postes(jour)
    vacances = selectors.vacances(jour)
    labels = [ligne.etat for ligne in labels_des_employeurs(jour)]
    return {
        "hors_convention": sum(f.hors_convention(jour) for f in fins),
        "vacants": len(vacances),
        "a_rendre": sum(v.depassee for v in vacances),
        "labels_expires": labels.count("expire"),
        "labels_bientot": labels.count("sous_60") + labels.count("sous_90"),
        "labels_sans": labels.count("sans"),
    }


CHOIX: dict[str, tuple[str, dict[str, str]]] = {
    "phase": ("Phase", {phase.value: phase.value for phase in Phase}),
    "part": ("Part", {part.value: str(part.label) for part in Part}),
    "etat": ("État", {cle: ETATS[cle] for cle in ORDRE}),
}


def _chosen(request: HttpRequest, suivis: list[Suivi]) -> list[Suivi]:
    """The conventions that the address asks for; what it does not know is not a filter."""
    voulus = {cle: request.GET.get(cle, "") for cle in CHOIX}

    def matches(suivi: Suivi) -> bool:
        faits = {"phase": suivi.convention.phase, "part": suivi.part, "etat": suivi.etat}
        return all(
            voulu not in CHOIX[cle][1] or faits[cle] == voulu for cle, voulu in voulus.items()
        )

    return sorted(filter(matches, suivis), key=lambda s: ORDRE.index(s.etat))


def _filters(request: HttpRequest) -> list[tuple[str, str, list[tuple[str, str, bool]]]]:
    return [
        (cle, titre, [(v, mots, request.GET.get(cle) == v) for v, mots in valeurs.items()])
        for cle, (titre, valeurs) in CHOIX.items()
    ]


def name_of_quarter(premier: dt.date | None) -> str:
    """« octobre à décembre 2026 », shortened."""
    if premier is None:
        return "En retard"
    dernier = dernier_du_trimestre(premier)
    de, a = MOIS_ABREGES[premier.month - 1], MOIS_ABREGES[dernier.month - 1]
    return f"{de} à {a} {premier.year}"


def _chart(prevision: list[Trimestre]) -> dict[str, Any] | None:
    if not any(t.total for t in prevision):
        return None
    return barres_des_trimestres(
        [
            f"T{(t.premier.month + 2) // 3} {t.premier.year}" if t.premier else "retard"
            for t in prevision
        ],
        {phase.value: [int(t.attendus[phase]) for t in prevision] for phase in Phase},
    )


@require_GET
@role_required(*STAFF)
def afterwards(request: HttpRequest) -> HttpResponse:
    """What stays when the conventions end: on whose budget, and for how much."""
    jour = timezone.localdate()
    fins = selectors.fins_des_postes(jour)
    annees = [jour.year + n for n in range(-1, 4)]
    annee = _year_of(request, annees, jour)
    charges = charges_par_annee(annees, jour)
    hors = [f for f in fins if f.hors_convention(jour)]
    return render_page(
        request,
        "admin/financements/apres.html",
        title="Après les conventions",
        ici="apres",
        aujourd_hui=jour,
        hors=hors,
        cout_hors=sum(f.cout_annuel for f in hors if f.cout_annuel is not None),
        hors_sans_cout=sum(f.cout_annuel is None for f in hors),
        fins=[(f, f.hors_convention(jour)) for f in fins],
        sorties=[
            (name_of_quarter(s.premier), s) for s in selectors.sorties_par_trimestre(fins, jour)
        ],
        annees=[(an, [(p, somme) for p, somme in par_part(charges[an]).items()]) for an in annees],
        annee=annee,
        charges=charges[annee],
    )


def _year_of(request: HttpRequest, annees: list[int], jour: dt.date) -> int:
    demandee = request.GET.get("annee", "")
    return int(demandee) if demandee in map(str, annees) else jour.year


@require_GET
@role_required(*STAFF)
def vacancies(request: HttpRequest) -> HttpResponse:
    return render_page(
        request,
        "admin/financements/vacances.html",
        title="Postes vacants",
        ici="vacances",
        vacances=selectors.vacances(timezone.localdate()),
        mois=selectors.programme.MOIS_DE_VACANCE,
    )


@require_GET
@role_required(*STAFF)
def csv_file(request: HttpRequest, nom: str) -> HttpResponse:
    if nom not in FICHIERS:
        raise Http404
    return csv_of(nom, timezone.localdate(), request.user)
