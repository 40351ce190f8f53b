"""The plan against what became of it: the state of every occurrence of a period.

One reading for the report, the advisor's day and the public page (contrat/rapports.md, « Plan and
reality »).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from django.db import models
from django.db.models import Q, Sum, Value

from conseillers.enums import Part
from conseillers.selectors import PosteOccupe
from permanences.enums import Motif, StatutOccurrence
from permanences.models import Creneau, Fermeture, Occurrence, Seance

TENUE = StatutOccurrence.TENUE.value
ANNULEE = StatutOccurrence.ANNULEE.value
A_RENSEIGNER = "a_renseigner"
# First and last days of a closure, its motive.
Periode = tuple[dt.date, dt.date, str]


class OccurrenceDuPlan(NamedTuple):
    """One planned date and what is known of it. `minutes` is the planned length.

    A tuple: thousands are made for a report, hundreds for a public page.
    """

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
        self._par_objet: dict[tuple[str, int | None], list[Periode]] = defaultdict(list)
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

    def of(self, *, creneau: int, lieu: int, poste: int) -> list[Periode]:
        """All that may close the occurrences of this créneau, the most specific first."""
        return self._de([("creneau", creneau), ("lieu", lieu), ("poste", poste)])

    def motif(self, *, creneau: int, lieu: int, poste: int, jour: dt.date) -> str:
        """Motive of the closure that covers this occurrence, or empty."""
        return _motif_le(jour, self.of(creneau=creneau, lieu=lieu, poste=poste))

    def motif_du_poste(self, poste: int, jour: dt.date) -> str:
        """Motive of the closure of the whole poste, or of the programme, that day, or empty."""
        return _motif_le(jour, self._de([("poste", poste)]))

    def _de(self, objets: list[tuple[str, int | None]]) -> list[Periode]:
        connus = [*objets, ("programme", None)]
        return [periode for objet in connus for periode in self._par_objet.get(objet, ())]


def _motif_le(jour: dt.date, periodes: Iterable[Periode]) -> str:
    return next((motif for debut, fin, motif in periodes if debut <= jour <= fin), "")


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
    if creneaux is not None and not creneaux:
        return []
    lecture = LectureDuPlan(
        premier, dernier, postes, creneaux=creneaux, fermetures=fermetures, compter=compter
    )
    if creneaux is None:
        creneaux = Creneau.objects.actif_entre(premier, dernier).order_by("code")
    return lecture.occurrences(creneaux, premier, dernier)


class LectureDuPlan:
    """What is known of a period, read once: the plan of any days of it then costs no query.

    The arguments are those of `plan_entre`.
    """

    def __init__(
        self,
        premier: dt.date,
        dernier: dt.date,
        postes: dict[int, PosteOccupe],
        *,
        creneaux: Collection[Creneau] | None = None,
        fermetures: Fermetures | None = None,
        compter: bool = True,
    ) -> None:
        ceux_ci = Q() if creneaux is None else Q(creneau__in=[c.pk for c in creneaux])
        seances = (
            Seance.objects.comptees()
            .entre(premier, dernier)
            .filter(ceux_ci, creneau__isnull=False)
            .order_by()
        )
        occurrences = Occurrence.objects.filter(ceux_ci, date__gte=premier, date__lte=dernier)
        self._postes = postes
        self._fermetures = fermetures or Fermetures(premier, dernier)
        self._visites = _visites(seances) if compter else {}
        self._declarees = _declarees(occurrences, None if compter else seances)

    def occurrences(
        self, creneaux: Iterable[Creneau], premier: dt.date, dernier: dt.date
    ) -> list[OccurrenceDuPlan]:
        """Of these créneaux, by créneau then date; [premier, dernier] is within what was read."""
        return [o for creneau in creneaux for o in self._of(creneau, premier, dernier)]

    def _of(
        self, creneau: Creneau, premier: dt.date, dernier: dt.date
    ) -> Iterator[OccurrenceDuPlan]:
        jours = creneau.dates_entre(premier, dernier)
        if not jours:
            return
        pk, lieu, nature, minutes = creneau.pk, creneau.lieu_id, creneau.nature, creneau.minutes
        poste = self._postes[creneau.poste_id]
        periodes = self._fermetures.of(creneau=pk, lieu=lieu, poste=poste.pk)
        for jour in jours:
            cle = (pk, jour)
            declaree = self._declarees.get(cle)
            etat, motif = _etat(jour, poste, declaree, cle in self._visites, periodes)
            yield OccurrenceDuPlan(
                creneau_id=pk,
                date=jour,
                nature=nature,
                poste_id=poste.pk,
                part=poste.part,
                lieu_id=lieu,
                minutes=minutes,
                etat=etat,
                motif=motif,
                participations=self._visites.get(cle, 0),
                declaree=declaree is not None,
            )


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


def _etat(
    jour: dt.date,
    poste: PosteOccupe,
    declaree: tuple[str, str] | None,
    avec_seance: bool,
    periodes: list[Periode],
) -> tuple[str, str]:
    """The first rule that applies (contrat/rapports.md, « Plan and reality », 1 to 6)."""
    if avec_seance or (declaree and declaree[0] == TENUE):
        return TENUE, ""
    if declaree:
        return ANNULEE, declaree[1]
    if periodes and (motif := _motif_le(jour, periodes)):
        return ANNULEE, motif
    if poste.tous_absents(jour):
        return ANNULEE, Motif.ABSENCE_DU_CONSEILLER.value
    if not poste.est_occupe(jour):
        return ANNULEE, Motif.POSTE_VACANT.value
    return A_RENSEIGNER, ""
