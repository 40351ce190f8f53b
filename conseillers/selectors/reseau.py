"""The network: its advisors, what they were trained in, who came to its meetings."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from conseillers.enums import NatureFormation, RoleAffectation, StatutPresence, TypeCertification
from conseillers.models import (
    Affectation,
    Conseiller,
    Formation,
    Poste,
    Presence,
    Rencontre,
    Structure,
    Utilisateur,
)
from territoires.text import sort_key

UN_AN = 365
SUIVIES = (
    TypeCertification.PIX,
    TypeCertification.CCP1,
    TypeCertification.CCP2,
    TypeCertification.CCP3,
)


@dataclass(frozen=True)
class EnPoste:
    """An advisor in post on a day, with the poste and its employer."""

    conseiller: Conseiller
    poste: Poste

    @property
    def structure(self) -> Structure:
        return self.poste.structure

    @property
    def cle_de_tri(self) -> tuple[str, str]:
        return sort_key(self.conseiller.nom), sort_key(self.conseiller.prenom)


def effectif(jour: dt.date) -> list[EnPoste]:
    """Every advisor in post that day, once; by employer, then name; 1 query."""
    vus: dict[int, EnPoste] = {}
    for affectation in (
        Affectation.objects.actif_le(jour)
        .select_related("conseiller", "poste__structure")
        .order_by("role", "poste__numero")
    ):
        vus.setdefault(
            affectation.conseiller_id, EnPoste(affectation.conseiller, affectation.poste)
        )
    return sorted(vus.values(), key=lambda e: (sort_key(e.structure.nom), e.cle_de_tri))


# --- Rencontres ----------------------------------------------------------------------------


def rencontres(utilisateur: Utilisateur) -> QuerySet[Rencontre]:
    """With how many are invited, came, were missing; 1 query for them all."""
    return (
        Rencontre.objects.visible_to(utilisateur)
        .select_related("commune")
        .annotate(
            inscrits=Count("presences"),
            envoyees=Count("presences", filter=Q(presences__sequence_envoyee__isnull=False)),
            **{
                f"n_{statut}": Count("presences", filter=Q(presences__statut=statut))
                for statut in StatutPresence.values
            },
        )
    )


def upcoming(utilisateur: Utilisateur, jour: dt.date) -> QuerySet[Rencontre]:
    return rencontres(utilisateur).filter(date__gte=jour).order_by("date", "heure_debut", "pk")


def past(utilisateur: Utilisateur, depuis: dt.date, jour: dt.date) -> QuerySet[Rencontre]:
    passees = rencontres(utilisateur).filter(date__gte=depuis, date__lt=jour)
    return passees.order_by("-date", "-heure_debut", "pk")


@dataclass
class Assiduite:
    """What a structure's advisors did of the rencontres they were invited to."""

    structure: Structure | None
    comptes: dict[str, int] = field(default_factory=lambda: dict.fromkeys(StatutPresence.values, 0))

    @property
    def total(self) -> int:
        return sum(self.comptes.values())


def attendance_by_structure(
    utilisateur: Utilisateur, depuis: dt.date, jour: dt.date
) -> list[Assiduite]:
    """Presences from `depuis` to the eve of `jour`, by that day’s employer; 2 queries."""
    presences = list(
        Presence.objects.visible_to(utilisateur)
        .filter(rencontre__annulee_le=None, rencontre__date__gte=depuis, rencontre__date__lt=jour)
        .values_list("conseiller_id", "statut", "rencontre__date")
    )
    employeurs = _employers({conseiller for conseiller, _, _ in presences})
    lignes: dict[int, Assiduite] = {}
    for conseiller, statut, date in presences:
        structure = employeurs.on(conseiller, date)
        cle = structure.pk if structure else 0
        lignes.setdefault(cle, Assiduite(structure)).comptes[statut] += 1
    return sorted(lignes.values(), key=lambda a: (a.structure is None, sort_key(str(a.structure))))


class _Employers:
    def __init__(self, affectations: Iterable[Affectation]) -> None:
        self._par_conseiller: dict[int, list[Affectation]] = defaultdict(list)
        for affectation in affectations:
            self._par_conseiller[affectation.conseiller_id].append(affectation)

    def on(self, conseiller: int, jour: dt.date) -> Structure | None:
        """The principal one where a person held two postes that day."""
        siennes = [
            a
            for a in self._par_conseiller[conseiller]
            if a.date_debut <= jour and (a.date_fin is None or jour <= a.date_fin)
        ]
        siennes.sort(key=lambda a: a.role != RoleAffectation.PRINCIPALE)
        return siennes[0].poste.structure if siennes else None


def _employers(conseillers: set[int]) -> _Employers:
    return _Employers(
        Affectation.objects.filter(conseiller__in=conseillers).select_related("poste__structure")
    )


