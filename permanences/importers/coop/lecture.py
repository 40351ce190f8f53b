"""A file of La Coop, whole: one row per participant in, one CompteRendu per activity out."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from permanences import coop
from permanences.coop import ActiviteLue, CompteRendu, Lecture, LieuLu, MediateurLu
from permanences.enums import Canal, NatureSeance
from permanences.importers.coop.cellules import (
    CelluleIllisible,
    read_code,
    read_date,
    read_lines,
    read_minutes,
    read_moment,
    read_rank,
    read_text,
)
from permanences.importers.coop.classeur import PHRASE_EXPORT, open_workbook, rows_of
from permanences.importers.coop.colonnes import Tableau, find_table
from territoires.files import FichierRefuse
from territoires.text import sort_key
from territoires.typographie import accorde

FEUILLE = "activites"
ID_MAX = 60
REMARQUES_MAX = 200
Progres = Callable[[int], None]

# What the rows of one activity must say alike, in the words of La Coop.
COMMUNS = {
    "date": "Date", "type": "Type", "canal": "Canaux d’accompagnement", "lieu": "Nom du lieu",
    "code_insee": "Code Insee", "duree": "Durée (min)", "titre": "Nom de l’atelier",
    "thematiques": "Thématique(s) d’accompagnement", "conum": "ID - Conum",
    "nom": "Nom du médiateur",
}  # fmt: skip


@dataclass
class _Groupe:
    """The rows of one « ID CRA »; `rangs`: participants already met."""

    cellules: dict[str, Any]
    lignes: list[int] = field(default_factory=list)
    total: int = 0
    rangs: set[int] = field(default_factory=set)
    compteurs: Counter[str] = field(default_factory=Counter)
    inconnues: dict[str, None] = field(default_factory=dict)
    doubles: int = 0
    defaut: str = ""


def read_export(chemin: Path, progres: Progres | None = None) -> Lecture:
    """Read the file. Raises FichierRefuse, with what to do, for one that is not La Coop's."""
    with chemin.open("rb") as flux:
        classeur = open_workbook(flux)
        feuille, tableau = _the_sheet(classeur)
        lecture = Lecture(tableau.du_conseiller, tableau.prenom, tableau.nom)
        groupes: dict[str, _Groupe] = {}
        for ligne, cellules in rows_of(classeur, feuille):
            if ligne > tableau.ligne:
                _read_row(tableau.read(cellules), ligne, groupes, lecture)
                if progres:
                    progres(lecture.lignes)
    if not groupes and not lecture.activites:
        raise FichierRefuse(
            "son tableau n’a aucune activité : élargissez la période ou les filtres dans La Coop."
        )
    for cle, groupe in groupes.items():
        lecture.activites.append(_activity(cle, groupe, lecture))
    lecture.mediateurs = _mediateurs(groupes.values())
    del lecture.remarques[REMARQUES_MAX:]
    return lecture


def _the_sheet(classeur: Any) -> tuple[str, Tableau]:
    trouvees = {}
    for feuille in classeur.sheet_names:
        if tableau := find_table(rows_of(classeur, feuille)):
            trouvees[feuille] = tableau
    if not trouvees:
        raise FichierRefuse(
            "aucune de ses feuilles n’a le tableau des activités (« Date », « Type », "
            f"« Participants »… « ID CRA ») : {PHRASE_EXPORT}"
        )
    attendues = [feuille for feuille in trouvees if sort_key(feuille) == FEUILLE]
    if len(trouvees) > 1 and not attendues:
        raise FichierRefuse(
            "plusieurs de ses feuilles ont un tableau d’activités : gardez-en une seule, ou "
            "nommez « Activités » celle qui compte."
        )
    choisie = attendues[0] if attendues else next(iter(trouvees))
    return choisie, trouvees[choisie]


# --- Rows into groups ------------------------------------------------------------------------


