"""The programme's dated figures, and the journal of the months."""

from django.contrib import admin
from django.urls import URLPattern

from conseillers.admin.base import BaseAdmin, ReadOnlyAdmin
from reporting.admin.financements import money_urls
from reporting.models import Acte, Cible


@admin.register(Cible)
class CibleAdmin(BaseAdmin):
    list_display = ("figure", "depuis", "valeur", "source")
    list_filter = ("figure",)
    search_fields = ("figure", "source")
    date_hierarchy = "depuis"

    def get_urls(self) -> list[URLPattern]:
        return [*money_urls(self.admin_site), *super().get_urls()]


@admin.register(Acte)
class ActeAdmin(ReadOnlyAdmin):
    list_display = ("le", "mois", "nature", "version", "utilisateur", "motif")
    list_filter = ("nature",)
    list_select_related = ("utilisateur",)
    date_hierarchy = "mois"
