"""The commune that somebody types: its name, a former name, a postal or an INSEE code."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import get_close_matches

from django.conf import settings

from territoires.files import Departement, FichierRefuse, read_departement
from territoires.models import Commune, CommuneAncienne
from territoires.text import search_words, sort_key

CODE = re.compile(r"\b(?:\d{5}|2[ABab]\d{3})\b")
# « 72013 LE MANS CEDEX 2 »: how an address ends, never a name.
CEDEX = re.compile(r"\bcedex(?:\s+\d+)?\b", re.IGNORECASE)
TEXTE_MAX = 80
PROPOSITIONS_MAX = 40
SUGGESTIONS = 5
RESSEMBLANCE = 0.6


@dataclass(frozen=True)
class Proposition:
    """A commune to choose; `code` is the one to ask for, an old one for a former commune."""

    code: str
    nom: str
    precision: str = ""


@dataclass(frozen=True)
class Recherche:
    """What was understood of `texte`.

    `hors`: the other département that the code typed belongs to. `trop`: more than are shown.
    """

    texte: str
    propositions: list[Proposition] = field(default_factory=list)
    suggestions: list[Proposition] = field(default_factory=list)
    hors: Departement | None = None
    trop: bool = False

    @property
    def trouvee(self) -> str:
        """The code of the only commune that it can be, or empty."""
        return self.propositions[0].code if len(self.propositions) == 1 else ""


def search_commune(texte: str) -> Recherche:
    """3 queries at most: the communes, the former ones, and those with a name that looks alike."""
    texte = " ".join(texte.split())[:TEXTE_MAX]
    code = (CODE.findall(texte) or [""])[0].upper()
    nom = CEDEX.sub(" ", CODE.sub(" ", texte))
    if not sort_key(texte):
        return Recherche(texte)
    du_code = _of_code(code) if code else []
    if not sort_key(nom):
        return _answer(texte, du_code, hors=None if du_code else _departement_of(code))
    du_nom = _of_name(nom)
    codes = {p.code for p in du_code}
    # « 72350 Brûlon »: both, or what the name alone says when the code is a slip, or a cedex.
    ensemble = [p for p in du_nom if p.code in codes]
    trouvees = ensemble or du_nom or du_code
    if trouvees:
        return _answer(texte, trouvees)
    hors = _departement_of(code) if code else None
    return Recherche(texte, suggestions=[] if hors else _look_alike(nom), hors=hors)


def _answer(
    texte: str, propositions: list[Proposition], hors: Departement | None = None
) -> Recherche:
    return Recherche(
        texte,
        propositions[:PROPOSITIONS_MAX],
        hors=hors,
        trop=len(propositions) > PROPOSITIONS_MAX,
    )


def _of_code(code: str) -> list[Proposition]:
    """Communes of a postal code; else the one of an INSEE code, of today or old."""
    communes = _communes(code)
    postales = [c for c in communes if code in c.codes_postaux and not c.absorbee_par_id]
    if postales:
        return [_proposition(c) for c in postales]
    exactes = [_proposition(c) for c in communes if c.code == code]
    return exactes or [p for p in _anciennes() if p.code == code]


def _of_name(nom: str) -> list[Proposition]:
    """Those of that very name, else those whose name holds its words; former names after."""
    actuelles = [_proposition(c) for c in _communes(nom)]
    anciennes = [p for p in _anciennes() if _holds(p.nom, nom)]
    cherche = _spelt_out(nom)
    for liste in (actuelles, anciennes):
        if exactes := [p for p in liste if _spelt_out(p.nom) == cherche]:
            return exactes
    commencent = [p for p in actuelles if _spelt_out(p.nom).startswith(cherche)]
    return commencent + [p for p in actuelles if p not in commencent] + anciennes


def _communes(texte: str) -> list[Commune]:
    return list(
        Commune.objects.filter(departement=settings.DEPARTEMENT)
        .search(texte)
        .select_related("epci", "absorbee_par")
        .defer("contour", "absorbee_par__contour")
    )


def _proposition(commune: Commune) -> Proposition:
    if commune.absorbee_par:
        return _ancienne(commune.code, commune.nom, commune.absorbee_par.nom)
    return Proposition(commune.code, commune.nom, commune.epci.nom if commune.epci else "")


def _anciennes() -> list[Proposition]:
    lignes = CommuneAncienne.objects.exclude(nom="").order_by("nom", "code")
    return [_ancienne(*ligne) for ligne in lignes.values_list("code", "nom", "commune__nom")]


def _ancienne(code: str, nom: str, actuelle: str) -> Proposition:
    return Proposition(code, nom, f"ancienne commune, aujourd’hui {actuelle}")


def _holds(nom: str, cherche: str) -> bool:
    cle = sort_key(nom)
    return all(any(forme in cle for forme in formes) for formes in search_words(cherche))


def _spelt_out(nom: str) -> str:
    """« St-Mars-s/-Ballon » -> « saint mars sur ballon »."""
    return " ".join(formes[-1] for formes in search_words(nom))


def _look_alike(nom: str) -> list[Proposition]:
    """« Sablé sur Sarte » -> Sablé-sur-Sarthe: a letter too many or too few."""
    toutes = Commune.objects.filter(departement=settings.DEPARTEMENT, absorbee_par=None)
    noms = {
        _spelt_out(commune): Proposition(code, commune)
        for code, commune in toutes.values_list("code", "nom")
    } | {_spelt_out(p.nom): p for p in _anciennes()}
    proches = get_close_matches(_spelt_out(nom), noms, n=SUGGESTIONS, cutoff=RESSEMBLANCE)
    return [noms[proche] for proche in proches]


def _departement_of(code: str) -> Departement | None:
    """Of a postal or INSEE code that we do not know, when it is not ours."""
    prefixe = code[:3] if code.startswith(("97", "98")) else code[:2]
    if prefixe == settings.DEPARTEMENT:
        return None
    try:
        return read_departement(prefixe)
    except FichierRefuse:
        return None
