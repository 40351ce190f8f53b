"""/api/v1/: one router, the apps' own views, and the schema that says them all."""

from __future__ import annotations

from django.urls import path
from rest_framework.routers import SimpleRouter

from permanences.api import (
    CreneauViewSet,
    LieuAccueilViewSet,
    OccurrenceDuJourViewSet,
    OccurrenceViewSet,
    SeanceViewSet,
)
from reporting.api import ActiviteViewSet, RapportViewSet
from territoires.api import CommuneViewSet, EPCIViewSet

app_name = "api"
router = SimpleRouter(use_regex_path=False)
router.register("communes", CommuneViewSet, "commune")
router.register("epci", EPCIViewSet, "epci")
router.register("lieux", LieuAccueilViewSet, "lieu")
router.register("creneaux", CreneauViewSet, "creneau")
router.register("occurrences", OccurrenceViewSet, "occurrence")
router.register("seances", SeanceViewSet, "seance")
router.register("activite", ActiviteViewSet, "activite")
router.register("rapports", RapportViewSet, "rapport")
urlpatterns = [
    *router.urls,
    path(
        "occurrences/<str:creneau>/<jour:date>/",
        OccurrenceDuJourViewSet.as_view({"get": "retrieve", "put": "update", "delete": "destroy"}),
        name="occurrence-detail",
    ),
]