def _read_row(
    cellules: dict[str, Any], ligne: int, groupes: dict[str, _Groupe], lecture: Lecture
) -> None:
    if not any(read_text(cellule) for cellule in cellules.values()):
        return
    lecture.lignes += 1
    cle = read_text(cellules["id"]).lower()
    if not cle or len(cle) > ID_MAX:
        _without_id(cellules, ligne, lecture)
        return
    groupe = groupes.get(cle)
    if groupe is None:
        groupe = groupes[cle] = _Groupe(cellules)
    elif ecarts := _disagreements(groupe.cellules, cellules):
        groupe.defaut = groupe.defaut or (
            f"ses lignes ne disent pas la même chose dans {ecarts} (ligne {ligne})"
        )
    groupe.lignes.append(ligne)
    _read_participant(cellules, groupe)


def _without_id(cellules: dict[str, Any], ligne: int, lecture: Lecture) -> None:
    if not read_text(cellules["date"]) or not read_text(cellules["type"]):
        lecture.remarques.append(f"Ligne {ligne} passée : ce n’est pas une activité.")
        return
    defaut = f"son « ID CRA » manque, ou dépasse {ID_MAX} caractères"
    lecture.activites.append(ActiviteLue(CompteRendu("", defaut=defaut), (ligne,)))


def _disagreements(premiere: dict[str, Any], cellules: dict[str, Any]) -> str:
    noms = [
        f"« {libelle} »"
        for nom, libelle in COMMUNS.items()
        if nom in cellules
        and cellules[nom] != premiere[nom]
        and _meaning(nom, cellules[nom]) != _meaning(nom, premiere[nom])
    ]
    return ", ".join(noms)


def _meaning(nom: str, cellule: Any) -> Any:
    """What the cell says, however it is written: « 45 » and « 45 min », two orders of a list."""
    lire = {"date": read_date, "duree": read_minutes, "code_insee": read_code}.get(nom)
    try:
        return lire(cellule) if lire else sorted(map(sort_key, read_lines(cellule)))
    except CelluleIllisible:
        return read_text(cellule)


def _read_participant(cellules: dict[str, Any], groupe: _Groupe) -> None:
    try:
        rang, total = read_rank(cellules["participants"])
    except CelluleIllisible as erreur:
        groupe.defaut = groupe.defaut or f"participants : {erreur}"
        return
    if groupe.total and total != groupe.total:
        groupe.defaut = groupe.defaut or (
            f"ses lignes annoncent {groupe.total} participants, puis {total}"
        )
        return
    groupe.total = total
    if rang in groupe.rangs:
        groupe.doubles += 1
        return
    groupe.rangs.add(rang)
    for prefixe in coop.PREFIXES:
        try:
            compteur = coop.compteur(prefixe, read_text(cellules[prefixe]))
        except coop.ValeurInconnue as erreur:
            groupe.inconnues[f"{prefixe} : {erreur}"] = None
        else:
            if compteur:
                groupe.compteurs[compteur] += 1


# --- Groups into activities ------------------------------------------------------------------


def _activity(cle: str, groupe: _Groupe, lecture: Lecture) -> ActiviteLue:
    lignes = tuple(groupe.lignes)
    if groupe.defaut:
        lu = CompteRendu(cle, date=_try_date(groupe.cellules["date"]), defaut=groupe.defaut)
        return ActiviteLue(lu, lignes)
    ou = f"Activité {cle} (ligne {lignes[0]})"
    if groupe.doubles:
        lecture.remarques.append(
            f"{ou} : {accorde(groupe.doubles, 'ligne')} de trop pour le même participant, "
            "comptée une fois."
        )
    if (presents := len(groupe.rangs)) < groupe.total and not _lone(groupe):
        lecture.remarques.append(
            f"{ou} : {accorde(groupe.total, 'participant')}, mais {presents} dans le fichier. "
            "Le reste est compté « non communiqué »."
        )
    try:
        return ActiviteLue(_compte_rendu(cle, groupe), lignes)
    except CelluleIllisible as erreur:
        lu = CompteRendu(cle, date=_try_date(groupe.cellules["date"]), defaut=str(erreur))
        return ActiviteLue(lu, lignes)


