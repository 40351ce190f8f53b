"""« Mon agenda »: the plan of one's own postes, day by day, with what became of it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from conseillers.models import Affectation, Poste, Utilisateur
from conseillers.selectors import PosteOccupe, jours, occupation_of
from permanences import calendrier
from permanences.enums import Motif
from permanences.models import Creneau
from permanences.selectors.conseiller import creneaux_des_postes
from permanences.selectors.plan import (
    A_RENSEIGNER,
    ANNULEE,
    Fermetures,
    OccurrenceDuPlan,
    plan_entre,
)


@dataclass(frozen=True)
class Entree:
    """One date of a créneau, as the agenda says it on `ce_jour`."""

    creneau: Creneau
    occurrence: OccurrenceDuPlan
    numero: int
    ce_jour: dt.date

    @property
    def date(self) -> dt.date:
        return self.occurrence.date

    @property
    def annulee(self) -> bool:
        return self.occurrence.etat == ANNULEE

    @property
    def etat(self) -> str:
        """« Prévu », « Tenu », « Tenu sans visite », « Annulé », « À renseigner »."""
        if self.annulee:
            return "Annulé"
        if self.occurrence.etat != A_RENSEIGNER:
            return "Tenu sans visite" if self.occurrence.sans_visite else "Tenu"
        return "Prévu" if self.date > self.ce_jour else "À renseigner"

    @property
    def motif(self) -> str:
        return Motif(self.occurrence.motif).label if self.annulee else ""

    @property
    def ton(self) -> str:
        """Class of the badge; the words say the same without colour."""
        return {"Annulé": "grave", "À renseigner": "attente", "Prévu": ""}.get(self.etat, "bon")


@dataclass(frozen=True)
class JourDAgenda:
    """`avis`: what explains the day, public holiday first. `tenu`: a poste is held that day."""

    jour: dt.date
    entrees: list[Entree]
    avis: list[str]
    tenu: bool
    est_aujourdhui: bool

    @property
    def vide(self) -> bool:
        return not self.entrees and not self.avis


@dataclass(frozen=True)
class Agenda:
    premier: dt.date
    dernier: dt.date
    affectations: list[Affectation]
    jours: list[JourDAgenda]

    @property
    def plusieurs_postes(self) -> bool:
        return len({a.poste_id for a in self.affectations}) > 1

    @property
    def vide(self) -> bool:
        return not any(jour.entrees for jour in self.jours)


def agenda_of(utilisateur: Utilisateur, premier: dt.date, dernier: dt.date) -> Agenda:
    """Own postes on the days they are held. 6 queries, whatever the period and the programme."""
    affectations, postes = occupation_of(utilisateur, premier, dernier)
    ce_jour = timezone.localdate()
    fermetures = Fermetures(premier, dernier)
    par_jour: dict[dt.date, list[Entree]] = defaultdict(list)
    for entree in entrees_of(affectations, postes, premier, dernier, fermetures):
        par_jour[entree.date].append(entree)
    return Agenda(
        premier=premier,
        dernier=dernier,
        affectations=affectations,
        jours=[
            JourDAgenda(
                jour=jour,
                entrees=par_jour[jour],
                avis=_avis(jour, tenus_le(affectations, jour), postes, fermetures),
                tenu=bool(tenus_le(affectations, jour)),
                est_aujourdhui=jour == ce_jour,
            )
            for jour in jours(premier, dernier)
        ],
    )


def entrees_of(
    affectations: list[Affectation],
    postes: dict[int, PosteOccupe],
    premier: dt.date,
    dernier: dt.date,
    fermetures: Fermetures | None = None,
    seul: int | None = None,
) -> list[Entree]:
    """The dates of these postes on which their own holder holds them, by date then hour.

    `seul`: of this créneau only.
    """
    if not affectations:
        return []
    creneaux = creneaux_des_postes({a.poste_id for a in affectations}, premier, dernier)
    if seul is not None:
        creneaux = {pk: c for pk, c in creneaux.items() if pk == seul}
    plan = plan_entre(
        premier, dernier, postes=postes, creneaux=creneaux.values(), fermetures=fermetures
    )
    ce_jour = timezone.localdate()
    return sorted(
        (
            Entree(creneaux[o.creneau_id], o, postes[o.poste_id].numero, ce_jour)
            for o in plan
            if o.poste_id in tenus_le(affectations, o.date)
        ),
        key=lambda e: (e.date, e.creneau.heure_debut, e.creneau.code),
    )


def tenus_le(affectations: list[Affectation], jour: dt.date) -> set[int]:
    return {
        a.poste_id
        for a in affectations
        if a.date_debut <= jour and (a.date_fin is None or jour <= a.date_fin)
    }


def _avis(
    jour: dt.date, tenus: set[int], postes: dict[int, PosteOccupe], fermetures: Fermetures
) -> list[str]:
    avis = []
    if ferie := calendrier.jours_feries(jour.year, settings.DEPARTEMENT).get(jour):
        avis.append(f"Jour férié\u202f: {ferie}")
    for pk in sorted(tenus):
        nom = f" (poste {postes[pk].numero})" if len(tenus) > 1 else ""
        if motif := fermetures.motif_du_poste(pk, jour):
            avis.append(f"Fermeture{nom}\u202f: {Motif(motif).label.lower()}")
        if postes[pk].tous_absents(jour):
            avis.append(f"Absence déclarée{nom}")
    return avis


def semaine_de(jour: dt.date) -> tuple[dt.date, dt.date]:
    """Its Monday and its Sunday."""
    lundi = jour - dt.timedelta(days=jour.weekday())
    return lundi, lundi + dt.timedelta(days=6)


def postes_a_planifier(utilisateur: Utilisateur) -> QuerySet[Poste]:
    """Postes that the advisor holds today or will hold: those whose plan is theirs to write."""
    encore = (
        Affectation.objects.visible_to(utilisateur)
        .filter(Q(date_fin__isnull=True) | Q(date_fin__gte=timezone.localdate()))
        .values("poste")
    )
    return Poste.objects.filter(pk__in=encore).order_by("numero")
