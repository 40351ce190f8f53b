"""The table of La Coop's export: found by the text of its header, wherever it stands.

Only the columns named here are read. « Bénéficiaire », « Notes supplémentaires », the tags, the
démarche in free words and where people live are never looked at.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from permanences.importers.coop.cellules import read_text
from permanences.importers.coop.classeur import PHRASE_EXPORT, Cellules
from territoires.files import FichierRefuse
from territoires.text import sort_key

# Our name -> headers of La Coop.
COLONNES: dict[str, tuple[str, ...]] = {
    "date": ("Date",),
    "enregistre_le": ("Enregistré le",),
    "modifie_le": ("Dernière modification le",),
    "prenom": ("Prénom du médiateur",),
    "nom": ("Nom du médiateur",),
    "conum": ("ID - Conum",),
    "type": ("Type",),
    "participants": ("Participants",),
    "canal": ("Canaux d’accompagnement", "Canal d’accompagnement"),
    "lieu": ("Nom du lieu",),
    "adresse": ("Adresse",),
    "commune": ("Commune",),
    "code_postal": ("Code postal",),
    "code_insee": ("Code Insee",),
    "duree": ("Durée (min)", "Durée"),
    "titre": ("Nom de l’atelier",),
    "materiel": ("Matériel numérique utilisé",),
    "thematiques": ("Thématique(s) d’accompagnement", "Thématiques d’accompagnement"),
    "niveau": ("Niveau d’autonomie (ou de l’atelier)",),
    "orientation": ("Structure de redirection",),
    "genre": ("Genre du bénéficiaire", "Genre"),
    "age": ("Tranche d’âge du bénéficiaire", "Tranche d’âge"),
    "statut": ("Statut du bénéficiaire", "Statut"),
    "id": ("ID CRA",),
}
DU_MEDIATEUR = ("prenom", "nom", "conum")
REQUISES = (
    "date", "type", "participants", "canal", "lieu", "code_insee", "duree", "thematiques", "genre",
    "age", "statut", "id",
)  # fmt: skip
_PAR_TEXTE = {sort_key(texte): nom for nom, textes in COLONNES.items() for texte in textes}
# Enough of them on one row, and it is the header: a filter's title may be one of these words.
ASSEZ = 5


@dataclass
class Tableau:
    """`rangs`: our name -> rank of the cell. What stands above: who asked for the export."""

    ligne: int = 0
    rangs: dict[str, int] = field(default_factory=dict)
    prenom: str = ""
    nom: str = ""

    @property
    def du_conseiller(self) -> bool:
        return not any(nom in self.rangs for nom in DU_MEDIATEUR)

    def read(self, cellules: Cellules) -> dict[str, object]:
        """The cells of the known columns alone: the others go no further than this line."""
        return {
            nom: cellules[rang] if rang < len(cellules) else "" for nom, rang in self.rangs.items()
        }


def find_table(rows: Iterable[tuple[int, Cellules]]) -> Tableau | None:
    """Read down to the header; None where the sheet has none. Raises FichierRefuse."""
    tableau = Tableau()
    for ligne, cellules in rows:
        noms = [_PAR_TEXTE.get(sort_key(read_text(cellule))) for cellule in cellules]
        connus = [nom for nom in noms if nom]
        if len(set(connus)) >= ASSEZ:
            _check(connus)
            tableau.ligne = ligne
            tableau.rangs = {nom: rang for rang, nom in enumerate(noms) if nom}
            return tableau
        _read_block(cellules, tableau)
    return None


def _check(connus: list[str]) -> None:
    if manquantes := [COLONNES[nom][0] for nom in REQUISES if nom not in connus]:
        raise FichierRefuse(
            f"il manque à son tableau {_named(manquantes)} : demandez à La Coop la « Liste des "
            "accompagnements » et envoyez-la telle quelle."
        )
    if doubles := sorted({COLONNES[nom][0] for nom in connus if connus.count(nom) > 1}):
        raise FichierRefuse(f"{_named(doubles)} : deux fois dans son tableau. {PHRASE_EXPORT}")


def _named(colonnes: list[str]) -> str:
    noms = ", ".join(f"« {nom} »" for nom in colonnes)
    return f"la colonne {noms}" if len(colonnes) == 1 else f"les colonnes {noms}"


def _read_block(cellules: Cellules, tableau: Tableau) -> None:
    """« Nom » and « Prénom » of who asked for the export, above the table."""
    dites = [texte for cellule in cellules if (texte := read_text(cellule))]
    if len(dites) != 2:
        return
    quoi = sort_key(dites[0])
    if quoi == "nom" and not tableau.nom:
        tableau.nom = dites[1]
    elif quoi == "prenom" and not tableau.prenom:
        tableau.prenom = dites[1]
