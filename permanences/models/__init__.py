"""The plan (Creneau), what became of it (Occurrence), the fact (Seance), the month's lock."""

from permanences.models.completude import CompletudeFigee, EtapeRelance, Relance
from permanences.models.coop import (
    ChangementCoop,
    CompteRenduCoop,
    ImportCoop,
    LieuCoop,
    MediateurCoop,
)
from permanences.models.doubles import DecisionDouble
from permanences.models.fermetures import ActeFermeture, VacancesScolaires
from permanences.models.ical import AdresseIcal
from permanences.models.lieux import LieuAccueil
from permanences.models.mois import Declaration, Mois
from permanences.models.plan import Creneau, Fermeture, Occurrence
from permanences.models.saisie import ModeSaisie
from permanences.models.seances import Seance

__all__ = [
    "ActeFermeture",
    "AdresseIcal",
    "ChangementCoop",
    "CompletudeFigee",
    "CompteRenduCoop",
    "Creneau",
    "DecisionDouble",
    "Declaration",
    "EtapeRelance",
    "Fermeture",
    "ImportCoop",
    "LieuAccueil",
    "LieuCoop",
    "MediateurCoop",
    "ModeSaisie",
    "Mois",
    "Occurrence",
    "Relance",
    "Seance",
    "VacancesScolaires",
]
