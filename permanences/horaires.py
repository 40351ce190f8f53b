"""The hours of a lieu in OpenStreetMap's `opening_hours`, made from its créneaux. Pure.

What comes back every week, or the second Tuesday of each month, is a rule. What cannot be said
so (every other week, the 15th of the month, a single date) is written date by date, as far as
`dernier`. So is each day on which the rules alone would be wrong: between `premier` and `dernier`
what is read back is what is planned, to the minute; after that, the rules alone.

Rules follow each other with « ; »: the last one that speaks of a day says all its hours.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from permanences.recurrence import JOURS, Regle

MOIS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SIGLES = tuple(jour.capitalize() for jour in JOURS)
FERME = "off"
SANS_FIN = dt.date.max
UN_JOUR = dt.timedelta(days=1)

# (from, to) in minutes from midnight, apart from each other, ascending.
Heures = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Plage:
    """What the rule of a créneau says; `feries`: held on public holidays too."""

    regle: Regle | None
    date_debut: dt.date
    date_fin: dt.date | None
    debut: dt.time
    fin: dt.time
    feries: bool = False


@dataclass(frozen=True)
class _Motif:
    """A weekday (`rang` 0) or the nth of a month, each time until `fin`."""

    jour: int
    rang: int
    fin: dt.date
    heures: Heures
    feries: bool


@dataclass(frozen=True)
class _Base:
    """One rule: days, until when, their hours."""

    jour: int
    rangs: tuple[int, ...]
    fin: dt.date
    heures: Heures

    def covers(self, jour: dt.date) -> bool:
        if jour.weekday() != self.jour or jour > self.fin:
            return False
        return not self.rangs or bool({_rang(jour), _rang_de_la_fin(jour)} & set(self.rangs))


def merge_heures(plages: Iterable[tuple[dt.time, dt.time]]) -> Heures:
    """Hours that touch or overlap are one; seconds are not told."""
    minutes = sorted((d.hour * 60 + d.minute, f.hour * 60 + f.minute) for d, f in plages)
    jointes: list[tuple[int, int]] = []
    for debut, fin in minutes:
        if debut >= fin:
            continue
        if jointes and debut <= jointes[-1][1]:
            jointes[-1] = (jointes[-1][0], max(fin, jointes[-1][1]))
        else:
            jointes.append((debut, fin))
    return tuple(jointes)


def write_horaires(
    plages: Iterable[Plage],
    prevues: Mapping[dt.date, Heures],
    *,
    premier: dt.date,
    dernier: dt.date,
    est_ferie: Callable[[dt.date], bool],
) -> str:
    """`prevues`: the hours of each day of [premier, dernier] on which somebody is expected.

    Without any, what was to take place by then is closed. Empty where nothing is known.
    """
    plages = list(plages)
    motifs = [motif for plage in plages for motif in _motifs(plage, dernier)]
    base = list(_base(motifs)) if prevues else []
    regles = [*_write_base(base, premier), *(["PH off"] if _sans_feries(base, motifs) else [])]
    exactes, fermes = _corrections(base, prevues, premier, dernier, est_ferie)
    if not prevues and any(p.date_debut <= dernier for p in plages):
        fermes = [(premier, dernier)]
    if fermes:
        regles.append(f"{','.join(_periode(*f) for f in fermes)} {FERME}")
    regles += [f"{','.join(map(_date, jours))} {_heures(h)}" for h, jours in exactes.items()]
    return "; ".join(regles)


# --- What comes back ---------------------------------------------------------------------------


def _motifs(plage: Plage, dernier: dt.date) -> Iterator[_Motif]:
    """None for what opening_hours cannot say, is over by then, or starts after."""
    regle, heures = plage.regle, merge_heures([(plage.debut, plage.fin)])
    fin = plage.date_fin or SANS_FIN
    if regle is None or regle.intervalle > 1 or fin <= dernier or plage.date_debut > dernier:
        return
    if regle.freq == "MONTHLY" and not regle.jours:
        return
    for rang, jour in regle.jours or ((0, plage.date_debut.weekday()),):
        yield _Motif(jour, rang, fin, heures, plage.feries)


def _base(motifs: list[_Motif]) -> Iterator[_Base]:
    """For each weekday, from what lasts longest to what ends first: each says all that holds
    until its own end.
    """
    for jour in range(7):
        du_jour = [m for m in motifs if m.jour == jour]
        rangs = sorted({m.rang for m in du_jour if m.rang})
        for fin in sorted({m.fin for m in du_jour}, reverse=True):
            encore = [m for m in du_jour if m.fin >= fin]
            chaque = _union(m.heures for m in encore if not m.rang)
            if chaque:
                yield _Base(jour, (), fin, chaque)
            par_heures: dict[Heures, list[int]] = defaultdict(list)
            for rang in rangs:
                if propres := [m.heures for m in encore if m.rang == rang]:
                    par_heures[_union([chaque, *propres])].append(rang)
            yield from (_Base(jour, tuple(r), fin, h) for h, r in par_heures.items())


def _union(toutes: Iterable[Heures]) -> Heures:
    return merge_heures((_time(d), _time(f)) for heures in toutes for d, f in heures)


def _time(minutes: int) -> dt.time:
    return dt.time(*divmod(minutes, 60))


def _sans_feries(base: list[_Base], motifs: list[_Motif]) -> bool:
    """After `dernier` the holidays are the reader's to know; where some are held, closed is
    said: nobody comes for nothing.
    """
    return bool(base) and not all(m.feries for m in motifs)


def _write_base(base: list[_Base], premier: dt.date) -> list[str]:
    """Days of the same hours are one rule, unless a weekday has several: their order counts."""
    groupes: dict[object, list[_Base]] = defaultdict(list)
    mele = len({regle.jour for regle in base}) < len(base)
    for rang, regle in enumerate(base):
        groupes[rang if mele else (regle.fin, regle.heures)].append(regle)
    return [
        f"{'' if tete.fin == SANS_FIN else _periode(premier, tete.fin) + ' '}"
        f"{','.join(map(_jours, regles))} {_heures(tete.heures)}"
        for regles in groupes.values()
        for tete in regles[:1]
    ]


def _jours(regle: _Base) -> str:
    rangs = f"[{','.join(map(str, regle.rangs))}]" if regle.rangs else ""
    return SIGLES[regle.jour] + rangs


# --- Day by day --------------------------------------------------------------------------------


def _corrections(
    base: list[_Base],
    prevues: Mapping[dt.date, Heures],
    premier: dt.date,
    dernier: dt.date,
    est_ferie: Callable[[dt.date], bool],
) -> tuple[dict[Heures, list[dt.date]], list[tuple[dt.date, dt.date]]]:
    """({hours: the dates to write}, [(first, last) day of what is closed])."""
    exactes: dict[Heures, list[dt.date]] = defaultdict(list)
    fermes: list[tuple[dt.date, dt.date]] = []
    suite = False
    for rang in range((dernier - premier).days + 1):
        jour = premier + rang * UN_JOUR
        dites, vraies = _said(base, jour), prevues.get(jour, ())
        # A holiday is always written: whose calendar is read, we do not know.
        a_dire = dites != vraies or (est_ferie(jour) and bool(dites or vraies))
        if vraies:
            suite = False
            if a_dire:
                exactes[vraies].append(jour)
        elif a_dire and suite:
            fermes[-1] = (fermes[-1][0], jour)
        elif a_dire:
            fermes.append((jour, jour))
            suite = True
    return exactes, fermes


def _said(base: list[_Base], jour: dt.date) -> Heures:
    return next((regle.heures for regle in reversed(base) if regle.covers(jour)), ())


def _rang(jour: dt.date) -> int:
    return (jour.day - 1) // 7 + 1


def _rang_de_la_fin(jour: dt.date) -> int:
    suivant = (jour.replace(day=28) + 4 * UN_JOUR).replace(day=1)
    return -(((suivant - jour).days - 1) // 7 + 1)


# --- As OpenStreetMap writes -------------------------------------------------------------------


def _date(jour: dt.date) -> str:
    return f"{jour.year} {MOIS[jour.month - 1]} {jour.day:02}"


def _periode(debut: dt.date, fin: dt.date) -> str:
    return _date(debut) if debut == fin else f"{_date(debut)}-{_date(fin)}"


def _heures(heures: Heures) -> str:
    return ",".join(f"{_time(debut):%H:%M}-{_time(fin):%H:%M}" for debut, fin in heures)
