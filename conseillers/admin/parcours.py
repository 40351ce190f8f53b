"""Recruitment and training."""

from django.contrib import admin

from conseillers.admin.base import BaseAdmin
from conseillers.models import Candidature, Formation


@admin.register(Candidature)
class CandidatureAdmin(BaseAdmin):
    list_display = ("nom", "prenom", "courriel", "recue_le", "etat", "poste")
    list_display_links = ("nom", "prenom")
    list_filter = ("etat",)
    list_select_related = ("poste",)
    search_fields = ("nom", "prenom", "courriel")
    autocomplete_fields = ("poste",)
    date_hierarchy = "recue_le"


@admin.register(Formation)
class FormationAdmin(BaseAdmin):
    list_display = ("conseiller", "nature", "intitule", "date", "heures")
    list_filter = ("nature",)
    list_select_related = ("conseiller",)
    search_fields = ("intitule", "conseiller__nom", "conseiller__prenom")
    autocomplete_fields = ("conseiller",)
    date_hierarchy = "date"
