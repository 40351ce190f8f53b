"""Columns that would name a person helped, in files where nobody is named.

A spreadsheet of séances may come with the public's names and telephones beside its figures. The
service keeps none of it, so these columns are passed over: not read, not put in the file of
refused lines, blanked in what a browser sent before it is kept, and the report says so.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from territoires.files import FichierRefuse
from territoires.importers.importeur import Importeur, Ligne
from territoires.importers.lecture import COLONNE_ERREUR, open_csv
from territoires.text import sort_key
from territoires.traces import masked

_MOTS = frozenset(
    {
        "nom", "noms", "prenom", "prenoms", "patronyme", "identite", "civilite",
        "beneficiaire", "beneficiaires", "usager", "usagers", "personne",
        "telephone", "telephones", "tel", "portable", "mobile",
        "courriel", "courriels", "email", "emails", "mail", "mails", "mel",
        "adresse", "adresses", "domicile", "naissance", "ddn", "nir", "ins", "secu",
        "allocataire", "matricule", "signature", "emargement",
    }
)  # fmt: skip
_SUITES = ("e mail", "securite sociale", "num ss", "date de naiss")
# « nom_du_lieu » names a place: unknown like any other column, and refused by its name.
_CHOSES = frozenset(
    {
        "lieu", "lieux", "commune", "epci", "structure", "poste", "creneau", "conseiller",
        "auteur", "atelier", "fichier",
    }
)  # fmt: skip
_FINS = re.compile(r"\r\n|\r|\n")
PHRASE = (
    "colonne « {nom} » écartée : elle semble dire qui a été aidé, et le service ne garde "
    "l’identité de personne. Retirez-la de vos fichiers."
)


def names_somebody(colonne: str) -> bool:
    cle = sort_key(colonne)
    mots = set(cle.split())
    if mots & _CHOSES:
        return False
    return bool(mots & _MOTS) or any(suite in cle for suite in _SUITES)


def set_aside(importeur: Importeur | type[Importeur], entete: Sequence[str]) -> list[int]:
    """Ranks of the columns to pass over: none in the files that are about agents or places."""
    if not importeur.sur_le_public:
        return []
    connues = {colonne.nom for colonne in importeur.colonnes} | {COLONNE_ERREUR}
    return [i for i, nom in enumerate(entete) if nom not in connues and names_somebody(nom)]


def masked_cells(importeur: Importeur, entete: Sequence[str], ligne: Ligne) -> list[str]:
    """Cells of a refused line as they may be kept: what was refused as a trace is taken out."""
    if not importeur.sur_le_public:
        return ligne.cellules
    return [
        masked(cellule) if rang < len(entete) and entete[rang] in ligne.fautives else cellule
        for rang, cellule in enumerate(ligne.cellules)
    ]


def blank_identities(chemin: Path, importeur: type[Importeur]) -> list[str]:
    """Empty, in place, the cells of the columns to pass over; the names of these columns.

    Lines keep their numbers. One that cannot be read cell by cell (a quote out of place) is
    replaced by a mark: nobody can say which part of it was a name.
    """
    try:
        fichier = open_csv(chemin, [COLONNE_ERREUR, *(c.nom for c in importeur.colonnes)])
    except FichierRefuse:
        return []
    if not (rangs := set_aside(importeur, fichier.entete)):
        return []
    with chemin.open(encoding=fichier.encodage, newline="") as flux:
        lignes = list(flux)
    with chemin.open("w", encoding=fichier.encodage, newline="") as flux:
        for ligne in _blanked(lignes, fichier.separateur, set(rangs), len(fichier.entete)):
            flux.write(ligne)
    return [fichier.entete[rang] for rang in rangs]


def _blanked(
    lignes: Iterable[str], separateur: str, rangs: set[int], attendu: int
) -> Iterable[str]:
    """Each record in turn, on as many lines as it had."""
    lecteur = csv.reader(lignes, delimiter=separateur, strict=True)
    premiere = True
    while True:
        debut = lecteur.line_num
        try:
            cellules = next(lecteur)
        except StopIteration:
            return
        except csv.Error:
            yield "?" + "\n" * max(lecteur.line_num - debut, 1)
            continue
        if premiere or not any(cellules):
            gardees = cellules
        elif len(cellules) == attendu:
            gardees = ["" if i in rangs else c for i, c in enumerate(cellules)]
        else:
            # Shifted: the same number of cells, so that it is refused for the same reason.
            gardees = ["?", *[""] * (len(cellules) - 2), "?"][: len(cellules)]
        premiere = False
        yield _written(gardees, separateur, lecteur.line_num - debut)


def _written(cellules: Sequence[str], separateur: str, hauteur: int) -> str:
    """One record, on `hauteur` lines: those that were inside a blanked cell come after it."""
    texte = separateur.join(
        '"' + c.replace('"', '""') + '"' if any(s in c for s in f'{separateur}"\r\n') else c
        for c in cellules
    )
    ecrites = len(_FINS.findall(texte)) + 1
    return texte + "\n" * max(hauteur - ecrites + 1, 1)
