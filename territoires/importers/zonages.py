"""TYPE `zonages`: a commune's places in public policies."""

from typing import Any

from territoires.importers.cellules import read_code, read_integer
from territoires.importers.importeur import Colonne, Importeur, Ligne
from territoires.models import Zonage
from territoires.selectors import CommuneIndex


class Zonages(Importeur):
    nom = "zonages"
    modele = Zonage
    colonnes = (
        Colonne("code_insee", read_code),
        Colonne("zonage"),
        Colonne("millesime", read_integer),
    )
    cle = ("code_insee", "zonage")
    champs_cle = ("commune_id", "zonage")

    def prepare(self) -> None:
        self.communes = CommuneIndex()

    def resolve(self, ligne: Ligne) -> dict[str, Any]:
        champs = dict(ligne.valeurs)
        trouve = ligne.find_commune("code_insee", self.communes)
        champs.pop("code_insee", None)
        if trouve and trouve.commune is None:
            ligne.refuse(
                "code_insee",
                f"la commune {trouve.code} n’est pas de ce département : un zonage ne décrit que "
                "ses communes.",
            )
        elif trouve:
            # The key is today's commune, whatever code the file gave.
            ligne.valeurs["code_insee"] = champs["commune_id"] = trouve.code
        return champs
