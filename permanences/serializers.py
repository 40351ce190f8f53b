"""The plan and the séances as the API reads and writes them: the columns of the files."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.core.exceptions import ValidationError as RefusMetier
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.settings import api_settings

from permanences.enums import COMPTEURS, Materiel, Thematique
from permanences.models import Creneau, LieuAccueil, Occurrence, Seance
from permanences.models.seances import DUREE_MAX, PARTICIPANTS_MAX

CHAMPS_SEANCE = (
    "cle", "date", "nature", "canal", "lieu", "code_insee", "creneau", "duree",
    "nb_participants", "nb_premieres_venues", "thematiques", "materiel", "autonomie", "niveau",
    "orientation", "titre", *COMPTEURS,
)  # fmt: skip


def as_api_error(refus: RefusMetier) -> serializers.ValidationError:
    """A refusal of a service, under the names of the fields."""
    general = api_settings.NON_FIELD_ERRORS_KEY
    if not hasattr(refus, "error_dict"):
        return serializers.ValidationError({general: refus.messages})
    return serializers.ValidationError(
        {
            general if champ == NON_FIELD_ERRORS else champ: phrases
            for champ, phrases in refus.message_dict.items()
        }
    )


class LieuAccueilSerializer(serializers.ModelSerializer[LieuAccueil]):
    class Meta:
        model = LieuAccueil
        fields = (
            "code", "nom", "type", "adresse", "code_insee", "latitude", "longitude", "siret",
            "actif", "qpv", "accessible", "telephone",
        )  # fmt: skip


@extend_schema_field({"type": "string", "pattern": r"^\d\d:\d\d:\d\d$", "example": "09:00:00"})
class HeureField(serializers.TimeField):
    """On the clock of the lieu: « time » of JSON Schema would want a time zone."""


class CreneauSerializer(serializers.ModelSerializer[Creneau]):
    poste: Any = serializers.SlugRelatedField("numero", read_only=True)
    lieu: Any = serializers.SlugRelatedField("code", read_only=True)
    heure_debut = HeureField()
    heure_fin = HeureField()

    class Meta:
        model = Creneau
        fields = (
            "code", "poste", "lieu", "nature", "titre", "date_debut", "date_fin", "heure_debut",
            "heure_fin", "recurrence", "capacite", "feries", "acces", "phrase",
        )  # fmt: skip


class MesCreneauxField(serializers.SlugRelatedField):
    """A créneau by its code, among those that the signed-in person sees."""

    def __init__(self, **options: Any) -> None:
        super().__init__("code", queryset=Creneau.objects.none(), **options)

    def get_queryset(self) -> Any:
        return Creneau.objects.visible_to(self.context["request"].user)


class OccurrenceSerializer(serializers.ModelSerializer[Occurrence]):
    creneau: Any = MesCreneauxField()

    class Meta:
        model = Occurrence
        fields = ("creneau", "date", "statut", "motif", "motif_texte", "modifiee_le")
        read_only_fields = ("modifiee_le",)
        # The service corrects the row that is already there.
        validators: tuple[Any, ...] = ()


class OccurrenceSituee(OccurrenceSerializer):
    """What is said of a date that the address names."""

    class Meta(OccurrenceSerializer.Meta):
        fields: tuple[str, ...] = ("statut", "motif", "motif_texte")
        read_only_fields: tuple[str, ...] = ()

    creneau = None


class SeanceSerializer(serializers.ModelSerializer[Seance]):
    cle = serializers.UUIDField()
    lieu: Any = serializers.SlugRelatedField(
        "code", queryset=LieuAccueil.objects.all(), required=False, allow_null=True
    )
    creneau: Any = MesCreneauxField(required=False, allow_null=True)
    duree = serializers.IntegerField(min_value=1, max_value=DUREE_MAX)
    nb_participants = serializers.IntegerField(min_value=1, max_value=PARTICIPANTS_MAX, default=1)
    thematiques = serializers.ListField(
        child=serializers.ChoiceField(choices=Thematique.choices), allow_empty=False
    )
    materiel = serializers.ListField(
        child=serializers.ChoiceField(choices=Materiel.choices), required=False
    )
    poste: Any = serializers.SlugRelatedField("numero", read_only=True)
    etat = serializers.SerializerMethodField()

    class Meta:
        model = Seance
        fields = (*CHAMPS_SEANCE, "poste", "etat", "hors_delai", "source", "saisie_le")
        read_only_fields = ("hors_delai", "source", "saisie_le")

    def get_etat(self, seance: Seance) -> str:
        """What became of it: a phone that sends again learns that it was withdrawn."""
        if seance.supprimee_le:
            return "supprimee"
        return "en_attente" if seance.en_attente else "enregistree"


class SeanceCorrectionSerializer(SeanceSerializer):
    """The same, of a séance that the address names."""

    cle = serializers.UUIDField(read_only=True)
