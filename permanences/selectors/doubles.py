"""Séances that came twice, typed here and brought from La Coop: probable pairs, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.functional import cached_property

from conseillers.models import Utilisateur
from permanences.enums import (
    GROUPES,
    Autonomie,
    Canal,
    Materiel,
    NatureSeance,
    Niveau,
    Orientation,
    Source,
    Thematique,
    VerdictDouble,
)
from permanences.models import DecisionDouble, Seance
from permanences.selectors.publics import public_en_mots
from territoires.typographie import format_duree

# Of the pairs of one day, the best ones are kept; below this, two séances of an ordinary day.
SEUIL, PROBABLE, TRES_PROBABLE = 50, 65, 80
DUREES_VOISINES = 15
PAIRES_LUES = 20_000
DECISIONS_MONTREES = 20
REPERES = ("Où", "Durée", "Personnes")

# Of a closed month, only a late séance that no version counts may still be withdrawn: a pair of
# which nothing can change is not proposed.
_OUVERTE = """(NOT EXISTS (SELECT 1 FROM permanences_mois m
    WHERE m.statut = 'clos' AND m.premier_jour = date_trunc('month', {s}.date)::date)
  OR ({s}.hors_delai AND NOT EXISTS (SELECT 1 FROM permanences_mois m
    WHERE m.clos_le >= {s}.cree_le)))"""
_CHAMPS = (
    "id", "date", "lieu_id", "code_insee", "canal", "duree", "nb_participants", "nature",
    "thematiques",
)  # fmt: skip
_SQL = f"""
SELECT {", ".join(f"t.{c}" for c in _CHAMPS)}, {", ".join(f"c.{c}" for c in _CHAMPS)}
FROM permanences_seance c
JOIN permanences_seance t ON t.date = c.date
 AND (t.auteur_id = c.auteur_id OR t.poste_id = c.poste_id)
WHERE c.source = '{Source.COOP.value}' AND t.source <> '{Source.COOP.value}'
  AND c.supprimee_le IS NULL AND t.supprimee_le IS NULL
  AND c.date BETWEEN %(debut)s AND %(fin)s
  AND (%(compte)s::bigint IS NULL OR (
    EXISTS (SELECT 1 FROM conseillers_conseiller a
            WHERE a.id = c.auteur_id AND a.utilisateur_id = %(compte)s)
    AND t.auteur_id = c.auteur_id))
  AND ({_OUVERTE.format(s="c")} OR {_OUVERTE.format(s="t")})
  AND NOT EXISTS (SELECT 1 FROM permanences_decisiondouble d
    WHERE d.saisie_id = t.id AND d.coop_id = c.id AND d.annulee_le IS NULL)
