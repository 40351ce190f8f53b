"""La Coop's activities, whatever the door: what one is, its words in ours. Pure.

Nothing here can hold who was helped: no name, no note, no tag, no démarche in free words.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

from permanences.enums import (
    GROUPES,
    NON_COMMUNIQUE,
    Autonomie,
    Canal,
    Genre,
    Materiel,
    NatureSeance,
    Niveau,
    Orientation,
    StatutSocial,
    Thematique,
    TrancheAge,
)
from territoires.text import sort_key

_RUES = {
    "av": "avenue", "ave": "avenue", "bd": "boulevard", "bld": "boulevard", "boul": "boulevard",
    "ch": "chemin", "che": "chemin", "imp": "impasse", "pl": "place", "r": "rue",
    "rte": "route", "sq": "square", "all": "allee", "crs": "cours", "fg": "faubourg",
    "st": "saint", "ste": "sainte", "gal": "general", "mal": "marechal", "dr": "docteur",
}  # fmt: skip


def cle_adresse(adresse: str) -> str:
    """« 3, pl. de la Mairie » -> « 3 place de la mairie »."""
    return " ".join(_RUES.get(mot, mot) for mot in sort_key(adresse).split())


@dataclass(frozen=True, slots=True)
class LieuLu:
    """A place as La Coop writes it."""

    nom: str = ""
    adresse: str = ""
    commune: str = ""
    code_postal: str = ""
    code_insee: str = ""
    structure_id: str = ""

    @property
    def cle(self) -> str:
        return self.cles[0]

    @property
    def cles(self) -> tuple[str, ...]:
        """Keys to look for, the surest first: a file has no structure, the API has both."""
        texte = f"{sort_key(self.nom)}|{cle_adresse(self.adresse)}|{self.code_insee.upper()}"
        if self.structure_id:
            return f"structure:{self.structure_id}", texte
        return (texte,)


@dataclass(frozen=True, slots=True)
class MediateurLu:
    """A médiateur, an agent and not somebody helped, as La Coop names him."""

    identifiant: str
    nom: str = ""
    courriel: str = ""


def identifiant_mediateur(
    *, uuid: str = "", conum: str = "", prenom: str = "", nom: str = ""
) -> str:
    """« uuid:… », « conum:123 », « nom:dupont zoe »; empty when nothing says who."""
    if uuid:
        return f"uuid:{uuid.lower()}"
    if conum:
        return f"conum:{conum}"
    texte = sort_key(f"{nom} {prenom}")
    return f"nom:{texte}" if texte else ""


@dataclass(frozen=True, slots=True)
class CompteRendu:
    """One activity. `mediateur` empty: the advisor whose own export it is.

    `inconnues`: values that no list of ours knows, left out and said. `defaut`: why the whole
    activity cannot be read; what the other fields then hold is worth nothing.
    """

    id_coop: str
    mediateur: str = ""
    date: dt.date | None = None
    enregistre_le: dt.date | None = None
    modifie_le: dt.datetime | dt.date | None = None
    supprime_le: dt.datetime | None = None
    nature: str = ""
    canal: str = ""
    lieu: LieuLu | None = None
    code_insee: str = ""
    duree: int = 0
    nb_participants: int = 1
    compteurs: Mapping[str, int] = field(default_factory=dict)
    thematiques: tuple[str, ...] = ()
    materiel: tuple[str, ...] = ()
    autonomie: str = ""
    niveau: str = ""
    orientation: str = ""
    titre: str = ""
    inconnues: tuple[str, ...] = ()
    defaut: str = ""

    def donnees(self) -> dict[str, Any]:
        """As JSON; `from_donnees` gives the same back."""
        valeurs = asdict(self)
        for nom in _DATES:
            valeur = valeurs[nom]
            valeurs[nom] = valeur.isoformat() if valeur is not None else None
        for nom in _LISTES:
            valeurs[nom] = list(valeurs[nom])
        valeurs["compteurs"] = {n: v for n, v in sorted(self.compteurs.items()) if v}
        return valeurs

    @classmethod
    def from_donnees(cls, donnees: Mapping[str, Any]) -> Self:
        valeurs = {nom: donnees[nom] for nom in _CHAMPS if nom in donnees}
        for nom in _DATES:
            valeurs[nom] = _date(valeurs.get(nom))
        for nom in _LISTES:
            valeurs[nom] = tuple(valeurs.get(nom) or ())
        if valeurs.get("lieu"):
            valeurs["lieu"] = LieuLu(**valeurs["lieu"])
        return cls(**valeurs)

    @property
    def faits(self) -> tuple[Any, ...]:
        """What makes two versions differ; neither the door, nor when, nor how the place is written.

        The place is compared once it is matched, by who matches it.
        """
        return (
            self.date,
            self.nature,
            self.canal,
            self.code_insee if self.canal in (Canal.AUTRE_LIEU, Canal.DOMICILE) else "",
            self.duree,
            self.nb_participants,
            tuple(sorted((n, v) for n, v in self.compteurs.items() if v)),
            tuple(sorted(self.thematiques)),
            tuple(sorted(self.materiel)),
            self.autonomie,
            self.niveau,
            self.orientation,
            self.titre,
            self.supprime_le is not None,
            self.defaut,
        )


@dataclass(frozen=True, slots=True)
class ActiviteLue:
    """An activity of a file, and on which of its lines it stands."""

    compte_rendu: CompteRendu
    lignes: tuple[int, ...]


@dataclass
class Lecture:
    """A file of La Coop, read whole; `prenom` and `nom`: the agent who asked for the export."""

    du_conseiller: bool
    prenom: str = ""
    nom: str = ""
    lignes: int = 0
    activites: list[ActiviteLue] = field(default_factory=list)
    mediateurs: list[MediateurLu] = field(default_factory=list)
    remarques: list[str] = field(default_factory=list)

    @property
    def defauts(self) -> list[ActiviteLue]:
        return [activite for activite in self.activites if activite.compte_rendu.defaut]


_CHAMPS = tuple(champ.name for champ in fields(CompteRendu))
_DATES = ("date", "enregistre_le", "modifie_le", "supprime_le")
_LISTES = ("thematiques", "materiel", "inconnues")


def _date(texte: str | None) -> dt.datetime | dt.date | None:
    if not texte:
        return None
    return dt.date.fromisoformat(texte) if len(texte) == 10 else dt.datetime.fromisoformat(texte)


# --- Words -----------------------------------------------------------------------------------


class ValeurInconnue(ValueError):
    """A value of La Coop that no list of ours has."""


def cle_valeur(texte: str) -> str:
    """One key for a label or a stored value: case, accents, apostrophes, hyphens and what stands
    in brackets say nothing.
    """
    return sort_key(re.sub(r"\(.*", "", texte) or texte)


def _table(liste: Any, **autres: str) -> dict[str, str]:
    """Labels and stored values -> our value; `autres`: other ways of saying it, by value."""
    table: dict[str, str] = {}
    for membre in liste:
        for texte in (membre.value, membre.label):
            table[cle_valeur(texte)] = membre.value
    for valeur, textes in autres.items():
        for texte in textes.split("|"):
            table[cle_valeur(texte)] = liste(valeur).value
    return table


NATURES = {
    "individuel": NatureSeance.INDIVIDUEL.value,
    "accompagnement individuel": NatureSeance.INDIVIDUEL.value,
    # No longer produced: it was an individual help with an administrative démarche.
    "demarche administrative": NatureSeance.INDIVIDUEL.value,
    "aide aux demarches administratives": NatureSeance.INDIVIDUEL.value,
    "collectif": NatureSeance.ATELIER.value,
    "atelier": NatureSeance.ATELIER.value,
    "atelier collectif": NatureSeance.ATELIER.value,
    "accompagnement collectif": NatureSeance.ATELIER.value,
}
# La Coop knows no mini-formation (docs/la-coop.md): only its créneau can say so.
COMPATIBLES = {
    NatureSeance.INDIVIDUEL.value: ("permanence",),
    NatureSeance.ATELIER.value: ("atelier", "mini_formation"),
}
CANAUX = _table(
    Canal,
    autre_lieu="autre|autres lieux",
    domicile="domicile|à domicile du bénéficiaire",
    a_distance="distance|distanciel",
)
MATERIELS = _table(Materiel, aucun="aucun matériel|pas de matériel utilisé", telephone="smartphone")
THEMATIQUES = _table(Thematique)
AUTONOMIES = _table(
    Autonomie, entierement_accompagne="1/3", partiellement_autonome="2/3", autonome="3/3"
)
NIVEAUX = _table(Niveau, debutant="1/3", intermediaire="2/3", avance="3/3")
ORIENTATIONS = _table(
    Orientation,
    mediation_numerique="médiation numérique|structure de médiation numérique",
    operateur_ou_organisme_en_charge="opérateur|organisme en charge de la démarche"
    "|opérateur ou organisme en charge de la démarche administrative",
    aide_sociale="aide sociale",
    insertion_professionnelle="structure d’insertion professionnelle",
    aide_aux_demarches_administratives="structure d’aide aux démarches administratives",
)
AGES = _table(
    TrancheAge,
    douze_dix_huit="12 - 17 ans",
    dix_huit_vingt_quatre="18 - 24 ans",
    vingt_cinq_trente_neuf="25 - 39 ans",
    quarante_cinquante_neuf="40 - 59 ans",
    soixante_soixante_neuf="60 - 69 ans",
    soixante_dix_plus="70 ans et +|plus de 70 ans",
)
GENRES = _table(Genre, masculin="homme", feminin="femme")
STATUTS = _table(StatutSocial)
PAR_GROUPE = {"age": AGES, "genre": GENRES, "statut": STATUTS}
NON_DITS = frozenset(
    {
        "",
        "non communique",
        "non communique ou heterogene",
        "non renseigne",
        cle_valeur(NON_COMMUNIQUE),
    }
)


def translate(table: Mapping[str, str], texte: str) -> str:
    """Our value; empty for an empty text. Raises ValeurInconnue."""
    if not texte.strip():
        return ""
    trouve = table.get(cle_valeur(texte))
    if trouve is None:
        raise ValeurInconnue(texte.strip())
    return trouve


def translate_all(
    table: Mapping[str, str], textes: Iterable[str], nom: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(our values in order, without doubles; « nom : value » of those we do not know)."""
    connues: dict[str, None] = {}
    inconnues = []
    for texte in textes:
        try:
            if valeur := translate(table, texte):
                connues[valeur] = None
        except ValeurInconnue as erreur:
            inconnues.append(f"{nom} : {erreur}")
    return tuple(connues), tuple(inconnues)


def compteur(prefixe: str, texte: str) -> str:
    """The counter of one participant (« age_soixante_dix_plus »), empty for « non communiqué ».

    Raises ValeurInconnue.
    """
    if cle_valeur(texte) in NON_DITS:
        return ""
    return f"{prefixe}_{translate(PAR_GROUPE[prefixe], texte)}"


PREFIXES = tuple(prefixe for prefixe, _ in GROUPES)
