"""Forms of the advisors' and the employers' pages."""

from permanences.forms.agenda import CreneauForm, FinForm, PeriodeForm
from permanences.forms.autres import AbsenceForm, AnnulationForm, RechercheForm
from permanences.forms.seance import (
    SeanceForm,
    initial_du_jour,
    initial_libre,
    initial_of_creneau,
    initial_of_modele,
    initial_of_seance,
    is_pk,
)

__all__ = [
    "AbsenceForm",
    "AnnulationForm",
    "CreneauForm",
    "FinForm",
    "PeriodeForm",
    "RechercheForm",
    "SeanceForm",
    "initial_du_jour",
    "initial_libre",
    "initial_of_creneau",
    "initial_of_modele",
    "initial_of_seance",
    "is_pk",
]
