"""Every message that the service sends: to whom, what, when, and whether it left."""

from __future__ import annotations

import datetime as dt
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from conseillers.enums import NatureCourriel, StatutCourriel
from conseillers.models.comptes import Utilisateur
from territoires.models import journalise

ESSAIS_MAX = 5


class CourrielQuerySet(models.QuerySet):
    def visible_to(self, utilisateur: Utilisateur) -> Self:
        return self if utilisateur.lit_tout else self.none()

    def en_echec(self) -> Self:
        """Those that somebody has to look at."""
        return self.filter(statut=StatutCourriel.ECHEC)

    def a_reprendre(self, maintenant: dt.datetime) -> Self:
        """To try again by itself: left behind by a process that died, or refused a while ago.

        Five times in some two hours, each further from the last.
        """
        oublie = Q(
            statut=StatutCourriel.A_ENVOYER, cree_le__lt=maintenant - dt.timedelta(minutes=2)
        )
        echoue = Q(statut=StatutCourriel.ECHEC, secret=False, essais__lt=ESSAIS_MAX) & Q(
            essaye_le__lt=maintenant - dt.timedelta(minutes=10) * F("essais")
        )
        return self.filter(oublie | echoue)


# `cause` too: a mail server's refusal quotes the address.
@journalise(
    sauf=["texte", "html", "pieces", "essaye_le"],
    sans_valeur=["destinataire", "objet", "cause"],
)
class Courriel(models.Model):
    """One message to one address. Written by `conseillers.services.send_courriel` alone.

    `secret`: its text holds a link that opens an account; it is sent and never kept.
    """

    nature = models.CharField("nature", max_length=20, choices=NatureCourriel)
    destinataire = models.CharField("destinataire", max_length=254)
    objet = models.CharField("objet", max_length=200)
    gabarit = models.CharField("gabarit", max_length=40)
    texte = models.TextField("texte", blank=True)
    html = models.TextField("mise en page", blank=True, editable=False)
    # [{nom, type, contenu in base64}]: kept to be sent again.
    pieces = models.JSONField("pièces jointes", default=list, blank=True, editable=False)
    secret = models.BooleanField("texte non conservé", default=False)
    utilisateur = models.ForeignKey(
        Utilisateur,
        models.PROTECT,
        verbose_name="demandé par",
        null=True,
        blank=True,
        related_name="courriels",
    )
    cree_le = models.DateTimeField("demandé le", default=timezone.now)
    statut = models.CharField(
        "état", max_length=20, choices=StatutCourriel, default=StatutCourriel.A_ENVOYER
    )
    envoye_le = models.DateTimeField("envoyé le", null=True, blank=True)
    essais = models.PositiveSmallIntegerField("essais", default=0)
    essaye_le = models.DateTimeField("dernier essai", null=True, blank=True)
    cause = models.CharField("cause de l’échec", max_length=300, blank=True)

    objects = CourrielQuerySet.as_manager()

    class Meta:
        ordering = ["-cree_le", "-pk"]
        verbose_name = "courriel"
        indexes = [
            models.Index(fields=["-cree_le"], name="courriel_cree_le"),
            models.Index(
                fields=["statut"], condition=~Q(statut="envoye"), name="courriel_pas_envoye"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(statut=StatutCourriel.ENVOYE, envoye_le__isnull=False)
                | (~Q(statut=StatutCourriel.ENVOYE) & Q(envoye_le__isnull=True)),
                name="courriel_envoye_a_une_date",
                violation_error_message="Un courriel envoyé a une date d’envoi.",
            ),
            models.CheckConstraint(
                condition=~Q(statut=StatutCourriel.ECHEC) | ~Q(cause=""),
                name="courriel_en_echec_a_une_cause",
                violation_error_message="Un échec a une cause.",
            ),
            models.CheckConstraint(
                condition=Q(secret=False) | Q(texte="", html="", pieces=[]),
                name="courriel_secret_sans_texte",
                violation_error_message="Le texte d’un courriel secret n’est pas conservé.",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="courriel_garde",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                func="RAISE EXCEPTION 'Un courriel ne se supprime pas.' "
                "USING ERRCODE = 'check_violation';",
            )
        ]

    def __str__(self) -> str:
        return f"{self.objet}, à {self.destinataire}"

    @property
    def peut_repartir(self) -> bool:
        """Not sent, and its text still here."""
        return self.statut != StatutCourriel.ENVOYE and bool(self.texte)
