"""The journal: the page that searches it, its file, and the story of one row."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin import AdminSite
from django.contrib.admin.utils import quote
from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from conseillers.admin.listes import BoundedPaginator
from conseillers.admin.pages import render_page
from conseillers.enums import FormatListe, Role
from conseillers.models import Utilisateur
from conseillers.permissions import role_required
from conseillers.selectors.journal import (
    Recherche,
    modeles_du_journal,
    search_journal,
    type_d_objet,
)
from conseillers.selectors.recits import Recit, tell_evenements
from conseillers.services import record_export
from territoires.csv_out import SEPARATEUR, cell
from territoires.enums import NatureEvenement, Porte
from territoires.models import Evenement
from territoires.text import is_number
from territoires.typographie import INSECABLE, format_nombre

PAR_PAGE = 50
# Rows of today whose changes are looked for, at most, for one word.
TROUVES_MAX = 500
# Beyond, a spreadsheet is of no help: a period makes the file smaller.
EXPORT_MAX = 50_000
LOT = 500
SANS_COMPTE = "aucun"
COLONNES = (
    "le", "qui", "par", "origine", "type", "objet", "clé", "changement", "champ", "avant", "après",
)  # fmt: skip


def journal_urls(site: AdminSite) -> list[URLPattern]:
    return [path("journal/", site.admin_view(journal), name="conseillers_journal")]


class RechercheForm(forms.Form):
    q = forms.CharField(label="Objet ou mot", max_length=80, required=False)
    modele = forms.ChoiceField(label="Type d’objet", required=False)
    cle = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    qui = forms.ChoiceField(label="Qui", required=False)
    nature = forms.ChoiceField(label="Changement", required=False)
    porte = forms.ChoiceField(label="Par", required=False)
    du = forms.DateField(
        label="Du", required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    au = forms.DateField(
        label="Au", required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        types = [(cle, type_d_objet(model)) for cle, model in modeles_du_journal().items()]
        comptes = [(str(u.pk), str(u)) for u in Utilisateur.objects.order_by("nom", "prenom")]
        listes = {
            "modele": [("", "Tous"), *types],
            "qui": [("", "Tout le monde"), (SANS_COMPTE, "Sans compte (import, tâche…)"), *comptes],
            "nature": [("", "Tous"), *NatureEvenement.choices],
            "porte": [("", "Toutes les portes"), *Porte.choices],
        }
        for nom, choix in listes.items():
            self.fields[nom].choices = choix

    def clean(self) -> dict[str, Any]:
        du, au = self.cleaned_data.get("du"), self.cleaned_data.get("au")
        if du and au and au < du:
            self.add_error("au", "La fin de la période précède son début.")
        return self.cleaned_data

    def recherche(self) -> Recherche:
        """What was understood; a field in error counts for nothing."""
        self.is_valid()
        lu = self.cleaned_data
        qui = lu.get("qui", "")
        return Recherche(
            texte=lu.get("q", ""),
            modele=lu.get("modele", ""),
            cle=lu.get("cle", "") if lu.get("modele") else "",
            nature=lu.get("nature", ""),
            porte=lu.get("porte", ""),
            compte=int(qui) if is_number(qui) else None,
            sans_compte=qui == SANS_COMPTE,
            du=lu.get("du"),
            au=lu.get("au"),
        )


@require_GET
@role_required(Role.GESTIONNAIRE, Role.DIRECTION)
def journal(request: HttpRequest) -> HttpResponse:
    form = RechercheForm(request.GET)
    recherche = form.recherche()
    evenements = search_journal(request.user, recherche, _found(request, recherche))
    if form.is_valid() and request.GET.get("format") == "csv":
        return _file(request, form, evenements)
    paginateur = BoundedPaginator(evenements if form.is_valid() else [], PAR_PAGE)
    page = paginateur.get_page(request.GET.get("page"))
    recits = tell_evenements(page)
    parametres = request.GET.copy()
    parametres.pop("page", None)
    return render_page(
        request,
        "admin/journal/journal.html",
        title="Journal",
        form=form,
        page=page,
        recits=[(recit, address_of(recit)) for recit in recits],
        seul=_only_one(recherche, recits),
        filtre=any(valeur for valeur in parametres.values()),
        parametres=parametres.urlencode(),
        compte=_count(paginateur),
        trop=paginateur.count > EXPORT_MAX,
    )


def _count(paginateur: BoundedPaginator) -> str:
    debut = f"plus de{INSECABLE}" if paginateur.bornee else ""
    noms = "changement" if paginateur.count < 2 else "changements"
    return f"{debut}{format_nombre(paginateur.count)}{INSECABLE}{noms}"


def _only_one(recherche: Recherche, recits: Sequence[Recit]) -> str:
    """The name of the row whose story this is."""
    if not recherche.cle:
        return ""
    return f"{recits[0].type_objet} : {recits[0].objet}" if recits else recherche.cle


def address_of(recit: Recit) -> str:
    if not recit.existe:
        return ""
    nom = f"admin:{recit.evenement.modele.replace('.', '_')}_change"
    try:
        return reverse(nom, args=[quote(recit.evenement.objet)])
    except NoReverseMatch:
        return ""


def _found(request: HttpRequest, recherche: Recherche) -> dict[str, list[str]]:
    """{model: keys} of what the lists of the admin find for this word: one query for all."""
    if not recherche.texte or recherche.cle:
        return {}
    parties = [
        _keys(request, cle, model, recherche.texte)
        for cle, model in modeles_du_journal().items()
        if recherche.modele in ("", cle)
    ]
    parties = [partie for partie in parties if partie is not None]
    trouves: dict[str, list[str]] = {}
    if parties:
        for modele, cle in parties[0].union(*parties[1:], all=True)[:TROUVES_MAX]:
            trouves.setdefault(modele, []).append(cle)
    return trouves


def _keys(request: HttpRequest, label: str, model: Any, texte: str) -> QuerySet | None:
    ecran = admin.site._registry.get(model)
    if ecran is None or not ecran.get_search_fields(request):
        return None
    lignes, _ = ecran.get_search_results(request, model._default_manager.order_by(), texte)
    return lignes.order_by().values_list(
        Value(label, output_field=CharField()), Cast("pk", CharField())
    )


# --- The file -----------------------------------------------------------------------------


class _Echo:
    def write(self, ligne: str) -> str:
        return ligne


def _file(
    request: HttpRequest, form: RechercheForm, evenements: QuerySet[Evenement]
) -> StreamingHttpResponse:
    """One line for each field that changed, as the page shows it; noted as any export is."""
    nom = f"journal-{timezone.localdate():%Y-%m-%d}.csv"
    record_export(
        utilisateur=request.user,
        liste="Journal",
        # Never the words that were looked for: they may be a person's.
        filtre=", ".join(champ for champ, valeur in form.cleaned_data.items() if valeur),
        forme=FormatListe.CSV,
        lignes=evenements.order_by()[:EXPORT_MAX].count(),
        nom_fichier=nom,
    )
    reponse = StreamingHttpResponse(_lines(evenements), content_type="text/csv; charset=utf-8")
    reponse["Content-Disposition"] = f'attachment; filename="{nom}"'
    return reponse


def _lines(evenements: QuerySet[Evenement]) -> Iterator[str]:
    lignes = csv.writer(_Echo(), delimiter=SEPARATEUR, lineterminator="\r\n")
    yield "\ufeff" + lignes.writerow(COLONNES)
    for debut in range(0, EXPORT_MAX, LOT):
        lot = list(evenements[debut : debut + LOT])
        for recit in tell_evenements(lot):
            for ligne in _cells(recit):
                yield lignes.writerow([cell(valeur) for valeur in ligne])
        if len(lot) < LOT:
            return


def _cells(recit: Recit) -> Iterator[list[str]]:
    evenement = recit.evenement
    tete = [
        f"{timezone.localtime(evenement.le):%Y-%m-%d %H:%M:%S}",
        recit.qui,
        evenement.get_porte_display(),
        evenement.origine,
        recit.type_objet,
        recit.objet,
        evenement.objet,
        evenement.get_nature_display(),
    ]
    for ecart in recit.ecarts:
        yield [*tete, ecart.champ, ecart.avant, ecart.apres]
    if not recit.ecarts:
        yield [*tete, "", "", ""]
