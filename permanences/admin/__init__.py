"""The Département's screens on the plan, the séances and the months."""

from permanences.admin.lieux import LieuAccueilAdmin
from permanences.admin.mois import DeclarationAdmin, MoisAdmin
from permanences.admin.plan import CreneauAdmin, FermetureAdmin, OccurrenceAdmin
from permanences.admin.seances import SeanceAdmin

__all__ = [
    "CreneauAdmin",
    "DeclarationAdmin",
    "FermetureAdmin",
    "LieuAccueilAdmin",
    "MoisAdmin",
    "OccurrenceAdmin",
    "SeanceAdmin",
]
