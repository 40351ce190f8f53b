"""Addresses of the pages of the plan that are no form of a model."""

from __future__ import annotations

from django.contrib.admin import AdminSite
from django.urls import URLPattern, path

from permanences.admin import doubles, en_nombre, fermer, rattacher, saisie, semaine


def plan_urls(site: AdminSite) -> list[URLPattern]:
    page = site.admin_view
    return [
        path("semaine/", page(semaine.week), name="permanences_semaine"),
        path("conflits/", page(semaine.conflicts), name="permanences_conflits"),
        path("en-nombre/", page(en_nombre.change), name="permanences_creneaux_en_nombre"),
        path("fermer/", page(fermer.close), name="permanences_fermer"),
        path("fermer/<int:pk>/lever/", page(fermer.lift), name="permanences_fermer_lever"),
        path("vacances/charger/", page(fermer.load), name="permanences_vacances_charger"),
        path("a-rattacher/", page(rattacher.settle), name="permanences_a_rattacher"),
        path("doubles/", page(doubles.compare), name="permanences_doubles"),
        path("doubles/<int:pk>/annuler/", page(doubles.cancel), name="permanences_doubles_annuler"),
        path("sources/<int:pk>/changer/", page(saisie.change), name="permanences_source_changer"),
    ]
