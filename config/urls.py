from django.contrib import admin
from django.urls import include, path

from config import publiques
from config.views import accueil

urlpatterns = [
    path("", accueil, name="accueil"),
    path("", include(publiques)),
    path("", include("conseillers.urls")),
    path("", include("permanences.urls")),
    path("", include("reporting.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("config.api")),
]
