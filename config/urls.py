from django.contrib import admin
from django.urls import include, path

from config import publiques
from config.documentation import SchemaView, documentation
from config.views import accueil

urlpatterns = [
    path("", accueil, name="accueil"),
    path("", include(publiques)),
    path("", include("conseillers.urls")),
    path("", include("permanences.urls")),
    path("", include("reporting.urls")),
    path("admin/", admin.site.urls),
    path("api/", documentation, name="api_documentation"),
    path("api/v1/openapi.json", SchemaView.as_view(), name="api_schema"),
    path("api/v1/", include("config.api")),
]
