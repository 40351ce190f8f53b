"""« Sécurité »: who came in or was refused, took rows or reports out, changed an account."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from conseillers.admin.listes import BoundedPaginator
from conseillers.admin.pages import render_page
from conseillers.enums import FormatListe, GenreSecurite, Role
from conseillers.models import Utilisateur
from conseillers.permissions import role_required
from conseillers.selectors.securite import alertes_recentes
from conseillers.services import record_export
from reporting.enums import GenreReleve
from reporting.selectors.securite import (
    ECHECS,
    FaitDeSecurite,
    RechercheSecurite,
    search_securite,
    tell_faits,
)
from territoires.csv_out import SEPARATEUR, cell
from territoires.text import is_number
from territoires.typographie import INSECABLE, format_nombre

PAR_PAGE = 50
EXPORT_MAX = 50_000
LOT = 500
COLONNES = ("le", "qui", "quoi", "précision", "adresse", "navigateur", "par")
GENRES = [
    ("", "Tout"),
    (ECHECS, "Tous les échecs de connexion"),
    ("Connexions", GenreSecurite.choices),
    ("Comptes et fichiers", GenreReleve.choices),
]


class RechercheForm(forms.Form):
    q = forms.CharField(label="Mot, courriel ou adresse", max_length=80, required=False)
    genre = forms.ChoiceField(label="Quoi", choices=GENRES, required=False)
    qui = forms.ChoiceField(label="Qui", required=False)
    du = forms.DateField(
        label="Du", required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    au = forms.DateField(
        label="Au", required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        comptes = [(str(u.pk), str(u)) for u in Utilisateur.objects.order_by("nom", "prenom")]
        self.fields["qui"].choices = [("", "Tout le monde"), *comptes]

    def clean(self) -> dict[str, Any]:
        du, au = self.cleaned_data.get("du"), self.cleaned_data.get("au")
        if du and au and au < du:
            self.add_error("au", "La fin de la période précède son début.")
        return self.cleaned_data

    def recherche(self) -> RechercheSecurite:
        """What was understood; a field in error counts for nothing."""
        self.is_valid()
        lu = self.cleaned_data
        qui = lu.get("qui", "")
        return RechercheSecurite(
            texte=lu.get("q", ""),
            genre=lu.get("genre", ""),
            compte=int(qui) if is_number(qui) else None,
            du=lu.get("du"),
            au=lu.get("au"),
            avant=timezone.now(),
        )


@require_GET
@role_required(Role.GESTIONNAIRE, Role.DIRECTION)
def securite(request: HttpRequest) -> HttpResponse:
    form = RechercheForm(request.GET)
    reperes = search_securite(request.user, form.recherche())
    if form.is_valid() and request.GET.get("format") == "csv":
        return _file(request, form, reperes)
    paginateur = BoundedPaginator(reperes if form.is_valid() else [], PAR_PAGE)
    page = paginateur.get_page(request.GET.get("page"))
    parametres = request.GET.copy()
    parametres.pop("page", None)
    return render_page(
        request,
        "admin/journal/securite.html",
        title="Sécurité",
        form=form,
        page=page,
        faits=tell_faits(page),
        alertes=alertes_recentes(timezone.now()).count(),
        filtre=any(parametres.values()),
        parametres=parametres.urlencode(),
        compte=_count(paginateur),
    )


def _count(paginateur: BoundedPaginator) -> str:
    debut = f"plus de{INSECABLE}" if paginateur.bornee else ""
    noms = "fait" if paginateur.count < 2 else "faits"
    return f"{debut}{format_nombre(paginateur.count)}{INSECABLE}{noms}"


# --- The file -------------------------------------------------------------------------------


class _Echo:
    def write(self, ligne: str) -> str:
        return ligne


def _file(request: HttpRequest, form: RechercheForm, reperes: QuerySet) -> HttpResponse:
    """What the page shows, all its pages; taking it out is noted as any export is."""
    nom = f"securite-{timezone.localdate():%Y-%m-%d}.csv"
    record_export(
        utilisateur=request.user,
        liste="Sécurité",
        # Never the words that were looked for: they may be a person's.
        filtre=", ".join(champ for champ, valeur in form.cleaned_data.items() if valeur),
        forme=FormatListe.CSV,
        lignes=min(reperes.count(), EXPORT_MAX),
        nom_fichier=nom,
    )
    reponse = StreamingHttpResponse(_lines(reperes), content_type="text/csv; charset=utf-8")
    reponse["Content-Disposition"] = f'attachment; filename="{nom}"'
    return reponse


def _lines(reperes: QuerySet) -> Iterator[str]:
    lignes = csv.writer(_Echo(), delimiter=SEPARATEUR, lineterminator="\r\n")
    yield "\ufeff" + lignes.writerow(COLONNES)
    for debut in range(0, EXPORT_MAX, LOT):
        lot = list(reperes[debut : debut + LOT])
        for fait in tell_faits(lot):
            yield lignes.writerow([cell(valeur) for valeur in _cells(fait)])
        if len(lot) < LOT:
            return


def _cells(fait: FaitDeSecurite) -> list[str]:
    return [
        f"{timezone.localtime(fait.le):%Y-%m-%d %H:%M:%S}", fait.qui, fait.genre, fait.precision,
        fait.adresse, fait.navigateur, fait.porte,
    ]  # fmt: skip
