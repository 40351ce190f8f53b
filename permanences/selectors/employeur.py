"""What an employer's referent sees: own postes, and totals. Never a séance row."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from conseillers.models import Absence, Affectation, Poste, Utilisateur
from permanences.calendrier import dernier_jour
from permanences.models import Creneau, Declaration, Seance
from permanences.models.mois import premier_du_mois
from permanences.selectors.mois import echeance_du_mois

MOIS_MONTRES = 6


@dataclass(frozen=True)
class Completude:
    """Was a month declared complete, and in time? Empty: there was nobody at the poste."""

    mois: dt.date
    echeance: dt.date
    faite_le: dt.date | None
    occupe: bool

    @property
    def attendue(self) -> bool:
        return self.occupe and not self.faite_le and timezone.localdate() <= self.echeance

    @property
    def libelle(self) -> str:
        if self.faite_le:
            return "à l’heure" if self.faite_le <= self.echeance else "en retard"
        if not self.occupe:
            return "poste vacant"
        return "attendue" if self.attendue else "manquante"

    @property
    def ton(self) -> str:
        return {"à l’heure": "bon", "en retard": "attente", "manquante": "grave"}.get(
            self.libelle, ""
        )


@dataclass(frozen=True)
class PosteDeLEmployeur:
    poste: Poste
    affectations: list[Affectation] = field(default_factory=list)
    creneaux: list[Creneau] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    completude: list[Completude] = field(default_factory=list)

    @property
    def occupants(self) -> list[Affectation]:
        jour = timezone.localdate()
        return [a for a in self.affectations if _couvre(a, jour, jour)]


@dataclass(frozen=True)
class TotauxDuMois:
    mois: dt.date
    seances: int
    participations: int
    minutes: int


def _couvre(affectation: Affectation, premier: dt.date, dernier: dt.date) -> bool:
    return affectation.date_debut <= dernier and (
        affectation.date_fin is None or premier <= affectation.date_fin
    )


def derniers_mois(combien: int = MOIS_MONTRES) -> list[dt.date]:
    """First days of the running month and those before it, the latest first."""
    mois = [premier_du_mois(timezone.localdate())]
    while len(mois) < combien:
        mois.append(premier_du_mois(mois[-1] - dt.timedelta(days=1)))
    return mois


def postes_of(utilisateur: Utilisateur) -> list[PosteDeLEmployeur]:
    jour, mois = timezone.localdate(), derniers_mois()
    postes = [PosteDeLEmployeur(p) for p in Poste.objects.visible_to(utilisateur)]
    par_pk = {p.poste.pk: p for p in postes}
    for a in (
        Affectation.objects.visible_to(utilisateur)
        .select_related("conseiller")
        .order_by("-date_debut", "pk")
    ):
        par_pk[a.poste_id].affectations.append(a)
    for c in (
        Creneau.objects.visible_to(utilisateur)
        .actif_entre(jour, jour + dt.timedelta(days=31))
        .select_related("lieu")
        .order_by("lieu__nom", "heure_debut", "code")
    ):
        par_pk[c.poste_id].creneaux.append(c)
    for absence in (
        Absence.objects.visible_to(utilisateur)
        .filter(date_fin__gte=jour)
        .select_related("conseiller")
        .order_by("date_debut", "pk")
    ):
        par_pk[absence.poste_id].absences.append(absence)
    _add_completude(postes, utilisateur, mois)
    return postes


def _add_completude(
    postes: list[PosteDeLEmployeur], utilisateur: Utilisateur, mois: list[dt.date]
) -> None:
    faites = {
        (d.poste_id, d.mois): d.faite_le
        for d in Declaration.objects.visible_to(utilisateur).filter(mois__in=mois)
    }
    echeances = {m: echeance_du_mois(m) for m in mois}
    for p in postes:
        for premier in mois:
            dernier = dernier_jour(premier)
            p.completude.append(
                Completude(
                    mois=premier,
                    echeance=echeances[premier],
                    faite_le=faites.get((p.poste.pk, premier)),
                    occupe=any(_couvre(a, premier, dernier) for a in p.affectations),
                )
            )


def totaux_par_mois(utilisateur: Utilisateur) -> list[TotauxDuMois]:
    """Sums over all own postes, month by month, the latest first; a month without a row is 0."""
    mois = derniers_mois()
    sommes: dict[dt.date, tuple[int, int, int]] = defaultdict(lambda: (0, 0, 0))
    for ligne in (
        Seance.objects.comptees()
        .filter(poste__in=Poste.objects.visible_to(utilisateur), date__gte=mois[-1])
        .order_by()
        .annotate(mois=TruncMonth("date"))
        .values("mois")
        .annotate(seances=Count("pk"), participations=Sum("nb_participants"), minutes=Sum("duree"))
    ):
        sommes[ligne["mois"]] = (ligne["seances"], ligne["participations"], ligne["minutes"])
    return [TotauxDuMois(m, *sommes[m]) for m in mois]
