"""What both reports of a month share, read once from one snapshot."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from conseillers.selectors import PosteOccupe, occupation
from permanences import calendrier
from permanences.models import Creneau
from permanences.selectors.plan import OccurrenceDuPlan, plan_entre
from reporting.models import Cible
from reporting.selectors.completude import completude_par_poste, compte_de_completude
from reporting.selectors.maillage import (
    LieuAccueil,
    Maillage,
    Territoire,
    maillage,
    read_lieux,
    read_territoire,
)
from reporting.selectors.mesures import MesuresDuMois, mesures_entre


@dataclass(slots=True)
class Reperes:
    """What does not change from one month to the next within one reading."""

    territoire: Territoire
    lieux: dict[int, LieuAccueil]
    creneaux: list[Creneau]


def read_reperes() -> Reperes:
    """4 queries."""
    return Reperes(read_territoire(), read_lieux(), list(Creneau.objects.order_by("code")))


@dataclass(slots=True)
class Contexte:
    """The month's measures, plan and postes."""

    mois: dt.date
    dernier: dt.date
    reperes: Reperes
    mesures: MesuresDuMois
    postes: dict[int, PosteOccupe]
    plan: list[OccurrenceDuPlan]
    maillage: Maillage
    valeurs: dict[str, Decimal]

    @property
    def postes_avec_seance(self) -> set[int]:
        return {int(pk) for pk in self.mesures.par_axe.get("poste", {})}

    @property
    def seuil_jours_tenus(self) -> int:
        return int(self.valeurs.get("seuil_jours_tenus", 1))

    def completude(self) -> dict[str, int]:
        return compte_de_completude(completude_par_poste(self.postes, self.mois))


def read_contexte(mois: dt.date, reperes: Reperes | None = None) -> Contexte:
    """Read a month: a fixed number of queries, whatever the number of séances and postes."""
    mois = mois.replace(day=1)
    dernier = calendrier.dernier_jour(mois)
    reperes = reperes or read_reperes()
    mesures = mesures_entre(mois, dernier)
    postes = occupation(mois, dernier)
    plan = plan_entre(
        mois,
        dernier,
        postes=postes,
        creneaux=[
            c
            for c in reperes.creneaux
            if c.date_debut <= dernier and (c.date_fin is None or c.date_fin >= mois)
        ],
    )
    return Contexte(
        mois=mois,
        dernier=dernier,
        reperes=reperes,
        mesures=mesures,
        postes=postes,
        plan=plan,
        maillage=maillage(
            plan,
            lieux_avec_seance={int(pk) for pk in mesures.par_axe.get("lieu", {})},
            territoire=reperes.territoire,
            lieux=reperes.lieux,
        ),
        valeurs=Cible.objects.all().valeurs_le(dernier),
    )


def valeurs_json(valeurs: dict[str, Decimal]) -> dict[str, Any]:
    """Whole numbers as integers, the others as decimals."""
    return {
        figure: int(v) if v == v.to_integral_value() else float(v)
        for figure, v in sorted(valeurs.items())
    }
