"""What came from La Coop, as lists; what is done with it has pages of its own."""

from __future__ import annotations

from django.contrib import admin
from django.urls import URLPattern

from conseillers.admin.base import ReadOnlyAdmin
from permanences.admin.coop import coop_urls
from permanences.models import (
    ChangementCoop,
    CompteRenduCoop,
    ImportCoop,
    LieuCoop,
    MediateurCoop,
)


@admin.register(ImportCoop)
class ImportCoopAdmin(ReadOnlyAdmin):
    list_display = (
        "debute_le", "origine", "nom_fichier", "etat", "lance_par", "lus", "crees", "modifies",
        "ecartes", "supprimes", "regularisations",
    )  # fmt: skip
    list_filter = ("origine", "etat", "forme")
    list_select_related = ("lance_par",)
    search_fields = ("nom_fichier",)
    date_hierarchy = "debute_le"
    fields = (
        "origine", "etat", "cause", "nom_fichier", "sha256", "forme", "lance_par", "conseiller",
        "debute_le", "termine_le", "depuis", "lignes", "lus", "crees", "modifies", "inchanges",
        "ecartes", "supprimes", "regularisations", "annule_le", "annule_par",
    )  # fmt: skip

    def get_urls(self) -> list[URLPattern]:
        return [*coop_urls(self.admin_site), *super().get_urls()]


@admin.register(CompteRenduCoop)
class CompteRenduCoopAdmin(ReadOnlyAdmin):
    list_display = (
        "date", "id_coop", "conseiller", "lieu_coop", "duree", "nb_participants", "etat", "raison",
        "precision",
    )  # fmt: skip
    list_filter = ("etat", "raison")
    list_select_related = ("conseiller", "lieu_coop")
    search_fields = ("id_coop", "precision", "lieu_coop__nom")
    date_hierarchy = "date"
    fields = (
        "id_coop", "date", "conseiller", "mediateur", "lieu_coop", "duree", "nb_participants",
        "etat", "raison", "precision", "seance", "modifie_le", "supprime_le",
    )  # fmt: skip


@admin.register(LieuCoop)
class LieuCoopAdmin(ReadOnlyAdmin):
    list_display = ("nom", "commune", "code_insee", "traitement", "lieu", "decide_par", "decide_le")
    list_filter = ("traitement",)
    list_select_related = ("lieu", "decide_par")
    search_fields = ("nom", "adresse", "commune", "code_insee")


@admin.register(MediateurCoop)
class MediateurCoopAdmin(ReadOnlyAdmin):
    list_display = ("nom", "identifiant", "conseiller", "ignore", "decide_par", "decide_le")
    list_filter = ("ignore",)
    list_select_related = ("conseiller", "decide_par")
    search_fields = ("nom", "identifiant")


@admin.register(ChangementCoop)
class ChangementCoopAdmin(ReadOnlyAdmin):
    list_display = ("importation", "compte_rendu")
    list_select_related = ("importation", "compte_rendu")
    search_fields = ("compte_rendu__id_coop",)
    fields = ("importation", "compte_rendu")
