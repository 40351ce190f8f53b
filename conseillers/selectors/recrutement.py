"""The board of the candidatures, and the vacant postes near each candidate."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from conseillers.enums import SUITES_CANDIDATURE, EtatCandidature, Part
from conseillers.models import Candidature, Etape, Poste, Utilisateur
from conseillers.selectors.occupation import occupation, vacant_depuis
from territoires.geo import distance_between
from territoires.models import EPCI, Commune
from territoires.text import sort_key

ACTIFS = (
    EtatCandidature.RECUE,
    EtatCandidature.PRESELECTIONNEE,
    EtatCandidature.ENTRETIEN,
    EtatCandidature.RETENUE,
)
FINIS = (EtatCandidature.RECRUTEE, EtatCandidature.REFUSEE)


@dataclass(frozen=True)
class PosteVacant:
    """A vacant poste of the Département: since when, and the main town of what it serves."""

    pk: int
    numero: int
    depuis: dt.date
    epcis: tuple[str, ...]
    villes: tuple[Commune, ...]

    def distance_de(self, commune: Commune) -> tuple[float, Commune] | None:
        """Kilometres as the crow flies to the nearest main town of its EPCI."""
        proches = [(distance_between(commune, ville), ville.code, ville) for ville in self.villes]
        return (min(proches)[0], min(proches)[2]) if proches else None


@dataclass(frozen=True)
class Proximite:
    poste: PosteVacant
    km: float | None
    ville: Commune | None


@dataclass
class Carte:
    """A candidature on the board."""

    candidature: Candidature
    commune: Commune | None
    suite: EtatCandidature | None
    proches: list[Proximite] = field(default_factory=list)

    @property
    def plus_proche(self) -> Proximite | None:
        return next((p for p in self.proches if p.km is not None), None)


@dataclass(frozen=True)
class Colonne:
    etat: EtatCandidature
    cartes: list[Carte]
    anonymes: int = 0

    @property
    def total(self) -> int:
        return len(self.cartes) + self.anonymes


@dataclass(frozen=True)
class Filtre:
    """What the board is narrowed to; empty: everything."""

    cherche: str = ""
    poste: int | None = None
    commune: str = ""

    @property
    def actif(self) -> bool:
        return bool(self.cherche or self.poste or self.commune)


@dataclass(frozen=True)
class Tableau:
    actives: list[Colonne]
    finies: list[Colonne]
    communes: list[Commune]
    postes: list[Poste]
    vacants: list[PosteVacant]
    affichees: int
    total: int


def postes_vacants(jour: dt.date) -> list[PosteVacant]:
    """The Département's vacant postes, as the coverage report counts them; 6 queries."""
    vacants = [
        p
        for p in occupation(jour, jour).values()
        if p.part == Part.DEPARTEMENT and p.est_attribue(jour) and not p.est_occupe(jour)
    ]
    depuis = vacant_depuis(vacants, jour)
    epcis = dict(_epcis_of([p.pk for p in vacants]))
    villes = _main_towns({e.pk for liste in epcis.values() for e in liste})
    return [
        PosteVacant(
            pk=p.pk,
            numero=p.numero,
            depuis=depuis[p.pk],
            epcis=tuple(e.nom for e in epcis.get(p.pk, [])),
            villes=tuple(villes[e.pk] for e in epcis.get(p.pk, []) if e.pk in villes),
        )
        for p in vacants
    ]


def _epcis_of(postes: list[int]) -> Iterable[tuple[int, list[EPCI]]]:
    for poste in Poste.objects.filter(pk__in=postes).prefetch_related("epcis"):
        yield poste.pk, list(poste.epcis.all())


def _main_towns(epcis: set[str]) -> dict[str, Commune]:
    """{EPCI: its most populated commune}: where its permanences are first looked for."""
    villes: dict[str, Commune] = {}
    for commune in (
        Commune.objects.actuelles()
        .filter(epci__in=epcis)
        .defer("contour")
        .order_by("-population", "code")
    ):
        villes.setdefault(commune.epci_id or "", commune)
    return villes


def nearest_postes(commune: Commune | None, vacants: Iterable[PosteVacant]) -> list[Proximite]:
    """The vacant postes, the nearest first; without a commune, by number."""
    proches = []
    for poste in vacants:
        mesure = poste.distance_de(commune) if commune is not None else None
        proches.append(Proximite(poste, *(mesure or (None, None))))
    return sorted(proches, key=lambda p: (p.km is None, p.km or 0.0, p.poste.numero))


def recruitment_board(utilisateur: Utilisateur, jour: dt.date, filtre: Filtre) -> Tableau:
    """Every candidature by state, narrowed; a fixed number of queries."""
    toutes = list(
        Candidature.objects.visible_to(utilisateur)
        .avec_echeance()
        .select_related("poste")
        .order_by("etat_le", "nom", "pk")
    )
    communes = _communes_of(toutes)
    vacants = postes_vacants(jour)
    montrees = [c for c in toutes if _matches(c, communes.get(c.code_insee), filtre)]
    par_etat: dict[str, list[Carte]] = defaultdict(list)
    anonymes: dict[str, int] = defaultdict(int)
    for candidature in montrees:
        if candidature.anonymisee_le:
            anonymes[candidature.etat] += 1
            continue
        commune = communes.get(candidature.code_insee)
        proches = nearest_postes(commune, vacants)
        par_etat[candidature.etat].append(
            Carte(candidature, commune, suite_of(candidature), proches)
        )
    colonnes = {e: Colonne(e, par_etat.get(e, []), anonymes.get(e, 0)) for e in EtatCandidature}
    return Tableau(
        actives=[colonnes[e] for e in ACTIFS],
        # Those that wait: the longest first. Those that are over: the latest first.
        finies=[replace(colonnes[e], cartes=colonnes[e].cartes[::-1]) for e in FINIS],
        communes=sorted(set(communes.values()), key=lambda c: (c.nom_tri, c.code)),
        postes=sorted({c.poste for c in toutes if c.poste}, key=lambda p: p.numero),
        vacants=vacants,
        affichees=len(montrees),
        total=len(toutes),
    )


def suite_of(candidature: Candidature) -> EtatCandidature | None:
    """The next state forward, offered as a button; none at the end or for an anonymous row."""
    suites = SUITES_CANDIDATURE[EtatCandidature(candidature.etat)]
    avance = [s for s in suites if s != EtatCandidature.REFUSEE]
    return avance[0] if avance and not candidature.anonymisee_le else None


def story_of(candidature: Candidature) -> list[Etape]:
    return list(candidature.etapes.select_related("par", "annulee_par"))


def commune_of(candidature: Candidature) -> Commune | None:
    return _communes_of([candidature]).get(candidature.code_insee)


def _communes_of(candidatures: Iterable[Candidature]) -> dict[str, Commune]:
    codes = {c.code_insee for c in candidatures if c.code_insee}
    return Commune.objects.defer("contour").in_bulk(codes)


def _matches(candidature: Candidature, commune: Commune | None, filtre: Filtre) -> bool:
    if filtre.poste and (candidature.poste is None or candidature.poste.numero != filtre.poste):
        return False
    if filtre.commune and candidature.code_insee != filtre.commune:
        return False
    texte = sort_key(
        f"{candidature.prenom} {candidature.nom} {candidature.courriel or ''} {commune or ''}"
    )
    return all(mot in texte for mot in sort_key(filtre.cherche).split())
