"""Territories of the instance's département, as the yearly official files give them.

Codes are text and primary keys: `2A004`, `01004`. Nothing here is ever deleted, because
séances and host sites of past years point at it: a merged commune keeps its row and says
which one absorbed it.
"""

from functools import reduce
from operator import or_
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from territoires.codes import (
    CODE_INSEE,
    CODE_INSEE_ANCIEN,
    CODE_INSEE_INVALIDE,
    SIREN,
    SIREN_INVALIDE,
)
from territoires.enums import TypeEPCI
from territoires.models.journal import journalise
from territoires.text import search_words, sort_key

valide_code_insee = RegexValidator(CODE_INSEE, CODE_INSEE_INVALIDE)


class NomQuerySet(models.QuerySet):
    def search(self, text: str) -> Self:
        """Rows whose name holds every word of `text`; case, accents, hyphens do not count."""
        return self.filter(self._named(text))

    @staticmethod
    def _named(text: str) -> Q:
        named = Q()
        for forms in search_words(text):
            named &= reduce(or_, (Q(nom_tri__contains=form) for form in forms))
        return named


class Nomme(models.Model):
    """A name and its key: the embedded server has no ICU, so we sort and search on the key."""

    nom = models.CharField("nom", max_length=120)
    nom_tri = models.CharField("clé de tri", max_length=120, editable=False, db_index=True)

    class Meta:
        abstract = True
        ordering = ["nom_tri"]

    def __str__(self) -> str:
        return self.nom

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.nom_tri = sort_key(self.nom)
        super().save(*args, **kwargs)


@journalise
class Arrondissement(models.Model):
    code = models.CharField("code", max_length=4, primary_key=True)
    nom = models.CharField("nom", max_length=120)

    class Meta:
        verbose_name = "arrondissement"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.nom


@journalise
class Canton(models.Model):
    """A commune split over several cantons carries a pseudo-canton (Le Mans: 7299)."""

    code = models.CharField("code", max_length=5, primary_key=True)
    nom = models.CharField("nom", max_length=120)

    class Meta:
        verbose_name = "canton"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.nom


class EPCIQuerySet(NomQuerySet):
    def actuels(self) -> Self:
        """EPCI that hold at least one commune of today: the « 17 EPCI » of a report."""
        return self.filter(Exists(Commune.objects.actuelles().filter(epci=OuterRef("pk"))))


@journalise(sauf=["nom_tri"])
class EPCI(Nomme):
    siren = models.CharField(
        "SIREN",
        max_length=9,
        primary_key=True,
        validators=[RegexValidator(SIREN, SIREN_INVALIDE)],
    )
    type = models.CharField("type", max_length=5, choices=TypeEPCI)
    communes_total = models.PositiveIntegerField(
        "nombre de communes", help_text="Toutes ses communes, y compris hors du département."
    )
    population_totale = models.PositiveIntegerField(
        "population de l’EPCI entier", help_text="Y compris hors du département."
    )
    departements = ArrayField(
        models.CharField(max_length=3), verbose_name="départements", default=list
    )

    objects = EPCIQuerySet.as_manager()

    class Meta(Nomme.Meta):
        verbose_name = "EPCI"
        verbose_name_plural = "EPCI"
        ordering = ["nom_tri", "siren"]
        constraints = [
            models.CheckConstraint(
                condition=Q(siren__regex=SIREN),
                name="epci_siren_de_neuf_chiffres",
                violation_error_message=SIREN_INVALIDE,
            ),
        ]

    @property
    def a_cheval(self) -> bool:
        return len(self.departements) > 1


class CommuneQuerySet(NomQuerySet):
    def actuelles(self) -> Self:
        return self.filter(absorbee_par__isnull=True)

    def search(self, text: str) -> Self:
        """By name as `NomQuerySet.search`, or by exact INSEE code or postal code."""
        code = text.strip().upper()
        if not search_words(text):
            return self.all()
        return self.filter(self._named(text) | Q(code=code) | Q(codes_postaux__contains=[code]))


