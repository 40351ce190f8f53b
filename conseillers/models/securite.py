"""The journal of security: who came in, who was refused, and the alerts that followed."""

from __future__ import annotations

from typing import Self

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone
from django.utils.crypto import salted_hmac

from conseillers.enums import ECHECS_SECURITE, CibleAlerte, GenreSecurite
from conseillers.models.comptes import Utilisateur
from territoires.enums import Porte
from territoires.models import journalise

_DEFINITIF = "Le journal de sécurité ne se modifie pas et ne s’efface pas."
# The one door for what is too old: `conseillers.services.purge_securite` says until when.
PURGE = "conseillers.purge_securite"
# What the CNIL asks of such a journal, at least; the database keeps it whatever is asked.
MOIS_GARDES = 6


def hash_of_courriel(saisi: str) -> str:
    """Keyed: it tells two tries at one unknown address from tries at many, and leads nowhere."""
    adresse = saisi.strip().lower()
    return salted_hmac("conseillers.securite", adresse, algorithm="sha256").hexdigest()[:32]


class EvenementSecuriteQuerySet(models.QuerySet):
    def visible_to(self, utilisateur: Utilisateur) -> Self:
        """Staff reads all; anybody else, what was done under their own account."""
        return self if utilisateur.lit_tout else self.filter(utilisateur=utilisateur)

    def echecs(self) -> Self:
        return self.filter(genre__in=ECHECS_SECURITE)


class EvenementSecurite(models.Model):
    """One line. Written by `conseillers.services.note_securite` alone; nothing changes it.

    `utilisateur`: who did it; of a refusal, the account that was aimed at. Without a constraint
    of the database: a line outlives its account, as in the journal of changes. `empreinte`: keyed
    hash of an address that was typed and is no account's; never the address.
    """

    le = models.DateTimeField("le", default=timezone.now)
    genre = models.CharField("quoi", max_length=30, choices=GenreSecurite)
    utilisateur = models.ForeignKey(
        Utilisateur,
        models.DO_NOTHING,
        verbose_name="compte",
        null=True,
        blank=True,
        db_constraint=False,
        related_name="evenements_securite",
    )
    adresse = models.GenericIPAddressField("adresse", null=True, blank=True)
    navigateur = models.CharField("navigateur", max_length=40, blank=True)
    porte = models.CharField("par", max_length=20, choices=Porte, default=Porte.BASE)
    detail = models.CharField("précision", max_length=200, blank=True)
    empreinte = models.CharField("empreinte du courriel saisi", max_length=32, blank=True)

    objects = EvenementSecuriteQuerySet.as_manager()

    class Meta:
        ordering = ["-le", "-pk"]
        verbose_name = "événement de sécurité"
        verbose_name_plural = "événements de sécurité"
        indexes = [
            models.Index(fields=["-le"], name="securite_le"),
            models.Index(fields=["utilisateur", "-le"], name="securite_compte"),
            models.Index(
                fields=["le"], condition=Q(genre__in=ECHECS_SECURITE), name="securite_echecs"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(genre__in=GenreSecurite.values),
                name="securite_genre_connu",
                violation_error_message="Ce genre d’événement est inconnu.",
            ),
            models.CheckConstraint(
                condition=Q(empreinte="") | Q(utilisateur__isnull=True),
                name="securite_compte_ou_empreinte",
                violation_error_message="L’empreinte est celle d’un courriel sans compte.",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="securite_definitif",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=f"""
                    IF TG_OP = 'DELETE' AND OLD.le
                            < NULLIF(current_setting('{PURGE}', true), '')::timestamptz
                       AND OLD.le < now() - interval '{MOIS_GARDES} months' THEN
                        RETURN OLD;
                    END IF;
                    RAISE EXCEPTION '{_DEFINITIF}' USING ERRCODE = 'check_violation';
                """,
            ),
            pgtrigger.Trigger(
                name="securite_jamais_vide",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func=f"RAISE EXCEPTION '{_DEFINITIF}' USING ERRCODE = 'check_violation';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_genre_display()}, {timezone.localtime(self.le):%d/%m/%Y %H:%M}"


class AlerteSecuriteQuerySet(models.QuerySet):
    def visible_to(self, utilisateur: Utilisateur) -> Self:
        return self if utilisateur.lit_tout else self.none()


@journalise(sauf=["fin", "echecs"], sans_valeur=["valeur"])
class AlerteSecurite(models.Model):
    """One burst of failures, told to staff once. `fin` moves on as long as it lasts.

    `valeur`: the account's key, or the address; empty for the whole service.
    """

    cible = models.CharField("cible", max_length=20, choices=CibleAlerte)
    valeur = models.CharField("laquelle", max_length=60, blank=True)
    debut = models.DateTimeField("premier échec")
    fin = models.DateTimeField("jusqu’à")
    echecs = models.PositiveIntegerField("échecs")

    objects = AlerteSecuriteQuerySet.as_manager()

    class Meta:
        ordering = ["-debut", "-pk"]
        verbose_name = "alerte de sécurité"
        verbose_name_plural = "alertes de sécurité"
        indexes = [models.Index(fields=["-fin"], name="alerte_fin")]
        constraints = [
            models.CheckConstraint(
                condition=Q(fin__gte=F("debut")),
                name="alerte_fin_apres_debut",
                violation_error_message="Une rafale finit après son début.",
            ),
            ExclusionConstraint(
                name="alerte_une_par_rafale",
                expressions=[
                    ("cible", RangeOperators.EQUAL),
                    ("valeur", RangeOperators.EQUAL),
                    (
                        Func(
                            F("debut"),
                            F("fin"),
                            Value("[]"),
                            function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message="Cette rafale a déjà son alerte.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_cible_display()}, {timezone.localtime(self.debut):%d/%m/%Y %H:%M}"
