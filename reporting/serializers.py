"""Reports as the API shows them: what they are, then their frozen figures."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from reporting.filters import MOTIF_MOIS
from reporting.models import Rapport


@extend_schema_field({"type": "string", "pattern": MOTIF_MOIS, "example": "2026-10"})
class MoisField(serializers.DateField):
    """A month, « 2026-10 »."""

    def __init__(self, **options: Any) -> None:
        super().__init__(format="%Y-%m", input_formats=["%Y-%m"], **options)


class RapportSerializer(serializers.ModelSerializer[Rapport]):
    mois = MoisField()
    provisoire = serializers.BooleanField(read_only=True)

    class Meta:
        model = Rapport
        fields: tuple[str, ...] = (
            "code", "type", "mois", "version", "provisoire", "statut", "fige_le",
            "motif_rectification", "empreinte_donnees", "sha256", "produit_le", "transmis_le",
            "recu_le",
        )  # fmt: skip
        read_only_fields = fields


class RapportDetailSerializer(RapportSerializer):
    # Said key by key in docs/contrat/formats.md.
    donnees = serializers.DictField(read_only=True)

    class Meta(RapportSerializer.Meta):
        fields = (*RapportSerializer.Meta.fields, "donnees")
        read_only_fields = fields


class TableauSerializer(serializers.Serializer[dict[str, str]]):
    code = serializers.SlugField()
    titre = serializers.CharField()


class ActiviteSerializer(serializers.Serializer[Any]):
    mois = MoisField()
    perimetre = serializers.ChoiceField(
        choices=[
            ("conseiller", "Les séances du conseiller"),
            ("structure", "Les postes de la structure"),
            ("programme", "Tout le programme"),
        ]
    )
    seances = serializers.IntegerField(min_value=0)
    participations = serializers.IntegerField(min_value=0)
    minutes = serializers.IntegerField(min_value=0)
    rapport = serializers.CharField()
    version = serializers.IntegerField(allow_null=True)
