"""Coverage of the territory in a month: lieux actifs, distances, plan (contrat/rapports.md)."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from conseillers.enums import Part
from permanences.enums import Motif, NatureCreneau
from permanences.models import LieuAccueil
from permanences.selectors.plan import ANNULEE, TENUE, OccurrenceDuPlan
from reporting.selectors.mesures import HORS_DEPARTEMENT, SANS_EPCI
from territoires.geo import Point, nearest_of_each, population_around, population_within
from territoires.models import EPCI, Commune

BORNE_COURTE_KM = 10
ETATS = ("prevues", "tenues", "annulees", "a_renseigner")
LieuCommune = tuple[Point, float] | None


@dataclass(slots=True)
class Plan:
    """Counts of occurrences of one line of a table; the four states always add up."""

    prevues: int = 0
    tenues: int = 0
    annulees: int = 0
    sans_visite: int = 0
    minutes_prevues: int = 0
    minutes_tenues: int = 0
    motifs: Counter[str] = field(default_factory=Counter)
    dates_tenues: set[dt.date] = field(default_factory=set)
    communes_tenues: set[str] = field(default_factory=set)
    parts_tenues: set[str] = field(default_factory=set)

    def add(self, occurrence: OccurrenceDuPlan, commune: str | None) -> None:
        self.prevues += 1
        self.minutes_prevues += occurrence.minutes
        if occurrence.etat == TENUE:
            self.tenues += 1
            self.minutes_tenues += occurrence.minutes
            self.sans_visite += occurrence.sans_visite
            self.dates_tenues.add(occurrence.date)
            self.parts_tenues.add(occurrence.part)
            if commune:
                self.communes_tenues.add(commune)
        elif occurrence.etat == ANNULEE:
            self.annulees += 1
            self.motifs[occurrence.motif] += 1

    @property
    def a_renseigner(self) -> int:
        return self.prevues - self.tenues - self.annulees

    def etats(self) -> dict[str, int]:
        return {etat: getattr(self, etat) for etat in ETATS}


@dataclass(slots=True)
class Territoire:
    """Communes of the département today and its EPCI, read once (2 queries)."""

    communes: list[Commune]
    epcis: list[EPCI]

    @property
    def population(self) -> int:
        return sum(c.population or 0 for c in self.communes)


def read_territoire() -> Territoire:
    communes = list(
        Commune.objects.actuelles()
        .filter(departement=settings.DEPARTEMENT)
        .only("code", "nom", "population", "epci_id", "latitude", "longitude")
        .order_by("code")
    )
    sirens = {c.epci_id for c in communes if c.epci_id}
    epcis = list(EPCI.objects.filter(siren__in=sirens).order_by("siren"))
    return Territoire(communes, epcis)


def read_lieux() -> dict[int, LieuAccueil]:
    """Every lieu with its commune; 1 query."""
    return {
        lieu.pk: lieu
        for lieu in LieuAccueil.objects.select_related("commune")
        .defer("commune__contour")
        .order_by("code")
    }


def ligne_du_lieu(lieu: LieuAccueil) -> str:
    """Line of the tables where a lieu counts: an EPCI, or another département."""
    if lieu.commune is None or lieu.commune.departement != settings.DEPARTEMENT:
        return HORS_DEPARTEMENT
    return lieu.commune.epci_id or SANS_EPCI


def point_du_lieu(lieu: LieuAccueil) -> Point | None:
    """Its coordinates, else the chef-lieu of its commune."""
    if lieu.latitude is not None and lieu.longitude is not None:
        return Point(lieu.latitude, lieu.longitude, lieu.code)
    if lieu.commune is not None:
        return Point(lieu.commune.latitude, lieu.commune.longitude, lieu.code)
    return None


def est_loin(proche: LieuCommune) -> bool:
    """Not served: farther than the bound, which is closed, or no active lieu at all."""
    return proche is None or proche[1] > settings.DISTANCE_NON_DESSERVIE_KM


@dataclass(slots=True)
class Maillage:
    """Everything that the month's occurrences and active lieux say of the territory."""

    territoire: Territoire
    lieux: dict[int, LieuAccueil]
    total: Plan
    par_ligne: dict[str, Plan]
    par_nature: dict[str, Plan]
    par_lieu: dict[int, Plan]
    actifs: set[int]
    # Nearest active lieu of each commune, in the order of `territoire.communes`.
    proches: list[LieuCommune]

    def actifs_de(self, ligne: str) -> int:
        return sum(ligne_du_lieu(self.lieux[pk]) == ligne for pk in self.actifs)

    @property
    def nb_actifs(self) -> int:
        """Active lieux of the département; those across its border are not counted."""
        return len(self.actifs) - self.actifs_de(HORS_DEPARTEMENT)

    @property
    def nb_non_desservies(self) -> int:
        """Communes farther than the bound from every active lieu."""
        return sum(est_loin(proche) for proche in self.proches)

    def population_a(self, borne_km: float, siren: str | None = None) -> int:
        """Inhabitants at most `borne_km` from an active lieu: the bound is closed."""
        gardes = [
            (commune, proche)
            for commune, proche in zip(self.territoire.communes, self.proches, strict=True)
            if siren is None or commune.epci_id == siren
        ]
        return population_within([c for c, _ in gardes], [p for _, p in gardes], borne_km)


