"""How the API's lists of the plan and of the séances are narrowed."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from permanences.models import Creneau, LieuAccueil, Occurrence, Seance
from territoires.filters import NumeroFilter, OuiNonFilter


@extend_schema_field(OpenApiTypes.DATE)
class JourFilter(filters.DateFilter):
    """A day, where the schema cannot read it on the model."""


class LieuFilter(filters.FilterSet):
    actif = OuiNonFilter("actif", label="Ouvert au programme")
    commune = filters.CharFilter("commune_id", label="Code INSEE de la commune d’aujourd’hui")
    code_insee = filters.CharFilter("code_insee", label="Code INSEE tel qu’enregistré")
    commune__epci = filters.CharFilter("commune__epci_id", label="SIREN de l’EPCI")

    class Meta:
        model = LieuAccueil
        fields = ("type",)


class CreneauFilter(filters.FilterSet):
    poste = NumeroFilter("poste__numero", label="Numéro du poste")
    lieu = filters.CharFilter("lieu__code", label="Code du lieu")
    actif_le = JourFilter(method="in_force", label="En vigueur ce jour-là")

    class Meta:
        model = Creneau
        fields = ("nature", "acces")

    def in_force(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        return queryset.actif_le(value)


class OccurrenceFilter(filters.FilterSet):
    depuis = filters.DateFilter("date", "gte", label="À partir de ce jour")
    jusqu_a = filters.DateFilter("date", "lte", label="Jusqu’à ce jour inclus")
    creneau = filters.CharFilter("creneau__code", label="Code du créneau")
    date = filters.DateFilter("date", label="Ce jour-là")

    class Meta:
        model = Occurrence
        fields = ("statut", "motif")


class SeanceFilter(filters.FilterSet):
    depuis = filters.DateFilter("date", "gte", label="À partir de ce jour")
    jusqu_a = filters.DateFilter("date", "lte", label="Jusqu’à ce jour inclus")
    poste = NumeroFilter("poste__numero", label="Numéro du poste")
    en_attente = OuiNonFilter("poste", "isnull", label="En attente de rattachement")
    epci = filters.CharFilter("epci_id", label="SIREN de l’EPCI où elle a eu lieu")
    hors_delai = OuiNonFilter("hors_delai", label="Saisie après la clôture de son mois")
    date = filters.DateFilter("date", label="Ce jour-là")

    class Meta:
        model = Seance
        fields = ("nature", "canal", "source")
