"""Reports as the API shows them: what they are, then their frozen figures."""

from __future__ import annotations

from rest_framework import serializers

from reporting.models import Rapport


class RapportSerializer(serializers.ModelSerializer[Rapport]):
    mois = serializers.DateField(format="%Y-%m")

    class Meta:
        model = Rapport
        fields = (
            "code", "type", "mois", "version", "provisoire", "statut", "fige_le",
            "motif_rectification", "empreinte_donnees", "sha256", "produit_le", "transmis_le",
            "recu_le",
        )  # fmt: skip


class RapportDetailSerializer(RapportSerializer):
    class Meta(RapportSerializer.Meta):
        fields = (*RapportSerializer.Meta.fields, "donnees")