def maillage(
    plan: Iterable[OccurrenceDuPlan],
    *,
    lieux_avec_seance: set[int],
    territoire: Territoire,
    lieux: dict[int, LieuAccueil],
) -> Maillage:
    """Fold the occurrences by line, nature and lieu, and measure the distances. No query."""
    total = Plan()
    par_ligne: dict[str, Plan] = defaultdict(Plan)
    par_nature: dict[str, Plan] = defaultdict(Plan)
    par_lieu: dict[int, Plan] = defaultdict(Plan)
    for occurrence in plan:
        lieu = lieux[occurrence.lieu_id]
        commune = lieu.commune_id
        for cumul in (
            total,
            par_ligne[ligne_du_lieu(lieu)],
            par_nature[occurrence.nature],
            par_lieu[occurrence.lieu_id],
        ):
            cumul.add(occurrence, commune)
    actifs = {pk for pk, cumul in par_lieu.items() if cumul.tenues} | lieux_avec_seance
    points = [p for pk in sorted(actifs) if (p := point_du_lieu(lieux[pk])) is not None]
    return Maillage(
        territoire=territoire,
        lieux=lieux,
        total=total,
        par_ligne=par_ligne,
        par_nature=par_nature,
        par_lieu=par_lieu,
        actifs=actifs,
        proches=nearest_of_each(_points(territoire.communes), points),
    )


def _points(communes: list[Commune]) -> list[Point]:
    return [Point(c.latitude, c.longitude, c.code) for c in communes]


def motifs(plan: Plan) -> dict[str, int]:
    return {motif: plan.motifs[motif] for motif in Motif.values}


def par_nature(m: Maillage) -> dict[str, dict[str, int]]:
    return {n: m.par_nature.get(n, Plan()).etats() for n in NatureCreneau.values}


def couvert_par_le_departement(plan: Plan) -> bool:
    return Part.DEPARTEMENT.value in plan.parts_tenues


def simulation(
    m: Maillage, *, avec_creneau: set[int], nombre: int = 3, borne_km: float = BORNE_COURTE_KM
) -> list[dict[str, Any]]:
    """Lieux without a créneau from which one more permanence would reach the most people.

    Each is taken alone: inhabitants today beyond `borne_km` of every active lieu whose
    commune would come within it. Lieux that reach nobody more are left out.
    """
    loin = [
        commune
        for commune, proche in zip(m.territoire.communes, m.proches, strict=True)
        if proche is None or proche[1] > borne_km
    ]
    if not loin:
        return []
    candidats = _candidats(m, avec_creneau)
    reached = population_around([point for _, point in candidats], loin, borne_km)
    gains = [(gain, lieu) for (lieu, _), gain in zip(candidats, reached, strict=True) if gain]
    gains.sort(key=lambda g: (-g[0], g[1].code))
    return [
        {
            "code": lieu.code,
            "nom": lieu.nom,
            "commune": lieu.commune.nom if lieu.commune else "",
            "population": gain,
        }
        for gain, lieu in gains[:nombre]
    ]


def _candidats(m: Maillage, avec_creneau: set[int]) -> list[tuple[LieuAccueil, Point]]:
    """Lieux open to the programme, of a known commune, with neither activity nor créneau."""
    return [
        (lieu, point)
        for pk, lieu in m.lieux.items()
        if lieu.actif
        and pk not in m.actifs
        and pk not in avec_creneau
        and lieu.commune is not None
        and (point := point_du_lieu(lieu)) is not None
    ]
