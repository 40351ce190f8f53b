"""The activity report: who, where, how long, what about, how many. Never who was helped."""

from __future__ import annotations

import datetime as dt
import uuid
from functools import reduce
from operator import add
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from conseillers.enums import Role
from conseillers.models import Conseiller, Poste, Utilisateur
from permanences.enums import (
    COMPTEURS,
    GROUPES,
    Autonomie,
    Canal,
    Materiel,
    NatureSeance,
    Niveau,
    Orientation,
    Source,
    Thematique,
)
from permanences.models.lieux import LieuAccueil
from permanences.models.mois import verrou_du_mois
from permanences.models.plan import Creneau
from territoires.models import (
    EPCI,
    Commune,
    contrainte_sans_trace,
    journalise,
    sans_trace,
    valide_code_insee,
)

DUREE_MAX = 1440
# A slip of the keyboard (« 0206 », « 1926 ») would wait for ever to be attached to a poste.
PREMIERE_DATE = dt.date(2000, 1, 1)
PARTICIPANTS_MAX = 10_000


class SeanceQuerySet(models.QuerySet):
    def visible_to(self, utilisateur: Utilisateur) -> Self:
        """A séance is personal data of its author: the author and the Département's staff.

        An employer's referent sees totals only, never a row.
        """
        if utilisateur.lit_tout:
            return self.filter(supprimee_le__isnull=True)
        if utilisateur.role == Role.CONSEILLER:
            return self.filter(auteur__utilisateur=utilisateur, supprimee_le__isnull=True)
        return self.none()

    def comptees(self) -> Self:
        """Counted in the figures: not deleted, and attached to a poste."""
        return self.filter(supprimee_le__isnull=True, poste__isnull=False)

    def en_attente(self) -> Self:
        """« En attente de rattachement »: the author held no poste that day."""
        return self.filter(supprimee_le__isnull=True, poste__isnull=True)

    def entre(self, debut: dt.date, fin: dt.date) -> Self:
        return self.filter(date__gte=debut, date__lte=fin)


def _somme(prefixe: str, valeurs: list[str]) -> models.expressions.Combinable:
    return reduce(add, (F(f"{prefixe}_{valeur}") for valeur in valeurs))


def _groupe_complete(prefixe: str, nom: str, valeurs: list[str]) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(nb_participants__gte=_somme(prefixe, valeurs)),
        name=f"seance_{prefixe}_dans_les_participants",
        violation_error_message=f"Le total par {nom} dépasse le nombre de participants.",
    )


