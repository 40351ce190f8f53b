"""Dates on which a créneau takes place: the subset of RFC 5545 of `contrat/formats.md`. Pure.

Only dates are computed here. The hours of a créneau are wall-clock times of Europe/Paris, so
a change to summer time cannot move a nine o'clock.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

JOURS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
NOMS_JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
ORDINAUX = {
    1: "premier",
    2: "deuxième",
    3: "troisième",
    4: "quatrième",
    5: "cinquième",
    -1: "dernier",
    -2: "avant-dernier",
}
_BYDAY = re.compile(r"^([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)$")


class RegleInvalide(ValueError):
    """The rule cannot be read; the message says why, in French."""


@dataclass(frozen=True)
class Regle:
    """One rule. `jours` holds (ordinal, weekday 0-6); ordinal 0 means « every »."""

    freq: str
    intervalle: int = 1
    jours: tuple[tuple[int, int], ...] = ()

    def __str__(self) -> str:
        """The rule in canonical RRULE form."""
        morceaux = [f"FREQ={self.freq}"]
        if self.intervalle > 1:
            morceaux.append(f"INTERVAL={self.intervalle}")
        if self.jours:
            morceaux.append("BYDAY=" + ",".join(f"{n or ''}{JOURS[j]}" for n, j in self.jours))
        return ";".join(morceaux)


# A programme has a few dozen different rules for hundreds of créneaux.
@lru_cache(maxsize=1024)
def parse_regle(texte: str) -> Regle:
    """Read a RRULE limited to FREQ=WEEKLY or MONTHLY, INTERVAL and BYDAY.

    Raises RegleInvalide with a French sentence.
    """
    parties: dict[str, str] = {}
    for morceau in texte.strip().upper().removeprefix("RRULE:").split(";"):
        cle, egal, valeur = morceau.partition("=")
        if not egal or not valeur:
            raise RegleInvalide(f"« {texte} » n’est pas une règle : attendu FREQ=WEEKLY;BYDAY=TU.")
        if cle in parties:
            raise RegleInvalide(f"{cle} figure deux fois dans la règle.")
        parties[cle] = valeur
    inconnues = set(parties) - {"FREQ", "INTERVAL", "BYDAY"}
    if inconnues:
        raise RegleInvalide(
            f"{', '.join(sorted(inconnues))} n’est pas accepté : "
            "une règle ne contient que FREQ, INTERVAL et BYDAY."
        )
    freq = parties.get("FREQ", "")
    if freq not in ("WEEKLY", "MONTHLY"):
        raise RegleInvalide("FREQ doit valoir WEEKLY (semaine) ou MONTHLY (mois).")
    intervalle = parties.get("INTERVAL", "1")
    if not re.fullmatch(r"[1-9]\d{0,2}", intervalle):
        raise RegleInvalide("INTERVAL doit être un nombre entier de 1 à 999.")
    return Regle(freq, int(intervalle), _parse_jours(parties.get("BYDAY", ""), freq))


def _parse_jours(texte: str, freq: str) -> tuple[tuple[int, int], ...]:
    jours = []
    for morceau in texte.split(",") if texte else []:
        trouve = _BYDAY.match(morceau.strip())
        if not trouve:
            raise RegleInvalide(
                f"« {morceau} » n’est pas un jour : attendu MO, TU, WE, TH, FR, SA ou SU, "
                "précédé d’un rang (2TU : deuxième mardi) si la règle est mensuelle."
            )
        rang = int(trouve[1] or 0)
        if rang and freq == "WEEKLY":
            raise RegleInvalide("Une règle hebdomadaire ne prend pas de rang devant le jour.")
        jours.append((rang, JOURS.index(trouve[2])))
    return tuple(sorted(set(jours), key=lambda j: (j[1], j[0])))


def dates_du_creneau(
    *,
    regle: Regle | None,
    date_debut: dt.date,
    date_fin: dt.date | None,
    premier: dt.date,
    dernier: dt.date,
) -> list[dt.date]:
    """Dates of the rule within [premier, dernier], ascending, public holidays included.

    `date_debut` is RFC 5545's DTSTART, kept only if it matches the rule; `date_fin` is
    included. No rule: once, on `date_debut`. The cost depends on the window alone, not on
    how old the rule is.
    """
    borne_basse = max(premier, date_debut)
    borne_haute = min(dernier, date_fin) if date_fin else dernier
    if borne_basse > borne_haute:
        return []
    if regle is None:
        return [date_debut] if borne_basse <= date_debut <= borne_haute else []
    suite = _hebdomadaire if regle.freq == "WEEKLY" else _mensuelle
    return [
        jour
        for jour in suite(regle, date_debut, borne_basse, borne_haute)
        if borne_basse <= jour <= borne_haute
    ]


def _hebdomadaire(
    regle: Regle, date_debut: dt.date, bas: dt.date, haut: dt.date
) -> Iterator[dt.date]:
    """Weeks start on Monday (RFC 5545 WKST default); INTERVAL counts from DTSTART's week."""
    origine = date_debut - dt.timedelta(days=date_debut.weekday())
    jours = [j for _, j in regle.jours] or [date_debut.weekday()]
    rang = (bas - origine).days // 7
    rang += -rang % regle.intervalle
    # Counted in days: the week of 31 December 9999 goes past the last date there is.
    lundi, dernier = origine.toordinal() + rang * 7, haut.toordinal()
    while lundi <= dernier:
        yield from (dt.date.fromordinal(lundi + j) for j in jours if lundi + j <= dernier)
        lundi += regle.intervalle * 7