@dataclass(frozen=True)
class Pointage:
    """One line of the attendance page; `presence` is None for whoever was not invited."""

    conseiller: Conseiller
    structure: Structure | None
    presence: Presence | None

    @property
    def statut(self) -> str:
        return self.presence.statut if self.presence else ""


def attendance_of(rencontre: Rencontre) -> list[Pointage]:
    """Whoever was in post that day, invited or not, and the others who were; 3 queries."""
    presences = {
        p.conseiller_id: p for p in rencontre.presences.select_related("conseiller").order_by()
    }
    lignes = [
        Pointage(e.conseiller, e.structure, presences.pop(e.conseiller.pk, None))
        for e in effectif(rencontre.date)
    ]
    autres = [Pointage(p.conseiller, None, p) for p in presences.values()]
    return lignes + sorted(autres, key=lambda ligne: ligne.conseiller.nom)


# --- Invitations ---------------------------------------------------------------------------

Annonce = Literal["invitation", "changement", "annulation"]


def awaiting(rencontre: Rencontre) -> QuerySet[Presence]:
    """Whoever has something to be told: a first invitation, what changed, the cancellation.

    A cancelled rencontre concerns those who were told of it; one that is over, nobody.
    """
    presences = rencontre.presences.select_related("conseiller").order_by(
        "conseiller__nom", "conseiller__prenom", "pk"
    )
    if rencontre.date < timezone.localdate():
        return presences.none()
    ancien = Q(sequence_envoyee__lt=rencontre.sequence)
    if rencontre.annulee_le:
        return presences.filter(ancien)
    # Whoever is excused already has answered: no first invitation.
    nouveau = Q(sequence_envoyee__isnull=True, statut=StatutPresence.INSCRIT)
    return presences.filter(ancien | nouveau)


def announcement_of(rencontre: Rencontre, presence: Presence) -> Annonce:
    if rencontre.annulee_le:
        return "annulation"
    return "invitation" if presence.sequence_envoyee is None else "changement"


# --- Trainings -----------------------------------------------------------------------------


@dataclass
class Bilan:
    """Where an advisor in post stands. `sans_rien`: nothing for a year, and there all along."""

    conseiller: Conseiller
    poste: Poste
    arrivee: dt.date
    heures_parcours: int = 0
    certifications: dict[str, Formation | None] = field(
        default_factory=lambda: dict.fromkeys((str(c.value) for c in SUIVIES), None)
    )
    derniere: dt.date | None = None
    sans_rien: bool = False

    def note(self, jour: dt.date) -> None:
        self.derniere = max(self.derniere or jour, jour)

    def obtenue(self, certification: str) -> bool:
        formation = self.certifications[certification]
        return formation is not None and formation.obtenue_le is not None

    @property
    def manque(self) -> list[str]:
        """What the programme asks of everybody: Pix and CCP1."""
        return [
            str(c.label)
            for c in (TypeCertification.PIX, TypeCertification.CCP1)
            if not self.obtenue(c)
        ]


def bilan_des_parcours(jour: dt.date) -> list[Bilan]:
    """One line per advisor in post, by poste; 4 queries."""
    bilans = {e.conseiller.pk: Bilan(e.conseiller, e.poste, arrivee=jour) for e in effectif(jour)}
    for conseiller, debut in Affectation.objects.filter(conseiller__in=bilans).values_list(
        "conseiller_id", "date_debut"
    ):
        bilans[conseiller].arrivee = min(bilans[conseiller].arrivee, debut)
    for formation in Formation.objects.filter(conseiller__in=bilans).order_by("date", "pk"):
        _add_formation(bilans[formation.conseiller_id], formation, jour)
    venus = Presence.objects.filter(
        conseiller__in=bilans,
        statut=StatutPresence.PRESENT,
        rencontre__annulee_le=None,
        rencontre__date__lte=jour,
    )
    for conseiller, date in venus.values_list("conseiller_id", "rencontre__date"):
        bilans[conseiller].note(date)
    for bilan in bilans.values():
        bilan.sans_rien = (jour - (bilan.derniere or bilan.arrivee)).days > UN_AN
    return sorted(bilans.values(), key=lambda b: (b.poste.numero, b.conseiller.nom))


def _add_formation(bilan: Bilan, formation: Formation, jour: dt.date) -> None:
    for date in (formation.date, formation.date_fin, formation.obtenue_le):
        if date is not None and date <= jour:
            bilan.note(date)
    if formation.nature == NatureFormation.PARCOURS:
        bilan.heures_parcours += formation.heures or 0
    elif formation.certification in bilan.certifications and not bilan.obtenue(
        formation.certification
    ):
        bilan.certifications[formation.certification] = formation


def without_anything(jour: dt.date) -> list[Bilan]:
    return [bilan for bilan in bilan_des_parcours(jour) if bilan.sans_rien]