def _lone(groupe: _Groupe) -> bool:
    """A single row that announces several people at once."""
    return len(groupe.lignes) == 1 and "/" not in read_text(groupe.cellules["participants"])


def _try_date(cellule: Any) -> dt.date | None:
    try:
        return read_date(cellule)
    except CelluleIllisible:
        return None


def _compte_rendu(cle: str, groupe: _Groupe) -> CompteRendu:
    cellules = groupe.cellules
    inconnues = list(groupe.inconnues)

    def translated(table: dict[str, str], nom: str, libelle: str) -> str:
        try:
            return coop.translate(table, read_text(cellules.get(nom)))
        except coop.ValeurInconnue as erreur:
            inconnues.append(f"{libelle} : {erreur}")
            return ""

    def all_translated(table: dict[str, str], nom: str, libelle: str) -> tuple[str, ...]:
        connues, autres = coop.translate_all(table, read_lines(cellules.get(nom)), libelle)
        inconnues.extend(autres)
        return connues

    nature = translated(coop.NATURES, "type", "type")
    canal = translated(coop.CANAUX, "canal", "canal")
    individuel = nature == NatureSeance.INDIVIDUEL
    niveau = translated(coop.AUTONOMIES if individuel else coop.NIVEAUX, "niveau", "niveau")
    date = _named("Date", read_date, cellules["date"])
    if date is None:
        raise CelluleIllisible("sa date manque")
    enregistre = _named("Enregistré le", read_moment, cellules.get("enregistre_le"))
    # Empty as long as nobody has changed it.
    modifie = _named("Dernière modification le", read_moment, cellules.get("modifie_le"))
    return CompteRendu(
        id_coop=cle,
        mediateur=_mediateur(cellules),
        date=date,
        enregistre_le=read_date(enregistre),
        modifie_le=modifie or enregistre,
        nature=nature,
        canal=canal,
        lieu=_lieu(cellules) if canal == Canal.LIEU_ACTIVITE else None,
        code_insee=read_code(cellules["code_insee"])[:5],
        duree=_named("Durée (min)", read_minutes, cellules["duree"]),
        nb_participants=groupe.total,
        compteurs=dict(groupe.compteurs),
        thematiques=all_translated(coop.THEMATIQUES, "thematiques", "thématique"),
        materiel=all_translated(coop.MATERIELS, "materiel", "matériel"),
        autonomie=niveau if individuel else "",
        niveau="" if individuel else niveau,
        orientation=translated(coop.ORIENTATIONS, "orientation", "orientation"),
        titre="" if individuel else read_text(cellules.get("titre")).replace("'", "’"),
        inconnues=tuple(inconnues),
    )


def _named(colonne: str, lire: Callable[[Any], Any], cellule: Any) -> Any:
    try:
        return lire(cellule)
    except CelluleIllisible as erreur:
        raise CelluleIllisible(f"colonne « {colonne} », {erreur}") from erreur


def _lieu(cellules: dict[str, Any]) -> LieuLu | None:
    nom = read_text(cellules["lieu"])
    if not nom:
        return None
    return LieuLu(
        nom=nom,
        adresse=read_text(cellules.get("adresse")),
        commune=read_text(cellules.get("commune")),
        code_postal=read_code(cellules.get("code_postal")),
        code_insee=read_code(cellules["code_insee"])[:5],
    )


def _mediateur(cellules: dict[str, Any]) -> str:
    return coop.identifiant_mediateur(
        conum=read_text(cellules.get("conum")),
        prenom=read_text(cellules.get("prenom")),
        nom=read_text(cellules.get("nom")),
    )


def _mediateurs(groupes: Any) -> list[MediateurLu]:
    trouves: dict[str, MediateurLu] = {}
    for groupe in groupes:
        if identifiant := _mediateur(groupe.cellules):
            prenom, nom = (read_text(groupe.cellules.get(n)) for n in ("prenom", "nom"))
            trouves[identifiant] = MediateurLu(identifiant, f"{prenom} {nom}".strip())
    return list(trouves.values())
