"""Host sites."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from conseillers.admin.base import BaseAdmin
from permanences.models import LieuAccueil
from territoires.typographie import accorde


@admin.register(LieuAccueil)
class LieuAccueilAdmin(BaseAdmin):
    list_display = ("nom", "type", "commune", "code_insee", "code", "actif", "verifie_le")
    list_filter = (
        "actif", "type", "qpv", "accessible",
        ("latitude", admin.EmptyFieldListFilter), ("verifie_le", admin.EmptyFieldListFilter),
        "commune__epci",
    )  # fmt: skip
    list_select_related = ("commune",)
    search_fields = ("nom", "code", "commune__nom", "code_insee", "adresse")
    # Follows from the INSEE code.
    readonly_fields = ("commune",)
    fieldsets = (
        (None, {"fields": ("code", "nom", "type", "actif")}),
        ("Adresse", {"fields": ("adresse", "code_insee", "commune", "latitude", "longitude")}),
        ("Précisions", {"fields": ("telephone", "accessible", "siret", "qpv", "verifie_le")}),
    )
    actions = ("mark_as_checked",)

    @admin.action(description="Marquer comme vérifiés aujourd’hui", permissions=["change"])
    def mark_as_checked(self, request: HttpRequest, queryset: QuerySet[LieuAccueil]) -> None:
        aujourdhui = timezone.localdate()
        a_dater = list(queryset.exclude(verifie_le=aujourdhui))
        queryset.filter(pk__in=[lieu.pk for lieu in a_dater]).update(verifie_le=aujourdhui)
        for lieu in a_dater:
            # As if each had been changed in its form: its history says who looked and when.
            self.log_change(request, lieu, [{"changed": {"fields": ["vérifié le"]}}])
        self.message_user(
            request,
            f"{accorde(len(a_dater), 'lieu vérifié', 'lieux vérifiés')} aujourd’hui.",
            messages.SUCCESS,
        )
