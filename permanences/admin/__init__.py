"""The Département's screens on the plan, the séances and the months."""

from permanences.admin.completude import CompletudeFigeeAdmin, EtapeRelanceAdmin, RelanceAdmin
from permanences.admin.doubles import DecisionDoubleAdmin
from permanences.admin.fermetures import ActeFermetureAdmin, VacancesScolairesAdmin
from permanences.admin.importcoop import (
    ChangementCoopAdmin,
    CompteRenduCoopAdmin,
    ImportCoopAdmin,
    LieuCoopAdmin,
    MediateurCoopAdmin,
)
from permanences.admin.lieux import LieuAccueilAdmin
from permanences.admin.mois import DeclarationAdmin, MoisAdmin
from permanences.admin.plan import CreneauAdmin, FermetureAdmin, OccurrenceAdmin
from permanences.admin.saisie import ConseillerEtSourceAdmin, ModeSaisieAdmin
from permanences.admin.seances import SeanceAdmin

__all__ = [
    "ActeFermetureAdmin",
    "ChangementCoopAdmin",
    "CompletudeFigeeAdmin",
    "CompteRenduCoopAdmin",
    "ConseillerEtSourceAdmin",
    "CreneauAdmin",
    "DecisionDoubleAdmin",
    "DeclarationAdmin",
    "EtapeRelanceAdmin",
    "FermetureAdmin",
    "ImportCoopAdmin",
    "LieuAccueilAdmin",
    "LieuCoopAdmin",
    "MediateurCoopAdmin",
    "ModeSaisieAdmin",
    "MoisAdmin",
    "OccurrenceAdmin",
    "RelanceAdmin",
    "SeanceAdmin",
    "VacancesScolairesAdmin",
]
