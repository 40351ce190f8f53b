"""What a lieu announces, in the words of somebody who reads it on a door. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import NamedTuple

from permanences.enums import THEMATIQUES_ADMINISTRATIVES, NatureCreneau, Thematique
from territoires.typographie import format_heure, format_jour

# Below, what a lieu announces could tell who came there, and for what.
SEUIL_THEME = 11
# From so many closed days in a row, the first and the last are said.
SUITE = 3

_EMPLOI = {Thematique.INSERTION, Thematique.TRAVAIL}
_ENFANTS = {Thematique.PARENTALITE, Thematique.SCOLARITE, Thematique.FAMILLE}
_SANTE = {Thematique.SANTE, Thematique.SOCIAL}
_DEMARCHES = {Thematique.DEMARCHES, *THEMATIQUES_ADMINISTRATIVES} - _EMPLOI - _ENFANTS - _SANTE

# What one can learn, each theme once, in the order in which it is said where nothing is known.
THEMES: tuple[tuple[str, frozenset[Thematique]], ...] = (
    ("Faire ses démarches en ligne", frozenset(_DEMARCHES)),
    (
        "Se servir d’un ordinateur, d’un téléphone ou d’une tablette",
        frozenset({Thematique.PRENDRE_EN_MAIN, Thematique.DIAGNOSTIC_NUMERIQUE}),
    ),
    ("Envoyer et lire ses e-mails", frozenset({Thematique.EMAIL})),
    ("Chercher et s’y retrouver sur internet", frozenset({Thematique.NAVIGATION})),
    ("Éviter les arnaques, protéger ses comptes", frozenset({Thematique.SECURITE})),
    ("Suivre sa santé et ses droits en ligne", frozenset(_SANTE)),
    ("Chercher un emploi, faire un CV", frozenset(_EMPLOI)),
    ("Ranger ses photos et ses documents", frozenset({Thematique.CONTENUS})),
    ("Écrire un courrier, faire un tableau", frozenset({Thematique.BUREAUTIQUE})),
    ("Appeler en vidéo, garder le contact", frozenset({Thematique.RESEAUX_SOCIAUX})),
    ("Acheter et gérer sa banque en ligne", frozenset({Thematique.BANQUE})),
    ("Suivre la scolarité de ses enfants", frozenset(_ENFANTS)),
    ("Entretenir son appareil, régler une panne", frozenset({Thematique.MAINTENANCE})),
    (
        "Créer, comprendre le numérique et l’intelligence artificielle",
        frozenset({Thematique.CREER, Thematique.CULTURE, Thematique.IA}),
    ),
    ("Se servir du numérique dans son métier", frozenset({Thematique.ENTREPRENEURIAT})),
)


def rank_themes(seances: Mapping[tuple[str, ...], int], combien: int) -> list[str]:
    """What one can learn, the most done first; `seances`: {their themes: how many}.

    What was done less than SEUIL_THEME times counts as never done.
    """

    def done(themes: frozenset[Thematique]) -> int:
        nombre = sum(n for ensemble, n in seances.items() if themes.intersection(ensemble))
        return nombre if nombre >= SEUIL_THEME else 0

    rangees = sorted(THEMES, key=lambda theme: -done(theme[1]))
    return [phrase for phrase, _ in rangees[:combien]]


class DateAnnoncee(NamedTuple):
    """Some hours of a day. `fermee`: nobody will be there; `ferie`: because of a holiday."""

    jour: dt.date
    debut: dt.time
    fin: dt.time
    nature: str
    titre: str
    fermee: bool = False
    ferie: bool = False
    acces: str = ""

    @property
    def heures(self) -> str:
        return format_heures(self.debut, self.fin)

    @property
    def objet(self) -> str:
        return name_object(self.nature, self.titre)


def name_object(nature: str, titre: str) -> str:
    """« Atelier « Tablette » »; empty for a permanence without title: that is what one expects."""
    if nature == NatureCreneau.PERMANENCE and not titre:
        return ""
    entre_guillemets = f" «\u202f{titre}\u202f»" if titre else ""
    return f"{NatureCreneau(nature).label}{entre_guillemets}"


def format_heures(debut: dt.time, fin: dt.time) -> str:
    """« 9 h – 12 h », never cut at the end of a line."""
    return f"{format_heure(debut)}\u00a0–\u00a0{format_heure(fin)}"


def merge_dates(dates: Iterable[DateAnnoncee]) -> list[DateAnnoncee]:
    """The same hours held by two advisors are announced once, closed when both are."""
    par_heures: dict[tuple[dt.date, dt.time, dt.time, str, str], DateAnnoncee] = {}
    for date in dates:
        cle = (date.jour, date.debut, date.fin, date.nature, date.titre)
        connue = par_heures.get(cle)
        if connue is None or (connue.fermee and not date.fermee):
            par_heures[cle] = date
    return [par_heures[cle] for cle in sorted(par_heures)]


def say_closures(dates: Iterable[DateAnnoncee]) -> list[str]:
    """The dates on which nobody will be there, never why but for a public holiday.

    « mercredi 11 novembre 2026 (jour férié) », « du … au … », or the hours alone when others of
    that day are held. `dates`: in order.
    """
    phrases: list[str] = []
    suite: list[tuple[dt.date, bool]] = []
    for jour, groupe in groupby(dates, key=lambda date: date.jour):
        du_jour = list(groupe)
        if all(date.fermee for date in du_jour):
            suite.append((jour, all(date.ferie for date in du_jour)))
            continue
        phrases += _say_days(suite)
        suite = []
        phrases += [f"{format_jour(jour)}, {d.heures}" for d in du_jour if d.fermee]
    return phrases + _say_days(suite)


def _say_days(suite: list[tuple[dt.date, bool]]) -> list[str]:
    if len(suite) >= SUITE:
        return [f"du {format_jour(suite[0][0])} au {format_jour(suite[-1][0])}"]
    return [f"{format_jour(jour)}{' (jour férié)' if ferie else ''}" for jour, ferie in suite]
