"""The plan and the séances over HTTP: the same services as the screens."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError as RefusMetier
from django.db.models import QuerySet
from django_filters import rest_framework as filters
from rest_framework import mixins, status
from rest_framework.exceptions import PermissionDenied
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import SAFE_METHODS, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from conseillers.enums import Role
from conseillers.permissions import has_role
from permanences.models import Creneau, LieuAccueil, Occurrence, Seance
from permanences.permissions import may_set_occurrence
from permanences.serializers import (
    CreneauSerializer,
    LieuAccueilSerializer,
    OccurrenceSerializer,
    SeanceSerializer,
    as_api_error,
)
from permanences.services import record_seance, set_occurrence


class WriteByRole(BasePermission):
    """Reading is decided by `visible_to`; writing by the `writers` of the view."""

    message = "Votre compte ne permet pas cet enregistrement."

    def has_permission(self, request: Request, view: Any) -> bool:
        return request.method in SAFE_METHODS or has_role(request.user, *view.writers)


class SeancePagination(CursorPagination):
    """Years of séances: a cursor costs the same on the last page as on the first."""

    page_size = 100
    ordering = ("-date", "-pk")


class OccurrencePagination(SeancePagination):
    ordering = ("-date", "-pk")


class SeanceFilter(filters.FilterSet):
    depuis = filters.DateFilter("date", "gte", label="À partir du")
    jusqu_a = filters.DateFilter("date", "lte", label="Jusqu’au")
    poste = filters.NumberFilter("poste__numero", label="Poste")
    en_attente = filters.BooleanFilter("poste", "isnull", label="En attente de rattachement")

    class Meta:
        model = Seance
        fields = ("date", "nature", "canal", "epci", "source", "hors_delai")


class OccurrenceFilter(filters.FilterSet):
    depuis = filters.DateFilter("date", "gte", label="À partir du")
    jusqu_a = filters.DateFilter("date", "lte", label="Jusqu’au")
    creneau = filters.CharFilter("creneau__code", label="Créneau")

    class Meta:
        model = Occurrence
        fields = ("date", "statut", "motif")


class CreneauFilter(filters.FilterSet):
    poste = filters.NumberFilter("poste__numero", label="Poste")
    lieu = filters.CharFilter("lieu__code", label="Lieu")
    actif_le = filters.DateFilter(method="in_force", label="En vigueur le")

    class Meta:
        model = Creneau
        fields = ("nature", "acces")

    def in_force(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        return queryset.actif_le(value)


class LieuAccueilViewSet(ReadOnlyModelViewSet[LieuAccueil]):
    serializer_class = LieuAccueilSerializer
    lookup_field = "code"
    filterset_fields = ("type", "actif", "commune", "code_insee", "commune__epci")

    def get_queryset(self) -> QuerySet[LieuAccueil]:
        return LieuAccueil.objects.visible_to(self.request.user)


class CreneauViewSet(ReadOnlyModelViewSet[Creneau]):
    serializer_class = CreneauSerializer
    lookup_field = "code"
    filterset_class = CreneauFilter

    def get_queryset(self) -> QuerySet[Creneau]:
        return Creneau.objects.visible_to(self.request.user).select_related("poste", "lieu")


class OccurrenceViewSet(mixins.ListModelMixin, GenericViewSet[Occurrence]):
    serializer_class = OccurrenceSerializer
    permission_classes = (IsAuthenticated, WriteByRole)
    pagination_class = OccurrencePagination
    filterset_class = OccurrenceFilter
    writers = (Role.CONSEILLER, Role.GESTIONNAIRE)

    def get_queryset(self) -> QuerySet[Occurrence]:
        return Occurrence.objects.visible_to(self.request.user).select_related("creneau")

    def create(self, request: Request) -> Response:
        """201 when it is said for the first time, 200 when it is corrected."""
        saisie = self.get_serializer(data=request.data)
        saisie.is_valid(raise_exception=True)
        champs = saisie.validated_data
        creneau, jour = champs["creneau"], champs["date"]
        if not may_set_occurrence(request.user, creneau, jour):
            raise PermissionDenied("Vous n’occupiez pas ce poste ce jour-là.")
        connue = Occurrence.objects.filter(creneau=creneau, date=jour).exists()
        try:
            occurrence = set_occurrence(utilisateur=request.user, **champs)
        except RefusMetier as refus:
            raise as_api_error(refus) from refus
        return _written(self.get_serializer(occurrence).data, connue)


class SeanceViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Seance]):
    serializer_class = SeanceSerializer
    permission_classes = (IsAuthenticated, WriteByRole)
    pagination_class = SeancePagination
    filterset_class = SeanceFilter
    lookup_field = "cle"
    lookup_value_converter = "uuid"
    writers = (Role.CONSEILLER,)

    def get_queryset(self) -> QuerySet[Seance]:
        visibles = Seance.objects.visible_to(self.request.user)
        return visibles.select_related("poste", "lieu", "creneau")

    def create(self, request: Request) -> Response:
        """201 for a new `cle`; 200 with the first row when it was already sent."""
        saisie = self.get_serializer(data=request.data)
        saisie.is_valid(raise_exception=True)
        connue = Seance.objects.filter(cle=saisie.validated_data["cle"]).exists()
        try:
            seance = record_seance(utilisateur=request.user, **saisie.validated_data)
        except RefusMetier as refus:
            raise as_api_error(refus) from refus
        return _written(self.get_serializer(seance).data, connue)


def _written(donnees: Any, connue: bool) -> Response:
    return Response(donnees, status=status.HTTP_200_OK if connue else status.HTTP_201_CREATED)
