"""Employers, posts, and who holds them."""

from __future__ import annotations

import datetime as dt

from django.contrib import admin
from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from conseillers.admin.base import BaseAdmin, BaseInline
from conseillers.admin.filtres import (
    EmployeurDuPosteFilter,
    EmployeurFilter,
    EtatPosteFilter,
    PartFilter,
    PeriodeFilter,
)
from conseillers.admin.pages import link_to_data
from conseillers.models import (
    Absence,
    Affectation,
    Conseiller,
    ConventionLigne,
    Formation,
    Label,
    Poste,
    Structure,
    Versement,
)
from territoires.typographie import format_euros


class PartAffectationFilter(PartFilter):
    chemin = "poste__structure__"


def in_force(jour: dt.date) -> QuerySet[Affectation]:
    return Affectation.objects.actif_le(jour).select_related("conseiller", "poste")


class AffectationInline(BaseInline):
    model = Affectation
    autocomplete_fields = ("conseiller", "poste")


class ConventionLigneInline(BaseInline):
    model = ConventionLigne
    autocomplete_fields = ("convention",)


class FormationInline(BaseInline):
    """Eight columns to type in would hide the last ones: each row has its own page."""

    model = Formation
    may_add = may_change = may_delete = False
    show_change_link = True
    fields = readonly_fields = (
        "nature", "libelle", "date", "heures", "obtenue_le", "reference",
    )  # fmt: skip

    @admin.display(description="intitulé")
    def libelle(self, obj: Formation) -> str:
        return obj.libelle


@admin.register(Structure)
class StructureAdmin(BaseAdmin):
    list_display = ("nom", "siret", "type", "part", "code_insee", "label")
    list_filter = ("type",)
    search_fields = ("nom", "siret")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        attestes = Label.objects.filter(
            structure=OuterRef("pk"), atteste_le__lte=timezone.localdate()
        )
        derniers = attestes.order_by("-expire_le").values("expire_le")[:1]
        return super().get_queryset(request).annotate(_label=Subquery(derniers))

    @admin.display(description="label", ordering="_label", empty_value="aucun")
    def label(self, obj: Structure) -> str | None:
        if obj._label is None:
            return None
        mot = "expiré le" if obj._label < timezone.localdate() else "jusqu’au"
        return f"{mot} {obj._label:%d/%m/%Y}"

    @admin.display(description="part")
    def part(self, obj: Structure) -> str:
        return obj.part.label


@admin.register(Poste)
class PosteAdmin(BaseAdmin):
    list_display = (
        "numero", "histoire", "occupant", "structure", "part", "type", "date_attribution",
        "date_rendu",
    )  # fmt: skip
    list_filter = (EtatPosteFilter, PartFilter, EmployeurFilter, "type", "epcis")
    list_select_related = ("structure",)
    search_fields = ("=numero", "structure__nom")
    mots_ignores = ("poste",)
    autocomplete_fields = ("structure", "epcis")
    readonly_fields = ("versements",)
    inlines = (AffectationInline, ConventionLigneInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        en_cours = in_force(timezone.localdate())
        return (
            super()
            .get_queryset(request)
            .prefetch_related(Prefetch("affectations", en_cours, to_attr="en_cours"))
        )

    @admin.display(description="part")
    def part(self, obj: Poste) -> str:
        return obj.part.label

    @admin.display(description="occupé aujourd’hui par", empty_value="vacant")
    def occupant(self, obj: Poste) -> str | None:
        if obj.date_rendu and obj.date_rendu <= timezone.localdate():
            return "rendu"
        return ", ".join(str(a.conseiller) for a in obj.en_cours) or None

    @admin.display(description="histoire")
    def histoire(self, obj: Poste) -> str:
        url = reverse("admin:permanences_histoire_poste", args=[obj.numero])
        return format_html('<a href="{}" aria-label="Histoire du {}">Histoire</a>', url, obj)

    @admin.display(description="versements de ses conventions")
    def versements(self, obj: Poste) -> str:
        lignes = (
            Versement.objects.filter(convention__lignes__poste=obj.pk)
            .select_related("convention")
            .order_by("convention", "rang")
            .distinct()
        )
        return format_html_join("", "<div>{} : {}, {}</div>", map(_phrase, lignes)) or "Aucun."


def _phrase(versement: Versement) -> tuple[str, str, str]:
    if versement.date_recue:
        quand = f"reçu le {versement.date_recue:%d/%m/%Y}"
    else:
        quand = f"prévu le {versement.date_prevue:%d/%m/%Y}"
    return str(versement), format_euros(versement.montant), quand


@admin.register(Conseiller)
class ConseillerAdmin(BaseAdmin):
    list_display = ("nom", "prenom", "courriel", "poste_actuel", "utilisateur")
    list_display_links = ("nom", "prenom")
    list_filter = (("utilisateur", admin.EmptyFieldListFilter),)
    list_select_related = ("utilisateur",)
    search_fields = ("nom", "prenom", "courriel")
    autocomplete_fields = ("utilisateur",)
    inlines = (AffectationInline, FormationInline)
    readonly_fields = ("donnees",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        en_cours = in_force(timezone.localdate())
        return (
            super()
            .get_queryset(request)
            .prefetch_related(Prefetch("affectations", en_cours, to_attr="en_cours"))
        )

    @admin.display(description="données personnelles")
    def donnees(self, obj: Conseiller) -> str:
        return link_to_data("conseiller", obj.pk)

    @admin.display(description="poste aujourd’hui")
    def poste_actuel(self, obj: Conseiller) -> str:
        return ", ".join(str(a.poste) for a in obj.en_cours) or "aucun"


@admin.register(Affectation)
class AffectationAdmin(BaseAdmin):
    list_display = (
        "poste", "conseiller", "role", "date_debut", "date_fin", "type_contrat", "quotite",
    )  # fmt: skip
    list_filter = (
        PeriodeFilter, "role", "type_contrat", PartAffectationFilter, EmployeurDuPosteFilter,
    )  # fmt: skip
    list_select_related = ("poste", "conseiller")
    search_fields = ("=poste__numero", "conseiller__nom", "conseiller__prenom")
    mots_ignores = ("poste",)
    autocomplete_fields = ("poste", "conseiller")
    date_hierarchy = "date_debut"


@admin.register(Absence)
class AbsenceAdmin(BaseAdmin):
    list_display = ("conseiller", "poste", "date_debut", "date_fin")
    list_filter = (PeriodeFilter, EmployeurDuPosteFilter)
    list_select_related = ("poste", "conseiller")
    search_fields = ("=poste__numero", "conseiller__nom", "conseiller__prenom")
    mots_ignores = ("poste",)
    autocomplete_fields = ("poste", "conseiller")
    date_hierarchy = "date_debut"
