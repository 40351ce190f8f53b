"""One poste in one month: what it declared, what is planned, what is still to be said."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.utils import timezone

from conseillers.models import Absence, Affectation, Poste
from conseillers.selectors import occupation
from permanences import calendrier
from permanences.models import Creneau, Declaration, Relance, Seance
from permanences.selectors.plan import A_RENSEIGNER, ANNULEE, TENUE, plan_entre


@dataclass(frozen=True)
class FicheDuMois:
    poste: Poste
    declaration: Declaration | None
    affectations: list[Affectation]
    absences: list[Absence]
    comptes: dict[str, int]
    a_renseigner: list[tuple[dt.date, Creneau]]
    seances: int
    relances: list[Relance]

    @property
    def prevues(self) -> int:
        return sum(self.comptes.values())

    @property
    def tenues(self) -> int:
        return self.comptes[TENUE]

    @property
    def annulees(self) -> int:
        return self.comptes[ANNULEE]


def fiche_du_mois(poste: Poste, mois: dt.date) -> FicheDuMois:
    """13 queries at most."""
    dernier = calendrier.dernier_jour(mois)
    siens = {"poste": poste}
    creneaux = {
        c.pk: c
        for c in Creneau.objects.actif_entre(mois, dernier).filter(**siens).select_related("lieu")
    }
    plan = plan_entre(
        mois, dernier, postes=occupation(mois, dernier), creneaux=list(creneaux.values())
    )
    ce_jour = timezone.localdate()
    return FicheDuMois(
        poste=poste,
        declaration=Declaration.objects.filter(mois=mois, **siens).first(),
        affectations=list(
            Affectation.objects.actif_entre(mois, dernier)
            .filter(**siens)
            .select_related("conseiller")
        ),
        absences=list(
            Absence.objects.actif_entre(mois, dernier).filter(**siens).select_related("conseiller")
        ),
        comptes=Counter(o.etat for o in plan),
        a_renseigner=sorted(
            ((o.date, creneaux[o.creneau_id]) for o in plan if _attend(o.etat, o.date, ce_jour)),
            key=lambda ligne: (ligne[0], ligne[1].heure_debut),
        ),
        seances=Seance.objects.comptees().entre(mois, dernier).filter(**siens).count(),
        relances=list(Relance.objects.filter(mois=mois, **siens).select_related("demandee_par")),
    )


def _attend(etat: str, jour: dt.date, ce_jour: dt.date) -> bool:
    return etat == A_RENSEIGNER and jour <= ce_jour
