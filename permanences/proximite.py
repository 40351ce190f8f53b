"""What is near a place, and in which order it is told to somebody who wants to go there. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from permanences.annonces import DateAnnoncee
from territoires.geo import Place, distance_between
from territoires.text import sort_key
from territoires.typographie import INSECABLE, format_jour, format_nombre

# « Near »: what one may reach in the countryside. When fewer than AU_MOINS lieux are so near, the
# nearest ones are told anyway, with their distance.
RAYON_KM = 15
AU_MOINS = 5
AU_PLUS = 15
DATES_PAR_LIEU = 4
ENTREES = 16
# A cancelled date is told to whoever may have meant to come; in a month it only hides the others.
ANNULATIONS = dt.timedelta(days=7)


@dataclass(frozen=True)
class LieuAnnonce:
    """An open lieu as anybody may read it, with its dates to come, in order.

    `url`: the path of its page. `situe`: its own position is known, else its chef-lieu's is given.
    `reserve_a`: empty, or whom its permanences are for (« aux résidents… »).
    """

    code: str
    nom: str
    url: str
    adresse: str
    commune: str
    code_commune: str
    latitude: float
    longitude: float
    situe: bool
    telephone: str
    accessible: bool | None
    reserve_a: str
    dates: tuple[DateAnnoncee, ...]

    @property
    def ou(self) -> str:
        """The address, with its commune unless the address or the name says it already."""
        dite = self.commune.lower() in f"{self.adresse} {self.nom}".lower()
        return ", ".join(filter(None, [self.adresse, "" if dite else self.commune]))

    @property
    def prochaine(self) -> DateAnnoncee | None:
        return next((date for date in self.dates if not date.fermee), None)

    def is_worth_telling(self, ce_jour: dt.date) -> bool:
        """One may go there, or somebody could be going there today for nothing."""
        return any(not date.fermee or date.jour == ce_jour for date in self.dates)

    def told(self, ce_jour: dt.date) -> list[DateAnnoncee]:
        return [d for d in self.dates if not d.fermee or d.jour < ce_jour + ANNULATIONS]


@dataclass(frozen=True)
class Voisin:
    """A lieu from where one stands; `numero` is the one on the map, by distance."""

    lieu: LieuAnnonce
    km: float
    numero: int
    ici: bool

    @property
    def distance(self) -> str:
        """« dans la commune », « à 4 km »: as the crow flies, which the page says once."""
        return "dans la commune" if self.ici else say_distance(self.km)


@dataclass(frozen=True)
class Entree:
    """One date at one lieu."""

    voisin: Voisin
    date: DateAnnoncee


@dataclass(frozen=True)
class Journee:
    """The entries of one day: « Aujourd’hui, mardi 13 octobre 2026 »."""

    jour: dt.date
    titre: str
    entrees: list[Entree]


@dataclass(frozen=True)
class Annulation:
    """What will not be held today after all, and when to come instead."""

    voisin: Voisin
    date: DateAnnoncee
    prochaine: DateAnnoncee | None


def neighbours(
    depart: Place, code_commune: str, lieux: Iterable[LieuAnnonce], ce_jour: dt.date
) -> list[Voisin]:
    """The lieux to tell to whoever stands there, the nearest first; none that is reserved."""
    offerts = [lieu for lieu in lieux if not lieu.reserve_a and lieu.is_worth_telling(ce_jour)]
    ranges = sorted(
        ((distance_between(depart, lieu), lieu) for lieu in offerts),
        # A lieu of the commune comes first, wherever its chef-lieu is.
        key=lambda paire: (paire[1].code_commune != code_commune, paire[0], paire[1].code),
    )
    pres = sum(km <= RAYON_KM for km, _ in ranges)
    return [
        Voisin(lieu, km, numero, lieu.code_commune == code_commune)
        for numero, (km, lieu) in enumerate(ranges[: min(max(pres, AU_MOINS), AU_PLUS)], start=1)
    ]


def by_date(voisins: Sequence[Voisin], ce_jour: dt.date) -> list[Journee]:
    """Their dates day by day, at one time the nearest first."""
    entrees = sorted(
        (Entree(v, date) for v in voisins for date in v.lieu.told(ce_jour)),
        key=lambda e: (e.date.jour, e.date.debut, e.voisin.numero),
    )[:ENTREES]
    return [
        Journee(jour, say_day(jour, ce_jour), list(du_jour))
        for jour, du_jour in groupby(entrees, key=lambda e: e.date.jour)
    ]


def by_distance(
    voisins: Sequence[Voisin], ce_jour: dt.date
) -> list[tuple[Voisin, list[tuple[str, DateAnnoncee]]]]:
    """Each with its first dates and how their day is said."""
    return [
        (v, [(say_day(d.jour, ce_jour), d) for d in v.lieu.told(ce_jour)[:DATES_PAR_LIEU]])
        for v in voisins
    ]


def cancelled_today(voisins: Sequence[Voisin], ce_jour: dt.date) -> list[Annulation]:
    return [
        Annulation(v, date, v.lieu.prochaine)
        for v in voisins
        for date in v.lieu.dates
        if date.jour == ce_jour and date.fermee and not date.ferie
    ]


@dataclass(frozen=True)
class CommuneServie:
    """A commune and its open lieux; no code for the lieux of other départements."""

    code: str
    nom: str
    lieux: list[LieuAnnonce]

    @property
    def prochaine(self) -> tuple[LieuAnnonce, DateAnnoncee] | None:
        """The first date, and where."""
        dates = [(date, lieu) for lieu in self.lieux if (date := lieu.prochaine)]
        if not dates:
            return None
        date, lieu = min(dates, key=lambda paire: (paire[0].jour, paire[0].debut, paire[1].code))
        return lieu, date


def by_commune(lieux: Iterable[LieuAnnonce], ce_jour: dt.date) -> list[CommuneServie]:
    """Every commune with something to tell, in the dictionary's order; other départements last."""
    par_commune: dict[tuple[str, str], list[LieuAnnonce]] = {}
    for lieu in lieux:
        if not lieu.reserve_a and lieu.is_worth_telling(ce_jour):
            par_commune.setdefault((lieu.code_commune, lieu.commune), []).append(lieu)
    communes = [CommuneServie(code, nom, siens) for (code, nom), siens in par_commune.items()]
    return sorted(communes, key=lambda c: (not c.code, sort_key(c.nom), c.code))


def say_day(jour: dt.date, ce_jour: dt.date) -> str:
    """« Aujourd’hui, mardi 13 octobre 2026 », « Demain, … », « Jeudi 15 octobre 2026 »."""
    dans = (jour - ce_jour).days
    phrase = format_jour(jour)
    proche = {0: "Aujourd’hui, ", 1: "Demain, "}.get(dans, "")
    return proche + phrase if proche else phrase[0].upper() + phrase[1:]


def say_distance(km: float) -> str:
    return f"à {format_nombre(round(km))}{INSECABLE}km" if km >= 1 else f"à moins de 1{INSECABLE}km"


def not_over(
    dates: Iterable[DateAnnoncee], ce_jour: dt.date, heure: dt.time
) -> tuple[DateAnnoncee, ...]:
    """Without what is over today, held or not."""
    return tuple(d for d in dates if d.jour > ce_jour or (d.jour == ce_jour and d.fin > heure))
