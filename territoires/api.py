"""Read-only territories, for anyone with an account."""

from __future__ import annotations

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from rest_framework.viewsets import ReadOnlyModelViewSet

from territoires.models import EPCI, Commune
from territoires.serializers import CommuneSerializer, EPCISerializer


class CommuneFilter(filters.FilterSet):
    q = filters.CharFilter(method="search", label="Nom, code INSEE ou code postal")

    class Meta:
        model = Commune
        fields = ("epci", "departement")

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.search(value)


class CommuneViewSet(ReadOnlyModelViewSet[Commune]):
    serializer_class = CommuneSerializer
    filterset_class = CommuneFilter

    def get_queryset(self) -> QuerySet[Commune]:
        return Commune.objects.actuelles().defer("contour")


class EPCIViewSet(ReadOnlyModelViewSet[EPCI]):
    serializer_class = EPCISerializer
    filterset_fields = ("type",)

    def get_queryset(self) -> QuerySet[EPCI]:
        return EPCI.objects.actuels()
