"""Every TYPE, in the order in which the files of one programme are imported."""

from conseillers.importers.financements import (
    Candidatures,
    ConventionLignes,
    Conventions,
    Versements,
)
from conseillers.importers.postes import Absences, Affectations, Postes, Structures
from permanences.importers.plan import (
    CreneauxDuPlan,
    Declarations,
    Fermetures,
    Lieux,
    Occurrences,
)
from permanences.importers.seances import Seances
from reporting.importers.cibles import Cibles
from territoires.importers.importeur import Importeur
from territoires.importers.zonages import Zonages

IMPORTEURS: dict[str, type[Importeur]] = {
    importeur.nom: importeur
    for importeur in (
        Structures,
        Postes,
        Affectations,
        Conventions,
        ConventionLignes,
        Versements,
        Zonages,
        Cibles,
        Lieux,
        CreneauxDuPlan,
        Fermetures,
        Absences,
        Occurrences,
        Seances,
        Declarations,
        Candidatures,
    )
}
