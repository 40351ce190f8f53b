"""A list of the admin: counted without reading everything, sorted for a French reader."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_GET

from conseillers.admin.actes_groupes import Suppression, action_of
from conseillers.admin.colonnes import SECRETS, chosen_columns, columns_page, offered_columns
from conseillers.admin.exports import export_page
from conseillers.admin.totaux import TOTAUX_VAR, Total, totals_of
from conseillers.admin.tri import readable_order
from conseillers.enums import FormatListe
from territoires.text import is_number
from territoires.typographie import INSECABLE, format_nombre

# Beyond, a list says « plus de 10 000 »: nobody turns two hundred pages, a filter finds faster.
BORNE = 10_000


class BoundedPaginator(Paginator):
    """Counts up to the bound, whatever the size of the table."""

    borne = BORNE

    @cached_property
    def _trouvees(self) -> int:
        lignes: Any = self.object_list
        if not isinstance(lignes, models.QuerySet):
            return len(lignes)
        return lignes.order_by()[: self.borne + 1].count()

    @property
    def count(self) -> int:
        return min(self._trouvees, self.borne)

    @property
    def bornee(self) -> bool:
        return self._trouvees > self.borne


class Liste(ChangeList):
    formats = FormatListe.choices

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        lus = super().get_filters_params(params)
        lus.pop(TOTAUX_VAR, None)
        return lus

    def get_filters(self, request: HttpRequest) -> Any:
        try:
            return super().get_filters(request)
        except (OverflowError, ValueError) as erreur:  # the year 9999 has no next one
            raise IncorrectLookupParameters from erreur

    def get_ordering(self, request: HttpRequest, queryset: models.QuerySet) -> list[Any]:
        self._read_names()
        return readable_order(self.model, super().get_ordering(request, queryset))

    def _read_names(self) -> None:
        """A link of ours names its columns (`o=-duree.poste`): numbers change with the choice
        of columns.
        """
        if ordre := self.params.get(ORDER_VAR):
            rangs = (self._rank(partie) for partie in ordre.split("."))
            self.params[ORDER_VAR] = ".".join(rang for rang in rangs if rang)

    def _rank(self, partie: str) -> str:
        signe, nom = ("-", partie[1:]) if partie.startswith("-") else ("", partie)
        if nom in self.list_display:
            return f"{signe}{self.list_display.index(nom)}"
        return partie if is_number(nom) else ""

    @cached_property
    def totaux(self) -> list[tuple[str, str]]:
        """Empty on a list without sums, and on a long one until they are asked for."""
        if self.paginator.bornee and TOTAUX_VAR not in self.params:
            return []
        return totals_of(self.queryset, self.model_admin.totaux)

    @property
    def totaux_a_demander(self) -> str:
        """Where the sums of a list too long to be read at each view are asked for."""
        if not self.model_admin.totaux or self.totaux:
            return ""
        return self.get_query_string({TOTAUX_VAR: "1"}) if self.paginator.bornee else ""

    @property
    def adresse_exports(self) -> list[tuple[str, str]]:
        return [
            (self._page("exporter", forme) + self.get_query_string(), str(libelle))
            for forme, libelle in self.formats
        ]

    @property
    def adresse_colonnes(self) -> str:
        return self._page("colonnes") + self.get_query_string()

    def _page(self, page: str, *args: str) -> str:
        nom = f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}"
        return reverse(nom, args=args)

    @property
    def compte(self) -> str:
        """« 1 structure », « 312 séances », « plus de 10 000 séances »."""
        noms = self.opts.verbose_name if self.result_count < 2 else self.opts.verbose_name_plural
        debut = f"plus de{INSECABLE}" if self.paginator.bornee else ""
        return f"{debut}{format_nombre(self.result_count)}{INSECABLE}{noms}"


class ListeMixin:
    """For a ModelAdmin: the behaviour of every list of ours."""

    paginator = BoundedPaginator
    list_per_page = 50
    show_full_result_count = False
    # A count beside each choice of each filter would read the table as many times.
    show_facets = admin.ShowFacets.NEVER
    # Columns on offer beside those of the list and the fields of the row.
    colonnes_de_plus: tuple[str, ...] = ()
    # {column: its value with its type}, where the list shows a text.
    valeurs_exportees: dict[str, Callable[[Any], Any]] = {}
    totaux: tuple[Total, ...] = ()
    change_list_template = "admin/listes/liste.html"

    @property
    def changelist_url(self) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def get_urls(self) -> list[URLPattern]:
        nom = f"{self.opts.app_label}_{self.opts.model_name}"
        page = self.admin_site.admin_view
        return [
            path("exporter/<str:forme>/", page(require_GET(self.export)), name=f"{nom}_exporter"),
            path("colonnes/", page(self.columns), name=f"{nom}_colonnes"),
            *super().get_urls(),
        ]

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """« ?secret__startswith=a » tells, letter by letter, what no column shows."""
        if SECRETS & set(lookup.split("__")):
            return False
        return super().lookup_allowed(lookup, value, request)

    def export(self, request: HttpRequest, forme: str) -> HttpResponse:
        return export_page(request, self, forme)

    def columns(self, request: HttpRequest) -> HttpResponse:
        return columns_page(request, self, super().get_list_display(request))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Bulk deletion has the preview of every act on many rows."""
        actions = super().get_actions(request)
        if "delete_selected" in actions:
            suppression = Suppression()
            actions[suppression.nom] = (
                action_of(suppression), suppression.nom, suppression.libelle,
            )  # fmt: skip
        return actions

    def get_list_display(self, request: HttpRequest) -> Sequence[Any]:
        defaut = super().get_list_display(request)
        choisies = chosen_columns(request, self.opts.label_lower)
        offertes = offered_columns(self, defaut) if choisies else []
        # A column of an older version is passed over.
        return [nom for nom in choisies if nom in offertes] or defaut

    def get_list_display_links(
        self, request: HttpRequest, list_display: Sequence[Any]
    ) -> Sequence[Any]:
        liens = [
            nom
            for nom in super().get_list_display_links(request, list_display) or ()
            if nom in list_display
        ]
        return liens or list(list_display)[:1]

    def get_list_select_related(self, request: HttpRequest) -> Any:
        """The rows that a chosen column points at come with the list, in the same query."""
        prevues = super().get_list_select_related(request)
        if isinstance(prevues, bool):
            return prevues
        champs = {champ.name for champ in self.opts.concrete_fields if champ.is_relation}
        return [*prevues, *(nom for nom in self.get_list_display(request) if nom in champs)]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return Liste

    def get_ordering(self, request: HttpRequest) -> Sequence[Any]:
        """What a form's autocompletion and the choices of a filter follow too."""
        return readable_order(self.model, self.ordering or self.opts.ordering or ["pk"])
