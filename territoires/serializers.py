"""Territories as the API shows them: public facts, without contours."""

from rest_framework import serializers

from territoires.models import EPCI, Commune


class EPCISerializer(serializers.ModelSerializer[EPCI]):
    class Meta:
        model = EPCI
        fields = (
            "siren", "nom", "type", "communes_total", "population_totale", "departements",
        )  # fmt: skip


class CommuneSerializer(serializers.ModelSerializer[Commune]):
    class Meta:
        model = Commune
        fields = (
            "code", "nom", "departement", "population", "population_millesime", "epci",
            "latitude", "longitude", "codes_postaux", "absorbee_par",
        )  # fmt: skip
