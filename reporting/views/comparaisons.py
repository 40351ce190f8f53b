"""Two reports side by side: any two versions or months of one type that one may see."""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from conseillers.permissions import role_required
from reporting.dessins import Dessin, carte_seule
from reporting.enums import TypeRapport
from reporting.models import Rapport
from reporting.permissions import LECTEURS
from reporting.selectors import portail
from reporting.selectors.carte import carte_du_departement
from reporting.tables.ecarts import Section, compare_chiffres, compare_epci, compare_tout, rows
from territoires.csv_out import write_csv

# Below this many differences, two versions mostly, all are shown; else one table at a time.
LIGNES_MONTREES = 60
LIGNES_PAR_PAGE = 50
ENTETE_CSV = ("tableau", "chiffre", "chemin", "premier", "second", "ecart")

INCONNU = (
    "Un des deux rapports demandés n’existe pas, ou ne vous est pas ouvert. "
    "Choisissez-les dans les listes."
)
AUTRE_TYPE = (
    "Un rapport de couverture et un rapport de fréquentation n’ont pas les mêmes chiffres : "
    "choisissez deux rapports du même type."
)
LE_MEME = "C’est deux fois le même rapport : choisissez-en un autre dans l’une des listes."


@dataclass
class Choix:
    """What was asked: `a` and `b` when they can be compared, else why they cannot."""

    type: str
    a: Rapport | None = None
    b: Rapport | None = None
    erreur: str = ""
    statut: int = 200
    rapports: list[Rapport] = field(default_factory=list)

    @property
    def comparable(self) -> bool:
        return bool(self.a and self.b and not self.erreur)

    @property
    def selection(self) -> tuple[int, int]:
        """What the two lists show: what was asked, else the latest and the one before it."""
        b = self.b.pk if self.b else self._autre_que(self.a)
        return (self.a.pk if self.a else self._autre_que(self.b or self._rapport(b))), b

    def _rapport(self, pk: int) -> Rapport | None:
        return next((r for r in self.rapports if r.pk == pk), None)

    def _autre_que(self, rapport: Rapport | None) -> int:
        """The one before it in time; the latest of all when there is none."""
        pks = [r.pk for r in self.rapports]
        rang = pks.index(rapport.pk) + 1 if rapport and rapport.pk in pks else 0
        return pks[rang] if rang < len(pks) else pks[0] if pks else 0


@gzip_page
@require_safe
@role_required(*LECTEURS)
def comparaison(request: HttpRequest) -> HttpResponse:
    choix = _read(request)
    contexte: dict[str, Any] = {"choix": choix, "types": TypeRapport.choices}
    if choix.a and choix.b and choix.comparable:
        contexte |= _side_by_side(request, choix.a, choix.b)
    return render(request, "reporting/comparaison.html", contexte, status=choix.statut)


@require_safe
@role_required(*LECTEURS)
def comparaison_csv(request: HttpRequest) -> HttpResponseBase:
    """Every figure that differs, for a spreadsheet."""
    choix = _read(request)
    if not (choix.a and choix.b and choix.comparable):
        return redirect(f"{reverse('rapports:comparaison')}?{request.GET.urlencode()}")
    sortie = io.StringIO()
    write_csv(
        sortie, ENTETE_CSV, rows(compare_tout(choix.a.donnees, choix.b.donnees)), virgule=True
    )
    reponse = HttpResponse(f"\ufeff{sortie.getvalue()}", content_type="text/csv; charset=utf-8")
    nom = f"comparaison-{choix.a.nom_fichier}-{choix.b.nom_fichier}.csv"
    reponse["Content-Disposition"] = f'attachment; filename="{nom}"'
    return reponse


def _read(request: HttpRequest) -> Choix:
    demandes = [request.GET.get(cle, "") for cle in ("a", "b")]
    pks = [_pk(demande) for demande in demandes]
    trouves = portail.rapports_visibles(request.user, [pk for pk in pks if pk])
    a, b = (trouves.get(pk) for pk in pks)
    choix = Choix(_type_of(a or b, request.GET.get("type", "")), a, b)
    choix.rapports = list(portail.rapports_a_comparer(request.user, choix.type))
    if any(demande and not cote for demande, cote in zip(demandes, (a, b), strict=True)):
        choix.erreur, choix.statut = INCONNU, 404
    elif a and b and a.type != b.type:
        choix.erreur, choix.b = AUTRE_TYPE, None
    elif a and a == b:
        choix.erreur = LE_MEME
    return choix


def _pk(demande: str) -> int:
    """0, which no report has, for anything but the number of a row."""
    return int(demande) if demande.isascii() and demande.isdigit() and len(demande) < 10 else 0


def _type_of(rapport: Rapport | None, demande: str) -> str:
    if rapport:
        return rapport.type
    return demande if demande in TypeRapport.values else TypeRapport.COUVERTURE.value


def _side_by_side(request: HttpRequest, a: Rapport, b: Rapport) -> dict[str, Any]:
    sections = compare_tout(a.donnees, b.donnees)
    nombre = sum(len(section.ecarts) for section in sections)
    return {
        "noms": _column_names(a, b),
        "chiffres": compare_chiffres(a.donnees, b.donnees),
        "epci": compare_epci(a.donnees, b.donnees),
        "cartes": _maps(a, b),
        "sections": sections,
        "nombre": nombre,
        "filtres": f"a={a.pk}&b={b.pk}&",
        **_shown(request, sections, nombre),
    }


def _column_names(a: Rapport, b: Rapport) -> tuple[str, str]:
    """As short as tells them apart: « août 26 », « sept. 26 », or « version 1 », « version 2 »."""
    if a.mois == b.mois:
        return a.libelle_version, b.libelle_version
    return tuple(
        r.mois_court if r.version == 1 else f"{r.mois_court}, {r.libelle_version}" for r in (a, b)
    )


def _shown(request: HttpRequest, sections: list[Section], nombre: int) -> dict[str, Any]:
    """All the sections when they are short, else a page of the one that was asked."""
    if nombre <= LIGNES_MONTREES:
        return {"toutes": True, "section": None, "page": None}
    demandee = request.GET.get("tableau")
    section = next((s for s in sections if s.cle == demandee), None)
    page = None
    if section:
        page = Paginator(section.ecarts, LIGNES_PAR_PAGE).get_page(request.GET.get("page"))
    return {"toutes": False, "section": section, "page": page}


def _maps(a: Rapport, b: Rapport) -> list[tuple[Rapport, Dessin]]:
    if a.type != TypeRapport.COUVERTURE:
        return []
    contours = carte_du_departement()
    traces = [
        (rapport, carte_seule(rapport.donnees, contours, prefixe=prefixe))
        for rapport, prefixe in ((a, "a-"), (b, "b-"))
    ]
    return [
        # Two drawings of one name would be one for who hears the page.
        (
            rapport,
            replace(
                dessin, titre=f"{dessin.titre}, {rapport.mois_court}, {rapport.libelle_version}"
            ),
        )
        for rapport, dessin in traces
        if dessin
    ]
