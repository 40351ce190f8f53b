"""Reports: staff reads every version, the Préfecture what was transmitted. And their totals."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from conseillers.api import VisibleMixin, etag_of
from conseillers.enums import PorteeApi, Role
from reporting import fichiers
from reporting.enums import FormatFichier
from reporting.filters import RapportFilter
from reporting.models import Rapport
from reporting.selectors import activite
from reporting.serializers import (
    ActiviteSerializer,
    RapportDetailSerializer,
    RapportSerializer,
    TableauSerializer,
)
from reporting.services import record_telechargement


class CsvRenderer(BaseRenderer):
    """For « Accept »: the view answers with the bytes themselves."""

    media_type, format, charset = "text/csv", "csv", "utf-8"

    def render(self, data: Any, *args: Any, **kwargs: Any) -> bytes:
        return str(data).encode()


class PdfRenderer(CsvRenderer):
    media_type, format, charset = "application/pdf", "pdf", None


class RapportViewSet(VisibleMixin, ReadOnlyModelViewSet[Rapport]):
    model = Rapport
    lookup_field = "code"
    filterset_class = RapportFilter
    portee_lecture = PorteeApi.RAPPORTS
    ordre: Any = ("-mois", "type", "-version")

    def get_serializer_class(self) -> type[BaseSerializer[Rapport]]:
        return RapportDetailSerializer if self.action == "retrieve" else RapportSerializer

    def get_queryset(self) -> QuerySet[Rapport]:
        visibles = super().get_queryset()
        return visibles.defer("donnees") if self.action == "list" else visibles

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The figures of a transmitted report are a download like another: it is recorded."""
        rapport = self.get_object()
        donnees = self.get_serializer(rapport).data
        etag = etag_of(donnees)
        if deja := unchanged(request, etag):
            return deja
        self._record(rapport, FormatFichier.JSON)
        return Response(donnees, headers={"ETag": etag})

    @extend_schema(responses=OpenApiTypes.OBJECT)
    @action(detail=True)
    def donnees(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The frozen figures, key for key: the JSON file of the portal."""
        rapport = self.get_object()
        etag = self._tag(rapport)
        if deja := unchanged(request, etag):
            return deja
        self._record(rapport, FormatFichier.JSON)
        return Response(rapport.donnees, headers={"ETag": etag})

    @extend_schema(operation_id="rapports_tableaux_list", responses=TableauSerializer(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def tableaux(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What CSV tables there are: no figure leaves."""
        tables = fichiers.all_tables(self.get_object().donnees)
        return Response(
            TableauSerializer(
                [{"code": table.code, "titre": table.titre} for table in tables], many=True
            ).data
        )

    @extend_schema(
        operation_id="rapports_tableau_retrieve", responses={(200, "text/csv"): OpenApiTypes.STR}
    )
    @action(detail=True, url_path="tableaux/<slug:tableau>", renderer_classes=[CsvRenderer])
    def tableau(self, request: Request, tableau: str, **kwargs: Any) -> HttpResponseBase:
        rapport = self.get_object()
        texte = fichiers.csv_files(rapport.donnees).get(f"{tableau}.csv")
        if texte is None:
            raise NotFound("Ce rapport n’a pas de tableau de ce nom.")
        etag = f'"{tableau}-{self._tag(rapport)[1:]}'
        if deja := unchanged(request, etag):
            return deja
        self._record(rapport, FormatFichier.CSV)
        return _file(texte.encode(), f"{rapport.nom_fichier}-{tableau}.csv", "text/csv", etag)

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    @action(detail=True, renderer_classes=[PdfRenderer])
    def pdf(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        rapport = self.get_object()
        if not rapport.pdf:
            raise NotFound("Ce PDF n’est pas encore produit.")
        if rapport.pdf_perdu:
            raise NotFound("Ce PDF a disparu du stockage : le Département peut le réimprimer.")
        etag = f'"{rapport.sha256}"'
        if deja := unchanged(request, etag):
            return deja
        self._record(rapport, FormatFichier.PDF)
        reponse = FileResponse(
            rapport.pdf.open("rb"), as_attachment=True, filename=f"{rapport.nom_fichier}.pdf"
        )
        reponse["ETag"] = etag
        return reponse

    def _tag(self, rapport: Rapport) -> str:
        return f'"{fichiers.empreinte(rapport.donnees)}"'

    def _record(self, rapport: Rapport, format_fichier: str) -> None:
        """HEAD hands nothing over."""
        if self.request.method == "GET":
            record_telechargement(
                rapport=rapport, utilisateur=self.request.user, format_fichier=format_fichier
            )


class ActiviteViewSet(GenericViewSet[Rapport]):
    """What was done, month by month, for whoever may not see the séances; never by poste.

    An employer's referent reads the totals of « Ma structure », an advisor those of « Mes
    chiffres », the Préfecture and staff those of the transmitted reports.
    """

    queryset = Rapport.objects.none()
    serializer_class = ActiviteSerializer
    portee_lecture = PorteeApi.SEANCES
    filter_backends: Any = ()
    ordre: Any = ("-mois",)

    def list(self, request: Request) -> Response:
        utilisateur = request.user
        if utilisateur.role == Role.EMPLOYEUR:
            return self._whole(activite.de_la_structure(utilisateur))
        if utilisateur.role == Role.CONSEILLER:
            return self._whole(activite.du_conseiller(utilisateur))
        page = self.paginate_queryset(activite.rapports_en_vigueur(utilisateur))
        lignes = [activite.du_rapport(rapport) for rapport in page or ()]
        return self.get_paginated_response(self.get_serializer(lignes, many=True).data)

    def _whole(self, lignes: list[Any]) -> Response:
        """A few months, on one page."""
        donnees = self.get_serializer(lignes, many=True).data
        return Response({"next": None, "previous": None, "results": donnees})


def unchanged(request: Request, etag: str) -> HttpResponse | None:
    """304 for whoever has this version already: nothing is handed over, nothing is recorded."""
    return get_conditional_response(request._request, etag=etag)


def _file(contenu: bytes, nom: str, genre: str, etag: str) -> HttpResponse:
    return HttpResponse(
        contenu,
        content_type=f"{genre}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{nom}"', "ETag": etag},
    )
