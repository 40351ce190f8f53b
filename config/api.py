"""/api/v1/: one router, the apps' own views."""

from rest_framework.routers import SimpleRouter

from permanences.api import (
    CreneauViewSet,
    LieuAccueilViewSet,
    OccurrenceViewSet,
    SeanceViewSet,
)
from reporting.api import RapportViewSet
from territoires.api import CommuneViewSet, EPCIViewSet

app_name = "api"
router = SimpleRouter(use_regex_path=False)
router.register("communes", CommuneViewSet, "commune")
router.register("epci", EPCIViewSet, "epci")
router.register("lieux", LieuAccueilViewSet, "lieu")
router.register("creneaux", CreneauViewSet, "creneau")
router.register("occurrences", OccurrenceViewSet, "occurrence")
router.register("seances", SeanceViewSet, "seance")
router.register("rapports", RapportViewSet, "rapport")
urlpatterns = router.urls
