"""The keys by which a program asks the API in somebody's name, for a time and for a purpose."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from conseillers.enums import PorteeApi
from conseillers.models.comptes import Utilisateur
from territoires.models import contrainte_sans_trace, journalise, sans_trace

# Recognised by whoever finds one in a file or a log (config.securite, secret scanners).
MARQUE = "cnj"
DUREE_MAX_JOURS = 366
_FIGE = "Un jeton ne change plus : révoquez-le, puis créez-en un autre."


def hash_of_jeton(clair: str) -> str:
    """Of 256 random bits a fast hash is enough: there is nothing to guess."""
    return hashlib.sha256(clair.encode()).hexdigest()


class JetonApiQuerySet(models.QuerySet):
    def visible_to(self, utilisateur: Utilisateur) -> Self:
        """Staff sees whose tokens there are; anybody else, their own."""
        return self if utilisateur.lit_tout else self.filter(utilisateur=utilisateur)

    def valables_le(self, jour: dt.date) -> Self:
        return self.filter(revoque_le__isnull=True, expire_le__gte=jour)


@journalise(sauf=["dernier_usage"], sans_valeur=["jeton_hache"])
class JetonApi(models.Model):
    """One token of one account: only its hash is kept, it is shown once.

    It never opens more than its account does (`visible_to`, roles), nor than its `portees`.
    """

    utilisateur = models.ForeignKey(
        Utilisateur, models.PROTECT, verbose_name="compte", related_name="jetons"
    )
    nom = models.CharField(
        "nom du programme",
        max_length=80,
        validators=[sans_trace],
        help_text="Pour le reconnaître : « tableau de bord », « export du lundi »… Aucun nom de "
        "personne.",
    )
    prefixe = models.CharField("début du jeton", max_length=12, unique=True, editable=False)
    jeton_hache = models.CharField(max_length=64, editable=False)
    portees = ArrayField(
        models.CharField(max_length=20, choices=PorteeApi), verbose_name="ce qu’il ouvre"
    )
    cree_le = models.DateField("créé le", default=timezone.localdate, editable=False)
    expire_le = models.DateField("dernier jour")
    revoque_le = models.DateTimeField("révoqué le", null=True, blank=True, editable=False)
    revoque_par = models.ForeignKey(
        Utilisateur,
        models.PROTECT,
        verbose_name="révoqué par",
        null=True,
        blank=True,
        editable=False,
        related_name="jetons_revoques",
    )
    dernier_usage = models.DateTimeField(
        "dernière utilisation", null=True, blank=True, editable=False
    )

    objects = JetonApiQuerySet.as_manager()

    class Meta:
        ordering = ["-cree_le", "-pk"]
        verbose_name = "jeton d’API"
        verbose_name_plural = "jetons d’API"
        constraints = [
            models.CheckConstraint(
                condition=Q(expire_le__gte=F("cree_le"))
                & Q(expire_le__lte=F("cree_le") + dt.timedelta(days=DUREE_MAX_JOURS)),
                name="jeton_expire_dans_l_annee",
                violation_error_message="Un jeton dure un an au plus : choisissez un dernier jour "
                "entre aujourd’hui et dans un an.",
            ),
            models.CheckConstraint(
                condition=Q(portees__len__gte=1) & Q(portees__contained_by=list(PorteeApi.values)),
                name="jeton_portees_connues",
                violation_error_message="Choisissez au moins une chose que ce jeton ouvre.",
            ),
            models.CheckConstraint(
                condition=Q(revoque_par__isnull=True) | Q(revoque_le__isnull=False),
                name="jeton_revoque_par_le",
                violation_error_message="Un jeton est révoqué par quelqu’un à un moment.",
            ),
            contrainte_sans_trace("nom", "jeton_nom_sans_trace"),
        ]
        triggers = [
            # Neither lengthened, widened, lent nor brought back: even by raw SQL.
            pgtrigger.Trigger(
                name="jeton_fige",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=f"""
                    IF (OLD.utilisateur_id, OLD.prefixe, OLD.jeton_hache, OLD.portees,
                            OLD.cree_le, OLD.expire_le) IS DISTINCT FROM (NEW.utilisateur_id,
                            NEW.prefixe, NEW.jeton_hache, NEW.portees, NEW.cree_le, NEW.expire_le)
                       OR OLD.revoque_le IS NOT NULL AND (OLD.revoque_le, OLD.revoque_par_id)
                            IS DISTINCT FROM (NEW.revoque_le, NEW.revoque_par_id) THEN
                        RAISE EXCEPTION '{_FIGE}' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nom} ({MARQUE}_{self.prefixe}…)"

    @property
    def libelles_portees(self) -> list[str]:
        return [str(PorteeApi(portee).label) for portee in self.portees]

    @property
    def etat(self) -> str:
        """« révoqué », « expiré », « valable »."""
        if self.revoque_le:
            return "révoqué"
        return "expiré" if self.expire_le < timezone.localdate() else "valable"

    @property
    def est_valable(self) -> bool:
        return self.etat == "valable"

    def is_opened_by(self, clair: str) -> bool:
        return constant_time_compare(self.jeton_hache, hash_of_jeton(clair))
