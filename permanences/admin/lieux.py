"""Host sites."""

from django.contrib import admin

from conseillers.admin.base import BaseAdmin
from permanences.models import LieuAccueil


@admin.register(LieuAccueil)
class LieuAccueilAdmin(BaseAdmin):
    list_display = ("nom", "type", "commune", "code_insee", "code", "actif", "accessible")
    list_filter = (
        "actif", "type", "qpv", "accessible",
        ("latitude", admin.EmptyFieldListFilter), "commune__epci",
    )  # fmt: skip
    list_select_related = ("commune",)
    search_fields = ("nom", "code", "commune__nom", "code_insee", "adresse")
    # Follows from the INSEE code.
    readonly_fields = ("commune",)
    fieldsets = (
        (None, {"fields": ("code", "nom", "type", "actif")}),
        ("Adresse", {"fields": ("adresse", "code_insee", "commune", "latitude", "longitude")}),
        ("Précisions", {"fields": ("siret", "qpv", "accessible")}),
    )