# The author: what the law requires to forget after five years (docs/conservation.md).
@journalise(sauf=["modifiee_le"], sans_valeur=["auteur_id"], legere=True)
class Seance(models.Model):
    cle = models.UUIDField("clé", unique=True, default=uuid.uuid4, editable=False)
    poste = models.ForeignKey(
        Poste,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="seances",
        help_text="Vide : en attente de rattachement.",
    )
    auteur = models.ForeignKey(Conseiller, models.PROTECT, null=True, related_name="seances")
    date = models.DateField("date")
    nature = models.CharField("nature", max_length=20, choices=NatureSeance)
    canal = models.CharField("canal", max_length=20, choices=Canal)
    lieu = models.ForeignKey(
        LieuAccueil, models.PROTECT, null=True, blank=True, related_name="seances"
    )
    creneau = models.ForeignKey(
        Creneau,
        models.PROTECT,
        verbose_name="créneau",
        null=True,
        blank=True,
        related_name="seances",
    )

    # Where it took place, as the territory stood that day: borders move, history does not.
    code_insee = models.CharField(
        "code INSEE", max_length=5, blank=True, validators=[valide_code_insee]
    )
    commune = models.ForeignKey(Commune, models.PROTECT, null=True, blank=True, editable=False)
    epci = models.ForeignKey(
        EPCI, models.PROTECT, verbose_name="EPCI", null=True, blank=True, editable=False
    )
    departement = models.CharField("département", max_length=3, blank=True, editable=False)

    duree = models.PositiveSmallIntegerField("durée (min)")
    nb_participants = models.PositiveSmallIntegerField("participants", default=1)
    nb_premieres_venues = models.PositiveSmallIntegerField(
        "premières venues", null=True, blank=True, help_text="Vide : inconnu."
    )
    thematiques = ArrayField(
        models.CharField(max_length=40, choices=Thematique), verbose_name="thématiques"
    )
    materiel = ArrayField(
        models.CharField(max_length=20, choices=Materiel),
        verbose_name="matériel",
        default=list,
        blank=True,
    )
    autonomie = models.CharField("autonomie", max_length=30, choices=Autonomie, blank=True)
    niveau = models.CharField("niveau", max_length=20, choices=Niveau, blank=True)
    orientation = models.CharField("orientation", max_length=40, choices=Orientation, blank=True)
    titre = models.CharField(
        "titre de l’atelier", max_length=150, blank=True, validators=[sans_trace]
    )

    age_moins_de_douze = models.PositiveSmallIntegerField("âge : moins de 12 ans", default=0)
    age_douze_dix_huit = models.PositiveSmallIntegerField("âge : 12 à 17 ans", default=0)
    age_dix_huit_vingt_quatre = models.PositiveSmallIntegerField("âge : 18 à 24 ans", default=0)
    age_vingt_cinq_trente_neuf = models.PositiveSmallIntegerField("âge : 25 à 39 ans", default=0)
    age_quarante_cinquante_neuf = models.PositiveSmallIntegerField("âge : 40 à 59 ans", default=0)
    age_soixante_soixante_neuf = models.PositiveSmallIntegerField("âge : 60 à 69 ans", default=0)
    age_soixante_dix_plus = models.PositiveSmallIntegerField("âge : 70 ans et plus", default=0)
    genre_masculin = models.PositiveSmallIntegerField("genre : masculin", default=0)
    genre_feminin = models.PositiveSmallIntegerField("genre : féminin", default=0)
    statut_retraite = models.PositiveSmallIntegerField("statut : retraité", default=0)
    statut_sans_emploi = models.PositiveSmallIntegerField("statut : sans emploi", default=0)
    statut_en_emploi = models.PositiveSmallIntegerField("statut : en emploi", default=0)
    statut_scolarise = models.PositiveSmallIntegerField("statut : scolarisé", default=0)

    source = models.CharField("origine", max_length=20, choices=Source, default=Source.FORMULAIRE)
    saisie_le = models.DateField(
        "saisie le", null=True, blank=True, help_text="Vide : importée sans date de saisie."
    )
    hors_delai = models.BooleanField(
        "hors délai", default=False, help_text="Entrée après la clôture de son mois."
    )
    cree_le = models.DateTimeField("créée le", default=timezone.now, editable=False)
    modifiee_le = models.DateTimeField("modifiée le", auto_now=True)
    supprimee_le = models.DateTimeField("supprimée le", null=True, blank=True, editable=False)

    # Of one just recorded: La Coop brings that day's séances of its author too (not stored).
    deux_sources = False

    objects = SeanceQuerySet.as_manager()

    class Meta:
        ordering = ["-date", "-pk"]
        verbose_name = "séance"
        indexes = [
            models.Index(fields=["date"]),
            models.Index(fields=["auteur", "-date"]),
            models.Index(
                fields=["creneau", "date"],
                condition=Q(creneau__isnull=False),
                name="seance_creneau_date",
            ),
            models.Index(
                fields=["cree_le"], condition=Q(hors_delai=True), name="seance_hors_delai"
            ),
            models.Index(
                fields=["date"], condition=Q(poste__isnull=True), name="seance_en_attente"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(date__gte=PREMIERE_DATE),
                name="seance_apres_l_an_2000",
                violation_error_message="Cette date est trop ancienne : vérifiez l’année.",
            ),
            models.CheckConstraint(
                condition=Q(duree__gte=1, duree__lte=DUREE_MAX),
                name="seance_duree_d_une_minute_a_un_jour",
                violation_error_message="La durée va de 1 à 1 440 minutes.",
            ),
            models.CheckConstraint(
                condition=Q(nb_participants__gte=1, nb_participants__lte=PARTICIPANTS_MAX),
                name="seance_au_moins_un_participant",
                violation_error_message="Le nombre de participants va de 1 à 10 000.",
            ),
            models.CheckConstraint(
                condition=Q(nb_premieres_venues__isnull=True)
                | Q(nb_premieres_venues__lte=F("nb_participants")),
                name="seance_premieres_venues_dans_les_participants",
                violation_error_message="Les premières venues dépassent le nombre de participants.",
            ),
            _groupe_complete("age", "tranche d’âge", GROUPES[0][1].values),
            _groupe_complete("genre", "genre", GROUPES[1][1].values),
            _groupe_complete("statut", "statut", GROUPES[2][1].values),
            models.CheckConstraint(
                condition=Q(canal=Canal.LIEU_ACTIVITE, lieu__isnull=False)
                | (~Q(canal=Canal.LIEU_ACTIVITE) & Q(lieu__isnull=True)),
                name="seance_lieu_selon_canal",
                violation_error_message="Un lieu d’accueil est indiqué pour le canal « lieu "
                "d’activité », et seulement pour lui.",
            ),
            models.CheckConstraint(
                condition=Q(canal=Canal.A_DISTANCE, code_insee="", departement="")
                | (~Q(canal=Canal.A_DISTANCE) & ~Q(code_insee="") & ~Q(departement="")),
                name="seance_commune_selon_canal",
                violation_error_message="Indiquez la commune de la séance, sauf à distance.",
            ),
            models.CheckConstraint(
                condition=Q(thematiques__len__gte=1)
                & Q(thematiques__contained_by=list(Thematique.values)),
                name="seance_thematiques_connues",
                violation_error_message="Choisissez au moins une thématique de la liste.",
            ),
            models.CheckConstraint(
                condition=Q(materiel__contained_by=list(Materiel.values)),
                name="seance_materiel_connu",
                violation_error_message="Le matériel doit venir de la liste.",
            ),
            contrainte_sans_trace("titre", "seance_titre_sans_trace"),
        ]
        triggers = [verrou_du_mois("date", regularisation=True)]

    def __str__(self) -> str:
        return f"{self.get_nature_display()} du {self.date:%d/%m/%Y}"

    @property
    def en_attente(self) -> bool:
        return self.poste_id is None

    def groupe(self, prefixe: str) -> dict[str, int]:
        """One public group, completed to the participants by `non_communique`."""
        liste = next(liste for nom, liste in GROUPES if nom == prefixe)
        valeurs: dict[str, int] = {v: getattr(self, f"{prefixe}_{v}") for v in liste.values}
        valeurs["non_communique"] = self.nb_participants - sum(valeurs.values())
        return valeurs


# Fields a person or a file fills: what an update compares and writes.
CHAMPS_SAISIS: tuple[str, ...] = (
    "poste", "auteur", "date", "nature", "canal", "lieu", "creneau",
    "code_insee", "commune", "epci", "departement",
    "duree", "nb_participants", "nb_premieres_venues", "thematiques",
    "materiel", "autonomie", "niveau", "orientation", "titre", *COMPTEURS,
)  # fmt: skip