@journalise(sauf=["contour", "nom_tri"])
class Commune(Nomme):
    code = models.CharField(
        "code INSEE",
        max_length=5,
        primary_key=True,
        validators=[valide_code_insee],
    )
    departement = models.CharField("département", max_length=3, db_index=True)
    population = models.IntegerField(
        "population", null=True, blank=True, help_text="Population municipale."
    )
    population_millesime = models.PositiveSmallIntegerField("millésime de la population")
    epci = models.ForeignKey(
        EPCI,
        verbose_name="EPCI",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="communes",
        help_text="Vide pour les quelques îles qui n’appartiennent à aucun EPCI.",
    )
    canton = models.ForeignKey(
        Canton,
        verbose_name="canton",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="communes",
    )
    arrondissement = models.ForeignKey(
        Arrondissement,
        verbose_name="arrondissement",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="communes",
    )
    latitude = models.FloatField("latitude du chef-lieu")
    longitude = models.FloatField("longitude du chef-lieu")
    codes_postaux = ArrayField(
        models.CharField(max_length=5), verbose_name="codes postaux", default=list, blank=True
    )
    contour = models.JSONField(
        "contour généralisé", null=True, blank=True, help_text="Géométrie GeoJSON, WGS 84."
    )
    absorbee_par = models.ForeignKey(
        "self",
        verbose_name="absorbée par",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="absorbees",
    )

    objects = CommuneQuerySet.as_manager()

    class Meta(Nomme.Meta):
        verbose_name = "commune"
        ordering = ["nom_tri", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=CODE_INSEE),
                name="commune_code_insee_bien_forme",
                violation_error_message=CODE_INSEE_INVALIDE,
            ),
            models.CheckConstraint(
                condition=Q(code__startswith=F("departement")),
                name="commune_code_de_son_departement",
                violation_error_message="Le code INSEE commence par celui du département.",
            ),
            models.CheckConstraint(
                condition=Q(population__gte=0),
                name="commune_population_positive",
                violation_error_message="La population ne peut pas être négative.",
            ),
            models.CheckConstraint(
                condition=Q(latitude__range=(-90, 90)),
                name="commune_latitude_sur_terre",
                violation_error_message="La latitude va de −90 à 90 degrés.",
            ),
            models.CheckConstraint(
                condition=Q(longitude__range=(-180, 180)),
                name="commune_longitude_sur_terre",
                violation_error_message="La longitude va de −180 à 180 degrés.",
            ),
            models.CheckConstraint(
                condition=~Q(absorbee_par=F("code")),
                name="commune_pas_absorbee_par_elle_meme",
                violation_error_message="Une commune n’est pas absorbée par elle-même.",
            ),
        ]


@journalise
class CommuneAncienne(models.Model):
    """An old INSEE code, still met in files, and the commune that answers for it today."""

    code = models.CharField(
        "ancien code INSEE",
        max_length=5,
        primary_key=True,
        validators=[RegexValidator(CODE_INSEE_ANCIEN, CODE_INSEE_INVALIDE)],
    )
    nom = models.CharField("ancien nom", max_length=120, blank=True)
    commune = models.ForeignKey(
        Commune,
        verbose_name="commune actuelle",
        on_delete=models.PROTECT,
        related_name="anciennes",
    )

    class Meta:
        verbose_name = "ancien code de commune"
        verbose_name_plural = "anciens codes de communes"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=CODE_INSEE_ANCIEN),
                name="commune_ancienne_code_bien_forme",
                violation_error_message=CODE_INSEE_INVALIDE,
            ),
            models.CheckConstraint(
                condition=~Q(commune=F("code")),
                name="commune_ancienne_renvoie_ailleurs",
                violation_error_message="Un ancien code renvoie à une autre commune.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nom} ({self.code})" if self.nom else self.code


@journalise
class Zonage(models.Model):
    """A commune's place in a public policy: QPV, FRR, Petites Villes de demain, SDAASP…"""

    commune = models.ForeignKey(
        Commune, verbose_name="commune", on_delete=models.PROTECT, related_name="zonages"
    )
    zonage = models.CharField("zonage", max_length=40, help_text="Par exemple QPV ou FRR.")
    millesime = models.PositiveSmallIntegerField(
        "millésime", help_text="Année de la liste officielle."
    )

    class Meta:
        verbose_name = "zonage"
        ordering = ["zonage", "commune_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["commune", "zonage"],
                name="zonage_une_fois_par_commune",
                violation_error_message="Cette commune est déjà dans ce zonage.",
            ),
            models.CheckConstraint(
                condition=Q(millesime__range=(1990, 2100)),
                name="zonage_millesime_plausible",
                violation_error_message="Le millésime est une année, par exemple 2024.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commune} : {self.zonage}"
