"""What a run of La Coop's API has and a file has not (permanences.services.coop_api)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

# They change at each page.
HORS_JOURNAL = ("parcourus", "tenu_par", "mediateurs")


class EchangeCoop(models.Model):
    repere = models.DateTimeField(
        "tout est lu jusqu’au", null=True, blank=True, help_text="Vaut une fois l’échange fait."
    )
    parcourus = models.PositiveIntegerField("comptes rendus du pays parcourus", default=0)
    annonces = models.PositiveIntegerField("comptes rendus annoncés", null=True, blank=True)
    # Those of our advisors: with somebody new among them, the past is read again.
    mediateurs = ArrayField(
        models.CharField(max_length=200),
        verbose_name="médiateurs suivis",
        default=list,
        blank=True,
        editable=False,
    )
    essais = models.PositiveSmallIntegerField("essais sans avancer", default=0)
    tenu_par = models.UUIDField("tenu par", null=True, blank=True, editable=False)

    class Meta:
        abstract = True
