"""Host sites."""

from __future__ import annotations

from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from conseillers.enums import Role
from conseillers.models import Utilisateur
from conseillers.models.base import valide_siret
from permanences.enums import RESERVES, TypeLieu
from territoires.codes import TELEPHONE, TELEPHONE_INVALIDE, clean_telephone
from territoires.models import Commune, journalise, sans_nir, valide_code_insee
from territoires.selectors import CodeInseeRefuse, resolve_code_insee


class LieuAccueilQuerySet(models.QuerySet):
    def visible_to(self, utilisateur: Utilisateur) -> Self:
        """Host sites are public places: everybody who works with the plan sees them."""
        if utilisateur.lit_tout or utilisateur.role in (Role.CONSEILLER, Role.EMPLOYEUR):
            return self
        return self.none()


@journalise
class LieuAccueil(models.Model):
    code = models.CharField("code", max_length=40, unique=True)
    nom = models.CharField("nom", max_length=200, validators=[sans_nir])
    type = models.CharField("type", max_length=30, choices=TypeLieu)
    adresse = models.CharField("adresse", max_length=300, blank=True, validators=[sans_nir])
    code_insee = models.CharField("code INSEE", max_length=5, validators=[valide_code_insee])
    commune = models.ForeignKey(
        Commune,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="lieux",
        help_text="Vide pour un lieu d’un autre département.",
    )
    latitude = models.FloatField("latitude", null=True, blank=True)
    longitude = models.FloatField("longitude", null=True, blank=True)
    siret = models.CharField("SIRET", max_length=14, blank=True, validators=[valide_siret])
    actif = models.BooleanField("ouvert au programme", default=True)
    qpv = models.BooleanField("en quartier prioritaire (QPV)", default=False)
    telephone = models.CharField(
        "téléphone",
        max_length=20,
        blank=True,
        help_text="Celui de l’accueil, à dix chiffres : il est public. Jamais celui d’une "
        "personne.",
    )
    accessible = models.BooleanField("accessible aux fauteuils roulants", null=True, blank=True)
    verifie_le = models.DateField(
        "vérifié le",
        null=True,
        blank=True,
        help_text="Dernier jour où quelqu’un a vérifié l’adresse, l’accueil et l’accès.",
    )

    objects = LieuAccueilQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = "lieu d’accueil"
        verbose_name_plural = "lieux d’accueil"
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                # « isnull » twice: SQL lets a condition on a missing half pass.
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="lieu_coordonnees_completes",
                violation_error_message="Donnez la latitude et la longitude ensemble, en degrés, "
                "ou aucune des deux.",
            ),
            models.CheckConstraint(
                condition=Q(commune__isnull=False) | Q(latitude__isnull=False),
                name="lieu_hors_departement_situe",
                violation_error_message="Un lieu d’un autre département a besoin de ses "
                "coordonnées.",
            ),
            models.CheckConstraint(
                condition=Q(telephone="") | Q(telephone__regex=TELEPHONE),
                name="lieu_telephone_a_dix_chiffres",
                violation_error_message=TELEPHONE_INVALIDE,
            ),
        ]

    def __str__(self) -> str:
        return self.nom

    @property
    def reserve_a(self) -> str:
        """Whom its permanences are for when it is not everybody: « aux résidents… », or empty."""
        return RESERVES.get(TypeLieu(self.type), "")

    @property
    def adresse_complete(self) -> str:
        """With its commune, unless the address or the name already says it."""
        commune = self.commune.nom if self.commune else ""
        connue = commune.lower() in f"{self.adresse} {self.nom}".lower()
        return ", ".join(filter(None, [self.adresse, "" if connue else commune]))

    def clean(self) -> None:
        """The commune follows from the code: an old code becomes the current commune's."""
        if self.verifie_le and self.verifie_le > timezone.localdate():
            raise ValidationError({"verifie_le": "Cette date est à venir."})
        self.telephone = clean_telephone(self.telephone)
        try:
            trouve = resolve_code_insee(self.code_insee)
        except CodeInseeRefuse as erreur:
            raise ValidationError({"code_insee": str(erreur)}) from erreur
        self.code_insee = trouve.code
        self.commune = None if trouve.hors_departement else trouve.commune