def _mensuelle(regle: Regle, date_debut: dt.date, bas: dt.date, haut: dt.date) -> Iterator[dt.date]:
    origine = date_debut.year * 12 + date_debut.month - 1
    rang = bas.year * 12 + bas.month - 1 - origine
    rang += -rang % regle.intervalle
    while (mois := origine + rang) <= haut.year * 12 + haut.month - 1:
        annee, numero = divmod(mois, 12)
        yield from _jours_du_mois(regle, date_debut.day, annee, numero + 1)
        rang += regle.intervalle


def _jours_du_mois(regle: Regle, quantieme: int, annee: int, mois: int) -> list[dt.date]:
    premier_jour, longueur = calendar.monthrange(annee, mois)
    if not regle.jours:
        # RFC 5545: a month without that day is skipped, not shortened.
        return [dt.date(annee, mois, quantieme)] if quantieme <= longueur else []
    retenus: set[int] = set()
    for rang, jour in regle.jours:
        tous = list(range(1 + (jour - premier_jour) % 7, longueur + 1, 7))
        if rang == 0:
            retenus.update(tous)
        elif abs(rang) <= len(tous):
            retenus.add(tous[rang - 1 if rang > 0 else rang])
    return [dt.date(annee, mois, jour) for jour in sorted(retenus)]


def phrase(regle: Regle | None, date_debut: dt.date) -> str:
    """The rule as a reader says it: « tous les mardis », « le deuxième mardi du mois »."""
    if regle is None:
        return f"le {date_debut:%d/%m/%Y}"
    if regle.freq == "WEEKLY":
        jours = [j for _, j in regle.jours] or [date_debut.weekday()]
        noms = " et ".join(f"{NOMS_JOURS[j]}s" for j in jours)
        if regle.intervalle == 1:
            return f"tous les {noms}"
        rythme = "deux" if regle.intervalle == 2 else str(regle.intervalle)
        return f"les {noms}, toutes les {rythme} semaines"
    if not regle.jours:
        texte = f"le {date_debut.day if date_debut.day > 1 else '1er'} du mois"
    else:
        texte = " et ".join(
            f"le {ORDINAUX.get(n, f'{n}e')} {NOMS_JOURS[j]}" if n else f"tous les {NOMS_JOURS[j]}s"
            for n, j in regle.jours
        )
        texte += " du mois"
    return texte if regle.intervalle == 1 else f"{texte}, tous les {regle.intervalle} mois"
