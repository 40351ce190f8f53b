"""The plan and the séances over HTTP: the same services as the screens."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError as RefusMetier
from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from conseillers.api import PorteeDuJeton, VisibleMixin, etag_of, refuse_unless_matching
from conseillers.enums import PorteeApi, Role
from conseillers.permissions import has_role
from permanences.filters import CreneauFilter, LieuFilter, OccurrenceFilter, SeanceFilter
from permanences.models import Creneau, LieuAccueil, Occurrence, Seance
from permanences.permissions import may_set_occurrence
from permanences.serializers import (
    CreneauSerializer,
    LieuAccueilSerializer,
    OccurrenceSerializer,
    OccurrenceSituee,
    SeanceCorrectionSerializer,
    SeanceSerializer,
    as_api_error,
)
from permanences.services import (
    clear_occurrence,
    delete_seance,
    record_seance,
    set_occurrence,
    update_seance,
)


class WriteByRole(BasePermission):
    """Reading is decided by `visible_to`; writing by the `writers` of the view."""

    message = "Votre compte ne permet pas cet enregistrement."

    def has_permission(self, request: Request, view: Any) -> bool:
        # A method that the view does not have is refused as such, whoever asks.
        sans_acte = request.method in SAFE_METHODS or not view.action
        return sans_acte or has_role(request.user, *view.writers)


ECRITURE = (IsAuthenticated, PorteeDuJeton, WriteByRole)


class LieuAccueilViewSet(VisibleMixin, ReadOnlyModelViewSet[LieuAccueil]):
    model = LieuAccueil
    serializer_class = LieuAccueilSerializer
    lookup_field = "code"
    filterset_class = LieuFilter
    portee_lecture = PorteeApi.PLAN
    ordre: Any = ("code",)


class CreneauViewSet(VisibleMixin, ReadOnlyModelViewSet[Creneau]):
    model = Creneau
    serializer_class = CreneauSerializer
    lookup_field = "code"
    filterset_class = CreneauFilter
    portee_lecture = PorteeApi.PLAN
    ordre: Any = ("code",)

    def get_queryset(self) -> QuerySet[Creneau]:
        return super().get_queryset().select_related("poste", "lieu")


class OccurrenceViewSet(VisibleMixin, mixins.ListModelMixin, GenericViewSet[Occurrence]):
    model = Occurrence
    serializer_class = OccurrenceSerializer
    permission_classes = ECRITURE
    filterset_class = OccurrenceFilter
    portee_lecture, portee_ecriture = PorteeApi.PLAN, PorteeApi.PLAN_ECRIRE
    ordre: Any = ("-date", "-pk")
    writers = (Role.CONSEILLER, Role.GESTIONNAIRE)

    def get_queryset(self) -> QuerySet[Occurrence]:
        return super().get_queryset().select_related("creneau")

    @extend_schema(responses={200: OccurrenceSerializer, 201: OccurrenceSerializer})
    def create(self, request: Request) -> Response:
        """201 when it is said for the first time, 200 when it is corrected."""
        saisie = self.get_serializer(data=request.data)
        saisie.is_valid(raise_exception=True)
        return self._set(**saisie.validated_data)

    def _refuse_unless_held(self, creneau: Creneau, jour: Any) -> None:
        if not may_set_occurrence(self.request.user, creneau, jour):
            raise PermissionDenied("Vous n’occupiez pas ce poste ce jour-là.")

    def _set(self, *, creneau: Creneau, date: Any, **champs: Any) -> Response:
        self._refuse_unless_held(creneau, date)
        connue = Occurrence.objects.filter(creneau=creneau, date=date).exists()
        try:
            occurrence = set_occurrence(
                utilisateur=self.request.user, creneau=creneau, date=date, **champs
            )
        except RefusMetier as refus:
            raise as_api_error(refus) from refus
        donnees = self.get_serializer(occurrence).data
        return _written(donnees, connue, self._address(creneau, date))

    def _address(self, creneau: Creneau, jour: Any) -> str:
        """Empty for a code or a year that the addresses do not hold."""
        try:
            return reverse("api:occurrence-detail", [creneau.code, jour], request=self.request)
        except NoReverseMatch:
            return ""


class OccurrenceDuJourViewSet(OccurrenceViewSet):
    """One date of one créneau, whether something was said of it or not."""

    def retrieve(self, request: Request, creneau: str, date: Any) -> Response:
        trouvee = get_object_or_404(self.get_queryset(), creneau__code=creneau, date=date)
        donnees = self.get_serializer(trouvee).data
        return Response(donnees, headers={"ETag": etag_of(donnees)})

    @extend_schema(
        request=OccurrenceSituee, responses={200: OccurrenceSerializer, 201: OccurrenceSerializer}
    )
    @transaction.atomic
    def update(self, request: Request, creneau: str, date: Any) -> Response:
        """The whole of what is said of that date, whether something was said or not."""
        vise = self._creneau(creneau)
        saisie = OccurrenceSituee(data=request.data, context=self.get_serializer_context())
        saisie.is_valid(raise_exception=True)
        refuse_unless_matching(request, self._tag(vise, date))
        return self._set(creneau=vise, date=date, **saisie.validated_data)

    @transaction.atomic
    def destroy(self, request: Request, creneau: str, date: Any) -> Response:
        """Back to « à renseigner »; nothing was said: there is nothing to take back."""
        vise = self._creneau(creneau)
        etag = self._tag(vise, date)
        get_object_or_404(self.get_queryset(), creneau=vise, date=date)
        refuse_unless_matching(request, etag)
        self._refuse_unless_held(vise, date)
        try:
            clear_occurrence(creneau=vise, date=date, utilisateur=request.user)
        except RefusMetier as refus:
            raise as_api_error(refus) from refus
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _creneau(self, code: str) -> Creneau:
        return get_object_or_404(Creneau.objects.visible_to(self.request.user), code=code)

    def _tag(self, creneau: Creneau, jour: Any) -> str:
        """Of what is known now, held until the end of the request; empty: nothing is."""
        connue = Occurrence.objects.select_for_update().filter(creneau=creneau, date=jour).first()
        return etag_of(self.get_serializer(connue).data) if connue else ""


class SeanceViewSet(
    VisibleMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Seance]
):
    model = Seance
    serializer_class = SeanceSerializer
    permission_classes = ECRITURE
    filterset_class = SeanceFilter
    lookup_field = "cle"
    lookup_value_converter = "uuid"
    portee_lecture, portee_ecriture = PorteeApi.SEANCES, PorteeApi.SEANCES_ECRIRE
    ordre: Any = ("-date", "-pk")
    writers = (Role.CONSEILLER,)

    def get_queryset(self) -> QuerySet[Seance]:
        return super().get_queryset().select_related("poste", "lieu", "creneau")

    @extend_schema(responses={200: SeanceSerializer, 201: SeanceSerializer})
    def create(self, request: Request) -> Response:
        """201 for a new `cle`; 200 with the first row when it was already sent."""
        saisie = self.get_serializer(data=request.data)
        saisie.is_valid(raise_exception=True)
        connue = Seance.objects.filter(cle=saisie.validated_data["cle"]).exists()
        try:
            seance = record_seance(utilisateur=request.user, **saisie.validated_data)
        except RefusMetier as refus:
            raise as_api_error(refus) from refus
        adresse = reverse("api:seance-detail", [seance.cle], request=request)
        return _written(self.get_serializer(seance).data, connue, adresse)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        donnees = self.get_serializer(self.get_object()).data
        return Response(donnees, headers={"ETag": etag_of(donnees)})

    @extend_schema(request=SeanceCorrectionSerializer, responses=SeanceSerializer)
    @transaction.atomic
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What is sent changes, the rest stays: by whoever shows the version that was read."""
        seance = self._held(request)
        saisie = SeanceCorrectionSerializer(
            seance, data=request.data, partial=True, context=self.get_serializer_context()
        )
        saisie.is_valid(raise_exception=True)
        try:
            corrigee = update_seance(
                seance=seance, utilisateur=request.user, **saisie.validated_data
            )
        except RefusMetier as refus:
            raise as_api_error(refus) from refus
        return _written(self.get_serializer(corrigee).data, connue=True)

    @transaction.atomic
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        seance = self._held(request)
        try:
            delete_seance(seance=seance, utilisateur=request.user)
        except RefusMetier as refus:
            raise as_api_error(refus) from refus
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _held(self, request: Request) -> Seance:
        """The row, kept from any other hand until the end of the request, and as it was read."""
        vue = self.get_object()
        Seance.objects.select_for_update().get(pk=vue.pk)
        seance = self.get_object()
        refuse_unless_matching(request, etag_of(self.get_serializer(seance).data), exige=True)
        return seance


def _written(donnees: Any, connue: bool, adresse: str = "") -> Response:
    """The row as it now is, with its tag; where it is, when it is new."""
    entetes = {"ETag": etag_of(donnees)}
    if not connue and adresse:
        entetes["Location"] = adresse
    statut = status.HTTP_200_OK if connue else status.HTTP_201_CREATED
    return Response(donnees, status=statut, headers=entetes)
