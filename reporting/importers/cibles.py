"""TYPE `cibles`: the programme's dated figures and targets."""

from reporting.enums import Figure
from reporting.models import Cible
from territoires.importers.cellules import choice_of, read_date, read_decimal
from territoires.importers.importeur import Colonne, Importeur


class Cibles(Importeur):
    nom = "cibles"
    modele = Cible
    colonnes = (
        Colonne("figure", choice_of(Figure.values)),
        Colonne("depuis", read_date),
        Colonne("valeur", read_decimal),
        Colonne("source"),
    )
    cle = ("figure", "depuis")
    champs_cle = ("figure", "depuis")
