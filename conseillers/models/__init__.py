"""Posts, people and money: three separate dated histories.

Real files contradict each other (a vacant post with a live contract): each fact is kept
as it is, none is deduced from another.
"""

from conseillers.models.comptes import Structure, Utilisateur
from conseillers.models.conservation import PassageConservation
from conseillers.models.courriels import Courriel
from conseillers.models.financements import (
    Convention,
    ConventionLigne,
    CoutPoste,
    Versement,
)
from conseillers.models.imports import ImportFichier
from conseillers.models.jetons import JetonApi
from conseillers.models.labels import Label
from conseillers.models.listes import ColonnesListe, ExportListe
from conseillers.models.parcours import Formation
from conseillers.models.postes import Absence, Affectation, Conseiller, Poste
from conseillers.models.recrutement import Candidature, Etape
from conseillers.models.remises import RemiseDonnees
from conseillers.models.reseau import Presence, Rencontre
from conseillers.models.securite import AlerteSecurite, EvenementSecurite

__all__ = [
    "Absence",
    "Affectation",
    "AlerteSecurite",
    "Candidature",
    "ColonnesListe",
    "Conseiller",
    "Convention",
    "ConventionLigne",
    "Courriel",
    "CoutPoste",
    "Etape",
    "EvenementSecurite",
    "ExportListe",
    "Formation",
    "ImportFichier",
    "JetonApi",
    "Label",
    "PassageConservation",
    "Poste",
    "Presence",
    "RemiseDonnees",
    "Rencontre",
    "Structure",
    "Utilisateur",
    "Versement",
]
