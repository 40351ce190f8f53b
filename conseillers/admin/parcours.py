"""Trainings and certifications of the advisors."""

from django.contrib import admin
from django.db.models import Sum

from conseillers.admin.base import BaseAdmin
from conseillers.admin.totaux import Total, heures
from conseillers.models import Formation


@admin.register(Formation)
class FormationAdmin(BaseAdmin):
    list_display = ("conseiller", "nature", "libelle", "date", "heures", "obtenue_le", "reference")
    list_filter = ("nature", "certification")
    list_select_related = ("conseiller",)
    search_fields = ("intitule", "conseiller__nom", "conseiller__prenom")
    autocomplete_fields = ("conseiller",)
    date_hierarchy = "date"
    totaux = (Total("Heures", Sum("heures"), heures),)

    @admin.display(description="intitulé", ordering="intitule")
    def libelle(self, obj: Formation) -> str:
        return obj.libelle
