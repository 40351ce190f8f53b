"""The Département's screens on the months, the reports and the programme's figures."""

from reporting.admin.conservation import PassageConservationAdmin
from reporting.admin.importfichier import ImportFichierAdmin
from reporting.admin.personnes import RemiseDonneesAdmin
from reporting.admin.programme import ActeAdmin, CibleAdmin
from reporting.admin.rapports import RapportAdmin, TelechargementAdmin

__all__ = [
    "ActeAdmin",
    "CibleAdmin",
    "ImportFichierAdmin",
    "PassageConservationAdmin",
    "RapportAdmin",
    "RemiseDonneesAdmin",
    "TelechargementAdmin",
]
