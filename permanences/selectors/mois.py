"""« Mon mois »: what an advisor has said of a month, and what is missing."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass

from django.conf import settings
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, OuterRef, Q, Subquery
from django.utils import timezone

from conseillers.models import Affectation, Poste, Utilisateur
from conseillers.selectors import PosteOccupe, jours, occupation_of
from permanences import calendrier
from permanences.models import Creneau, Declaration, Seance
from permanences.selectors.conseiller import (
    SOMMES,
    CreneauDuJour,
    Totaux,
    clos_le,
    creneau_du_jour,
    creneaux_des_postes,
    totaux_from,
)
from permanences.selectors.plan import A_RENSEIGNER, ANNULEE, TENUE, OccurrenceDuPlan, plan_entre

# « Mon mois est complet » is on time until the fifth working day of the next month.
RANG_ECHEANCE = 5


@dataclass(frozen=True)
class MoisDuPoste:
    """What is said and what is missing of a month, for one poste held during it."""

    poste: Poste
    mois: dt.date
    prevues: int
    tenues: int
    annulees: int
    a_renseigner: list[CreneauDuJour]
    jours_sans_saisie: list[dt.date]
    declare_le: dt.date | None


@dataclass(frozen=True)
class EtatDuMois:
    mois: dt.date
    echeance: dt.date
    clos: str
    totaux: Totaux
    en_attente: int
    postes: list[MoisDuPoste]


def echeance_du_mois(mois: dt.date) -> dt.date:
    """Fifth working day of the month after: until then a declaration is on time."""
    suivant = calendrier.mois_decale(mois, 1)
    return calendrier.jour_ouvre(suivant, RANG_ECHEANCE, settings.DEPARTEMENT)


def mois_of(utilisateur: Utilisateur, mois: dt.date) -> EtatDuMois:
    dernier = calendrier.dernier_jour(mois)
    declarees = Declaration.objects.filter(poste=OuterRef("poste"), mois=mois).values("faite_le")
    affectations, postes = occupation_of(
        utilisateur, mois, dernier, Affectation.objects.annotate(declaree_le=Subquery(declarees))
    )
    sommes = (
        Seance.objects.visible_to(utilisateur)
        .entre(mois, dernier)
        .order_by()
        .aggregate(
            **SOMMES,
            en_attente=Count("pk", filter=Q(poste__isnull=True)),
            dates=ArrayAgg("date", distinct=True),
        )
    )
    return EtatDuMois(
        mois=mois,
        echeance=echeance_du_mois(mois),
        clos=clos_le(mois),
        totaux=totaux_from(sommes),
        en_attente=sommes["en_attente"],
        postes=_mois_des_postes(affectations, postes, set(sommes["dates"] or ()), mois, dernier),
    )


def _mois_des_postes(
    affectations: list[Affectation],
    occupes: dict[int, PosteOccupe],
    saisis: set[dt.date],
    mois: dt.date,
    dernier: dt.date,
) -> list[MoisDuPoste]:
    if not affectations:
        return []
    creneaux = creneaux_des_postes(occupes, mois, dernier)
    plan = plan_entre(mois, dernier, postes=occupes, creneaux=creneaux.values())
    return [
        _mois_du_poste(
            des_siennes[0],
            mois,
            [o for o in plan if o.poste_id == poste],
            creneaux,
            _jours_sans_saisie(des_siennes, occupes[poste], mois, dernier, saisis),
        )
        for poste, des_siennes in _par_poste(affectations).items()
    ]


def _par_poste(affectations: list[Affectation]) -> dict[int, list[Affectation]]:
    par_poste: dict[int, list[Affectation]] = defaultdict(list)
    for affectation in affectations:
        par_poste[affectation.poste_id].append(affectation)
    return par_poste


def _mois_du_poste(
    affectation: Affectation,
    mois: dt.date,
    plan: list[OccurrenceDuPlan],
    creneaux: dict[int, Creneau],
    jours_sans_saisie: list[dt.date],
) -> MoisDuPoste:
    ce_jour = timezone.localdate()
    manquantes = sorted(
        (o for o in plan if o.etat == A_RENSEIGNER and o.date <= ce_jour),
        key=lambda o: (o.date, creneaux[o.creneau_id].heure_debut),
    )
    return MoisDuPoste(
        poste=affectation.poste,
        mois=mois,
        prevues=len(plan),
        tenues=sum(o.etat == TENUE for o in plan),
        annulees=sum(o.etat == ANNULEE for o in plan),
        a_renseigner=[
            creneau_du_jour(creneaux[o.creneau_id], o, Counter(), ce_jour) for o in manquantes
        ],
        jours_sans_saisie=[j for j in jours_sans_saisie if not _annule_ce_jour(plan, j)],
        declare_le=affectation.declaree_le,  # type: ignore[attr-defined]  # annotated above
    )


def _annule_ce_jour(plan: list[OccurrenceDuPlan], jour: dt.date) -> bool:
    """Every créneau of that day is cancelled: an empty day is explained."""
    du_jour = [o for o in plan if o.date == jour]
    return bool(du_jour) and all(o.etat == ANNULEE for o in du_jour)


def _jours_sans_saisie(
    affectations: list[Affectation],
    poste: PosteOccupe,
    mois: dt.date,
    dernier: dt.date,
    saisis: set[dt.date],
) -> list[dt.date]:
    """Past working days of the month, present at the poste, without any séance."""
    fin = min(dernier, timezone.localdate())
    return [
        jour
        for jour in jours(mois, fin)
        if jour.weekday() < 5
        and jour not in saisis
        and not calendrier.est_ferie(jour, settings.DEPARTEMENT)
        and not poste.tous_absents(jour)
        and any(
            a.date_debut <= jour and (a.date_fin is None or jour <= a.date_fin)
            for a in affectations
        )
    ]
