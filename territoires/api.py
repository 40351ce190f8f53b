"""Read-only territories, for anyone with an account."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from rest_framework.viewsets import ReadOnlyModelViewSet

from territoires.models import EPCI, Commune
from territoires.serializers import CommuneSerializer, EPCISerializer

# Of `conseillers.enums.PorteeApi`, which this app does not know.
PORTEE = "territoires:lire"


class CommuneFilter(filters.FilterSet):
    q = filters.CharFilter(method="search", label="Nom, code INSEE ou code postal")
    # A code that is nobody's finds nothing; it is no error.
    epci = filters.CharFilter("epci_id", label="SIREN de l’EPCI")

    class Meta:
        model = Commune
        fields = ("departement",)

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.search(value)


class CommuneViewSet(ReadOnlyModelViewSet[Commune]):
    queryset = Commune.objects.none()
    serializer_class = CommuneSerializer
    filterset_class = CommuneFilter
    portee_lecture = PORTEE
    ordre: Any = ("code",)

    def get_queryset(self) -> QuerySet[Commune]:
        return Commune.objects.actuelles().defer("contour")


class EPCIViewSet(ReadOnlyModelViewSet[EPCI]):
    queryset = EPCI.objects.none()
    serializer_class = EPCISerializer
    filterset_fields = ("type",)
    portee_lecture = PORTEE
    ordre: Any = ("siren",)

    def get_queryset(self) -> QuerySet[EPCI]:
        return EPCI.objects.actuels()
