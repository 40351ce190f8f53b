"""The filters of the API's lists: a value that is none is said, not ignored."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

PHRASE = "Donnez une valeur, ou retirez ce paramètre."


class Filtres(filters.DjangoFilterBackend):
    def filter_queryset(self, request: Request, queryset: QuerySet, view: Any) -> QuerySet:
        """« ?type= » would give the whole list to a program that believes that it chose."""
        jeu = self.get_filterset_class(view, queryset)
        vides = [
            nom
            for nom, filtre in (jeu.base_filters.items() if jeu else ())
            if request.query_params.get(nom) == "" and not isinstance(filtre, filters.CharFilter)
        ]
        if vides:
            raise ValidationError({nom: [PHRASE] for nom in vides})
        return super().filter_queryset(request, queryset, view)
