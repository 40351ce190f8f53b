"""Séances as the Département sees them: corrected, attached to a poste, withdrawn."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.db import models
from django.db.models import QuerySet, Sum
from django.http import HttpRequest

from conseillers.admin.base import BaseAdmin
from conseillers.admin.filtres import EmployeurDuPosteFilter, MoisFilter, PartFilter
from conseillers.admin.totaux import Total, duree
from permanences.admin.verrou import closed_months
from permanences.enums import GROUPES, Materiel, Thematique
from permanences.models import Seance
from permanences.models.mois import phrase_mois_clos, premier_du_mois
from permanences.models.seances import CHAMPS_SAISIS
from permanences.services import attach_seance, delete_seance, est_modifiable, update_seance


class EnAttenteFilter(admin.SimpleListFilter):
    title = "rattachement"
    parameter_name = "rattachement"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("en_attente", "En attente de rattachement"), ("fait", "Rattachée à un poste")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "en_attente":
            return queryset.filter(poste__isnull=True)
        if self.value() == "fait":
            return queryset.filter(poste__isnull=False)
        return queryset


class PartSeanceFilter(PartFilter):
    chemin = "poste__structure__"


class SeanceForm(forms.ModelForm):
    thematiques = forms.MultipleChoiceField(
        label="Thématiques", choices=Thematique, widget=forms.CheckboxSelectMultiple
    )
    materiel = forms.MultipleChoiceField(
        label="Matériel", choices=Materiel, required=False, widget=forms.CheckboxSelectMultiple
    )


def _label_counters() -> dict[str, str]:
    return {
        f"{prefixe}_{valeur}": libelle
        for prefixe, liste in GROUPES
        for valeur, libelle in liste.choices
    }


LIBELLES_COMPTEURS = _label_counters()
GROUPES_LISIBLES = ("ages", "genres", "statuts")


def _in_words(seance: Seance, prefixe: str) -> str:
    """« 60 à 69 ans : 2, non communiqué : 1 »; the empty counters are left out."""
    comptes = {
        LIBELLES_COMPTEURS.get(f"{prefixe}_{valeur}", "Non communiqué"): nombre
        for valeur, nombre in seance.groupe(prefixe).items()
    }
    return ", ".join(f"{libelle}\u202f: {nombre}" for libelle, nombre in comptes.items() if nombre)


@admin.register(Seance)
class SeanceAdmin(BaseAdmin):
    # The activity report is its author's: staff correct it, they do not write it for them.
    may_add = False
    form = SeanceForm
    list_display = (
        "date", "poste_ou_attente", "auteur", "nature", "ou", "duree", "nb_participants",
        "source", "retard",
    )  # fmt: skip
    list_filter = (
        EnAttenteFilter, MoisFilter, "nature", EmployeurDuPosteFilter, "epci", PartSeanceFilter,
        "canal", "source", "hors_delai",
    )  # fmt: skip
    colonnes_de_plus = ("themes", "outils", "ages", "genres", "statuts")
    totaux = (
        Total("Participations", Sum("nb_participants")),
        Total("Premières venues déclarées", Sum("nb_premieres_venues")),
        Total("Durée", Sum("duree"), duree),
    )
    list_select_related = ("poste", "auteur", "lieu", "commune")
    search_fields = (
        "=poste__numero", "auteur__nom", "auteur__prenom", "lieu__nom", "commune__nom",
        "code_insee",
    )  # fmt: skip
    mots_ignores = ("poste",)
    autocomplete_fields = ("poste", "lieu", "creneau")
    readonly_fields = ("auteur", "commune", "epci", "source", "saisie_le", "hors_delai", "cree_le")
    fieldsets = (
        (None, {"fields": ("date", "auteur", "poste", "nature", "duree", "titre")}),
        ("Où", {"fields": ("canal", "lieu", "creneau", "code_insee", "commune", "epci")}),
        ("Quoi", {"fields": ("thematiques", "materiel", "autonomie", "niveau", "orientation")}),
        ("Combien", {"fields": ("nb_participants", "nb_premieres_venues")}),
        *(
            (titre, {"fields": (tuple(f"{prefixe}_{v}" for v in liste.values),)})
            for titre, (prefixe, liste) in zip(("Âges", "Genres", "Statuts"), GROUPES, strict=True)
        ),
        ("Enregistrement", {"fields": ("source", "saisie_le", "cree_le", "hors_delai")}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Read-only, the lists are shown in words and the counters in three lines."""
        if obj is None or self.has_change_permission(request, obj):
            return self.fieldsets
        return (
            *self.fieldsets[:2],
            ("Quoi", {"fields": ("themes", "outils", "autonomie", "niveau", "orientation")}),
            (
                "Combien",
                {"fields": ("nb_participants", "nb_premieres_venues", *GROUPES_LISIBLES)},
            ),
            self.fieldsets[-1],
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*self.readonly_fields, "themes", "outils", *GROUPES_LISIBLES)

    @admin.display(description="thématiques")
    def themes(self, obj: Seance) -> str:
        return ", ".join(Thematique(valeur).label for valeur in obj.thematiques)

    @admin.display(description="matériel")
    def outils(self, obj: Seance) -> str:
        return ", ".join(Materiel(valeur).label for valeur in obj.materiel) or "—"

    @admin.display(description="âges")
    def ages(self, obj: Seance) -> str:
        return _in_words(obj, "age")

    @admin.display(description="genres")
    def genres(self, obj: Seance) -> str:
        return _in_words(obj, "genre")

    @admin.display(description="statuts")
    def statuts(self, obj: Seance) -> str:
        return _in_words(obj, "statut")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return Seance.objects.visible_to(request.user)

    def phrase_figee(self, request: HttpRequest, obj: Seance) -> str:
        clos = closed_months(request)
        mois = premier_du_mois(obj.date)
        if mois not in clos or est_modifiable(obj):
            return ""
        return phrase_mois_clos(obj.date, clos[mois])

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        champ = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name in LIBELLES_COMPTEURS:
            champ.label = LIBELLES_COMPTEURS[db_field.name]
        return champ

    def save_model(self, request: HttpRequest, obj: Seance, form: Any, change: bool) -> None:
        saisis = set(flatten_fieldsets(self.fieldsets)) & set(CHAMPS_SAISIS)
        champs = {c: v for c, v in form.cleaned_data.items() if c in saisis}
        # Emptied, the poste is looked for again among the author's affectations of that day.
        poste = champs.pop("poste", None)
        if poste is not None:
            champs["poste"] = poste
        seance = update_seance(seance=obj, utilisateur=request.user, **champs)
        if poste is not None:
            attach_seance(seance=seance, poste=poste, utilisateur=request.user)

    def delete_model(self, request: HttpRequest, obj: Seance) -> None:
        delete_seance(seance=obj, utilisateur=request.user)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        for seance in queryset:
            delete_seance(seance=seance, utilisateur=request.user)

    @admin.display(description="délai", ordering="hors_delai")
    def retard(self, obj: Seance) -> str:
        """A word where it is late: a red cross on every punctual line would alarm."""
        return "hors délai" if obj.hors_delai else ""

    @admin.display(description="poste", ordering="poste__numero")
    def poste_ou_attente(self, obj: Seance) -> str:
        return str(obj.poste) if obj.poste else "En attente de rattachement"

    @admin.display(description="où")
    def ou(self, obj: Seance) -> str:
        return str(obj.lieu or obj.commune or obj.code_insee or obj.get_canal_display())
