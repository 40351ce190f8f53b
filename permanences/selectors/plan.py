"""The plan against what became of it: the state of every occurrence of a period.

One reading for the report, the advisor's day and the public page (contrat/rapports.md, « Plan and
reality »).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import models
from django.db.models import Q, Sum, Value

from conseillers.enums import Part
from conseillers.selectors import PosteOccupe
from permanences.enums import Motif, StatutOccurrence
from permanences.models import Creneau, Fermeture, Occurrence, Seance

TENUE = StatutOccurrence.TENUE.value
ANNULEE = StatutOccurrence.ANNULEE.value
A_RENSEIGNER = "a_renseigner"


@dataclass(slots=True, frozen=True)
class OccurrenceDuPlan:
    """One planned date and what is known of it. `minutes` is the planned length."""

    creneau_id: int
    date: dt.date
    nature: str
    poste_id: int
    part: Part
    lieu_id: int
    minutes: int
    etat: str
    motif: str
    participations: int
    # Said by hand, not deduced from a séance or from a closure.
    declaree: bool = False

    @property
    def sans_visite(self) -> bool:
        return self.etat == TENUE and self.participations == 0


def _objet(creneau: int | None, lieu: int | None, poste: int | None) -> tuple[str, int | None]:
    if creneau:
        return "creneau", creneau
    if lieu:
        return "lieu", lieu
    return ("poste", poste) if poste else ("programme", None)


class Fermetures:
    """Closures of a period, the most specific first, then the one entered first.

    `sauf`: those read as if they were gone; `avec`: those read as if they were there, last.
    """

    def __init__(
        self,
        premier: dt.date,
        dernier: dt.date,
        sauf: Collection[int] = (),
        avec: Iterable[Fermeture] = (),
    ) -> None:
        self._par_objet: dict[tuple[str, int | None], list[tuple[dt.date, dt.date, str]]] = (
            defaultdict(list)
        )
        for creneau, lieu, poste, debut, fin, motif in (
            Fermeture.objects.actif_entre(premier, dernier)
            .exclude(pk__in=sauf)
            .order_by("pk")
            .values_list("creneau_id", "lieu_id", "poste_id", "date_debut", "date_fin", "motif")
        ):
            self._par_objet[_objet(creneau, lieu, poste)].append((debut, fin, motif))
        for f in avec:
            objet = _objet(f.creneau_id, f.lieu_id, f.poste_id)
            self._par_objet[objet].append((f.date_debut, f.date_fin, f.motif))

    def motif(self, *, creneau: int, lieu: int, poste: int, jour: dt.date) -> str:
        """Motive of the closure that covers this occurrence, or empty."""
        if not self._par_objet:
            return ""
        return self._premier(
            [("creneau", creneau), ("lieu", lieu), ("poste", poste), ("programme", None)], jour
        )

    def motif_du_poste(self, poste: int, jour: dt.date) -> str:
        """Motive of the closure of the whole poste, or of the programme, that day, or empty."""
        return self._premier([("poste", poste), ("programme", None)], jour)

    def _premier(self, objets: list[tuple[str, int | None]], jour: dt.date) -> str:
        for objet in objets:
            for debut, fin, motif in self._par_objet.get(objet, ()):
                if debut <= jour <= fin:
                    return motif
        return ""


def plan_entre(
    premier: dt.date,
    dernier: dt.date,
    *,
    postes: dict[int, PosteOccupe],
    creneaux: Collection[Creneau] | None = None,
    fermetures: Fermetures | None = None,
    compter: bool = True,
) -> list[OccurrenceDuPlan]:
    """Every planned occurrence of [premier, dernier] with its state, by créneau then date.

    `postes` comes from `conseillers.selectors.occupation` over the same period. 4 queries at
    most, whatever the number of créneaux and séances; `creneaux` limits what they read. Without
    `compter` the states are the same, in one query less: how many people came is not read, and a
    séance counts as said by hand.
    """
    ceux_ci = Q() if creneaux is None else Q(creneau__in=[c.pk for c in creneaux])
    if creneaux is None:
        creneaux = Creneau.objects.actif_entre(premier, dernier).order_by("code")
    elif not creneaux:
        return []
    fermetures = fermetures or Fermetures(premier, dernier)
    seances = (
        Seance.objects.comptees()
        .entre(premier, dernier)
        .filter(ceux_ci, creneau__isnull=False)
        .order_by()
    )
    occurrences = Occurrence.objects.filter(ceux_ci, date__gte=premier, date__lte=dernier)
    visites = _visites(seances) if compter else {}
    declarees = _declarees(occurrences, None if compter else seances)
    return [
        _occurrence(creneau, jour, postes[creneau.poste_id], declarees, visites, fermetures)
        for creneau in creneaux
        for jour in creneau.dates_entre(premier, dernier)
    ]


def _visites(seances: models.QuerySet[Seance]) -> dict[tuple[int, dt.date], int]:
    """How many people came, by créneau and date."""
    totaux = seances.values("creneau_id", "date").annotate(total=Sum("nb_participants"))
    return {
        (creneau, jour): total
        for creneau, jour, total in totaux.values_list("creneau_id", "date", "total")
    }


def _declarees(
    occurrences: models.QuerySet[Occurrence], seances: models.QuerySet[Seance] | None
) -> dict[tuple[int, dt.date], tuple[str, str]]:
    """(state, motive) of what was said, by créneau and date; in the same query, of the séances."""
    dites = occurrences.order_by().values_list("creneau_id", "date", "statut", "motif")
    if seances is not None:
        dites = dites.union(seances.values_list("creneau_id", "date", Value(TENUE), Value("")))
    declarees: dict[tuple[int, dt.date], tuple[str, str]] = {}
    for creneau, jour, statut, motif in dites:
        # A séance says that it was held, whatever was declared.
        if statut == TENUE or (creneau, jour) not in declarees:
            declarees[creneau, jour] = (statut, motif)
    return declarees


def _occurrence(
    creneau: Creneau,
    jour: dt.date,
    poste: PosteOccupe,
    declarees: dict[tuple[int, dt.date], tuple[str, str]],
    visites: dict[tuple[int, dt.date], int],
    fermetures: Fermetures,
) -> OccurrenceDuPlan:
    cle = (creneau.pk, jour)
    etat, motif = _etat(creneau, jour, poste, declarees.get(cle), cle in visites, fermetures)
    return OccurrenceDuPlan(
        creneau_id=creneau.pk,
        date=jour,
        nature=creneau.nature,
        poste_id=poste.pk,
        part=poste.part,
        lieu_id=creneau.lieu_id,
        minutes=creneau.minutes,
        etat=etat,
        motif=motif,
        participations=visites.get(cle, 0),
        declaree=cle in declarees,
    )


def _etat(
    creneau: Creneau,
    jour: dt.date,
    poste: PosteOccupe,
    declaree: tuple[str, str] | None,
    avec_seance: bool,
    fermetures: Fermetures,
) -> tuple[str, str]:
    """The first rule that applies (contrat/rapports.md, « Plan and reality », 1 to 6)."""
    if avec_seance or (declaree and declaree[0] == TENUE):
        return TENUE, ""
    if declaree:
        return ANNULEE, declaree[1]
    motif = fermetures.motif(
        creneau=creneau.pk, lieu=creneau.lieu_id, poste=creneau.poste_id, jour=jour
    )
    if motif:
        return ANNULEE, motif
    if poste.tous_absents(jour):
        return ANNULEE, Motif.ABSENCE_DU_CONSEILLER.value
    if not poste.est_occupe(jour):
        return ANNULEE, Motif.POSTE_VACANT.value
    return A_RENSEIGNER, ""
