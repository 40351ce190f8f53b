"""Reports: staff reads every version, the Préfecture what was transmitted."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import ReadOnlyModelViewSet

from reporting.enums import FormatFichier
from reporting.models import Rapport
from reporting.serializers import RapportDetailSerializer, RapportSerializer
from reporting.services import record_telechargement


class RapportFilter(filters.FilterSet):
    mois = filters.DateFilter("mois", input_formats=["%Y-%m"], label="Mois (AAAA-MM)")

    class Meta:
        model = Rapport
        fields = ("type", "version", "statut")


class RapportViewSet(ReadOnlyModelViewSet[Rapport]):
    lookup_field = "code"
    filterset_class = RapportFilter

    def get_serializer_class(self) -> type[BaseSerializer[Rapport]]:
        return RapportDetailSerializer if self.action == "retrieve" else RapportSerializer

    def get_queryset(self) -> QuerySet[Rapport]:
        visibles = Rapport.objects.visible_to(self.request.user)
        return visibles if self.action == "retrieve" else visibles.defer("donnees")

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The figures of a transmitted report are a download like another: it is recorded."""
        rapport = self.get_object()
        record_telechargement(
            rapport=rapport, utilisateur=request.user, format_fichier=FormatFichier.JSON
        )
        return Response(self.get_serializer(rapport).data)
