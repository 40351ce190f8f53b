"""Posts, people and money: three separate dated histories.

Real files contradict each other (a vacant post with a live contract): each fact is kept
as it is, none is deduced from another.
"""

from conseillers.models.comptes import Structure, Utilisateur
from conseillers.models.financements import Convention, ConventionLigne, Versement
from conseillers.models.parcours import Candidature, Formation
from conseillers.models.postes import Absence, Affectation, Conseiller, Poste

__all__ = [
    "Absence",
    "Affectation",
    "Candidature",
    "Conseiller",
    "Convention",
    "ConventionLigne",
    "Formation",
    "Poste",
    "Structure",
    "Utilisateur",
    "Versement",
]
