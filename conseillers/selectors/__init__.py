"""Reading across posts, people and money."""

from conseillers.selectors.animation import animation_du_reseau
from conseillers.selectors.charges import (
    Charge,
    ChargeDePart,
    CoutsConnus,
    charges_par_annee,
    couts_connus,
    par_part,
)
from conseillers.selectors.financements import (
    Echeance,
    LabelDeStructure,
    Suivi,
    Totaux,
    conventions_suivies,
    couvertures,
    derniers_labels,
    echeances,
    labels_des_employeurs,
    lignes_par_poste,
    totaux_par_convention,
)
from conseillers.selectors.occupation import (
    PosteOccupe,
    jours,
    occupation,
    occupation_of,
    vacant_depuis,
)

__all__ = [
    "Charge",
    "ChargeDePart",
    "CoutsConnus",
    "Echeance",
    "LabelDeStructure",
    "PosteOccupe",
    "Suivi",
    "Totaux",
    "animation_du_reseau",
    "charges_par_annee",
    "conventions_suivies",
    "couts_connus",
    "couvertures",
    "derniers_labels",
    "echeances",
    "jours",
    "labels_des_employeurs",
    "lignes_par_poste",
    "occupation",
    "occupation_of",
    "par_part",
    "totaux_par_convention",
    "vacant_depuis",
]
