"""A list of the admin: counted without reading everything, sorted for a French reader."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils.functional import cached_property

from conseillers.admin.tri import readable_order
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
        return partie if nom.isdigit() else ""

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

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return Liste

    def get_ordering(self, request: HttpRequest) -> Sequence[Any]:
        """What a form's autocompletion and the choices of a filter follow too."""
        return readable_order(self.model, self.ordering or self.opts.ordering or ["pk"])