ORDER BY c.date DESC, t.id, c.id
LIMIT {PAIRES_LUES}
"""


@dataclass(frozen=True, slots=True)
class Rapproches:
    """Two séances by their keys, how much they look alike (0 to 100), and by what."""

    saisie: int
    coop: int
    date: dt.date
    score: int
    raisons: tuple[str, ...]

    @property
    def certitude(self) -> str:
        if self.score >= TRES_PROBABLE:
            return "très probable"
        return "probable" if self.score >= PROBABLE else "possible"


@dataclass(frozen=True)
class Comparee:
    """A line of the two séances side by side."""

    libelle: str
    saisie: str
    coop: str

    @property
    def differe(self) -> bool:
        return self.saisie != self.coop


@dataclass(frozen=True)
class Paire:
    """A probable double, as a person reads it."""

    rapproches: Rapproches
    saisie: Seance
    coop: Seance

    @property
    def cle(self) -> str:
        return f"{self.saisie.pk}-{self.coop.pk}"

    @cached_property
    def lignes(self) -> list[Comparee]:
        a, b = _en_mots(self.saisie), _en_mots(self.coop)
        return [Comparee(nom, a[nom], b[nom]) for nom in a if a[nom] or b[nom]]

    @property
    def a_lire(self) -> list[Comparee]:
        """What differs, and what tells one séance from another."""
        return [ligne for ligne in self.lignes if ligne.differe or ligne.libelle in REPERES]

    @property
    def pareilles(self) -> list[Comparee]:
        return [ligne for ligne in self.lignes if ligne not in self.a_lire]


def paires_probables(
    utilisateur: Utilisateur | None = None,
    *,
    debut: dt.date = dt.date(2000, 1, 1),
    fin: dt.date | None = None,
) -> list[Rapproches]:
    """The best pairs of each day, each séance once, the latest first; 1 query.

    An advisor's own; everybody's for staff, and for the checks of a month (nobody).
    """
    seul = utilisateur.pk if utilisateur is not None and not utilisateur.lit_tout else None
    bornes = {"debut": debut, "fin": fin or timezone.localdate(), "compte": seul}
    with connection.cursor() as cursor:
        cursor.execute(_SQL, bornes)
        lues = cursor.fetchall()
    taille = len(_CHAMPS)
    paires = [_compare(*_dicts(ligne, taille)) for ligne in lues]
    paires = [p for p in paires if p.score >= SEUIL]
    paires.sort(key=lambda p: (-p.score, p.saisie, p.coop))
    gardees, prises = [], set[int]()
    for paire in paires:
        if not prises & {paire.saisie, paire.coop}:
            prises |= {paire.saisie, paire.coop}
            gardees.append(paire)
    return sorted(gardees, key=lambda p: (-p.date.toordinal(), -p.score, p.saisie))


def _dicts(ligne: tuple[Any, ...], taille: int) -> tuple[dict[str, Any], dict[str, Any]]:
    saisie = dict(zip(_CHAMPS, ligne[:taille], strict=True))
    return saisie, dict(zip(_CHAMPS, ligne[taille:], strict=True))


def _compare(a: dict[str, Any], b: dict[str, Any]) -> Rapproches:
    points = [
        _place(a, b),
        _durees(a["duree"], b["duree"]),
        _nombres(a["nb_participants"], b["nb_participants"]),
        _natures(a["nature"], b["nature"]),
        (10, "une thématique en commun") if {*a["thematiques"]} & {*b["thematiques"]} else (0, ""),
    ]
    score = min(max(sum(n for n, _ in points), 0), 100)
    raisons = tuple(raison for n, raison in points if n > 0)
    return Rapproches(a["id"], b["id"], a["date"], score, raisons)


def _place(a: dict[str, Any], b: dict[str, Any]) -> tuple[int, str]:
    if a["lieu_id"] and a["lieu_id"] == b["lieu_id"]:
        return 40, "même lieu"
    if a["code_insee"] and a["code_insee"] == b["code_insee"]:
        return 25, "même commune"
    if a["canal"] == b["canal"] == Canal.A_DISTANCE:
        return 30, "toutes deux à distance"
    return -25, ""


def _durees(a: int, b: int) -> tuple[int, str]:
    if a == b:
        return 25, "même durée"
    return (10, "durées voisines") if abs(a - b) <= DUREES_VOISINES else (0, "")


def _nombres(a: int, b: int) -> tuple[int, str]:
    """One person is the ordinary case, and proves less."""
    if a == b:
        return (20 if a > 1 else 10), "même nombre de personnes"
    return 0, ""


def _natures(a: str, b: str) -> tuple[int, str]:
    """La Coop knows no mini-formation."""
    groupes = (NatureSeance.ATELIER, NatureSeance.MINI_FORMATION)
    if a == b or (a in groupes and b in groupes):
        return 10, "même nature"
    return -20, ""


def read_paires(utilisateur: Utilisateur, rapproches: Iterable[Rapproches]) -> list[Paire]:
    """The séances of these pairs, those that this person may see; 1 query."""
    rapproches = list(rapproches)
    cles = {cle for r in rapproches for cle in (r.saisie, r.coop)}
    visibles = Seance.objects.visible_to(utilisateur).filter(pk__in=cles)
    seances = visibles.select_related("auteur", "poste", "lieu", "commune", "creneau").in_bulk()
    return [
        Paire(r, seances[r.saisie], seances[r.coop])
        for r in rapproches
        if r.saisie in seances and r.coop in seances
    ]


def decisions_recentes(utilisateur: Utilisateur) -> list[DecisionDouble]:
    """What may have to be undone, the latest first; 1 query."""
    decisions = DecisionDouble.objects.visible_to(utilisateur).en_vigueur()
    lues = decisions.select_related("saisie__auteur", "saisie__lieu", "coop", "decidee_par")
    return list(lues[:DECISIONS_MONTREES])


class DoublesRegles:
    """What was decided of these séances of La Coop, for an import; 1 query.

    `retirees`: those withdrawn as doubles, which do not come back.
    """

    def __init__(self, seances: Iterable[int]) -> None:
        self.retirees: set[int] = set()
        self._reprises: dict[int, dict[str, Any]] = {}
        decisions = DecisionDouble.objects.en_vigueur().filter(
            verdict=VerdictDouble.MEME, coop__in=list(seances)
        )
        lues = decisions.order_by("pk").values_list("coop_id", "gardee_id", "reprises")
        for coop, gardee, champs in lues:
            if gardee != coop:
                self.retirees.add(coop)
                continue
            reprises = self._reprises.setdefault(coop, {})
            reprises.update({nom: apres for nom, (_, apres) in champs.items()})

    def kept(self, seance: Seance, voulus: dict[str, Any]) -> dict[str, Any]:
        """What it took over from the other one, where La Coop still says nothing."""
        reprises = self._reprises.get(seance.pk, {})
        gardees = {nom: v for nom, v in reprises.items() if nom in voulus and not voulus[nom]}
        for prefixe, liste in GROUPES:
            noms = [f"{prefixe}_{valeur}" for valeur in liste.values]
            repris = sum(gardees.get(nom, 0) for nom in noms)
            if any(voulus[nom] for nom in noms) or repris > voulus["nb_participants"]:
                gardees = {nom: v for nom, v in gardees.items() if nom not in noms}
        return gardees


def _en_mots(seance: Seance) -> dict[str, str]:
    """The same lines for both, so that what differs is seen."""
    ou = str(seance.lieu) if seance.lieu else seance.get_canal_display()
    commune = str(seance.commune or seance.code_insee)
    return {
        "Poste": str(seance.poste or "en attente"),
        "Nature": seance.get_nature_display(),
        "Où": f"{ou}, {commune}" if commune and not seance.lieu else ou,
        "Créneau": str(seance.creneau or ""),
        "Durée": format_duree(seance.duree),
        "Personnes": str(seance.nb_participants),
        "Premières venues": _nombre(seance.nb_premieres_venues),
        "Thématiques": _labels(Thematique, seance.thematiques),
        "Titre": seance.titre,
        "Public": public_en_mots(seance),
        "Matériel": _labels(Materiel, seance.materiel),
        "Autonomie": _labels(Autonomie, [seance.autonomie]),
        "Niveau": _labels(Niveau, [seance.niveau]),
        "Orientation": _labels(Orientation, [seance.orientation]),
        "Délai": "hors délai" if seance.hors_delai else "",
    }


def _nombre(valeur: int | None) -> str:
    return "" if valeur is None else str(valeur)


def _labels(liste: Any, valeurs: Iterable[str]) -> str:
    connues = dict(liste.choices)
    return ", ".join(sorted(str(connues.get(v, v)) for v in valeurs if v))
