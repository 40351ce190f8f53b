"""What staff sees first: where the programme stands today, from the readings of the reports."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Exists, Model, OuterRef, QuerySet
from django.utils import timezone

from conseillers.models import (
    Affectation,
    Convention,
    Courriel,
    ImportFichier,
    Poste,
    Structure,
)
from conseillers.selectors import PosteOccupe, echeances, occupation
from conseillers.selectors.securite import alertes_recentes
from permanences.calendrier import dernier_jour, jour_decale_de_mois, mois_decale
from permanences.enums import Motif
from permanences.models import Creneau, LieuAccueil, Seance
from permanences.models.mois import premier_du_mois
from permanences.selectors.coop_api import Echange, echange
from permanences.selectors.plan import A_RENSEIGNER, ANNULEE, TENUE, OccurrenceDuPlan, plan_entre
from reporting import indicateurs
from reporting.models import Cible
from reporting.selectors import programme
from reporting.selectors.completude import completude_par_poste
from reporting.selectors.cycle import EtatMois, mois_du_programme
from reporting.selectors.maillage import ligne_du_lieu, read_lieux, read_territoire
from territoires.models import Commune

JOURS_FIN_DE_CONTRAT = 90
MOIS_AVANT_RESTITUTION = 2
A_VENIR = "a_venir"


@dataclass(frozen=True)
class Echeance:
    """A vacant poste and the day on which it is lost to the programme."""

    numero: int
    vacant_depuis: dt.date
    limite: dt.date


@dataclass(frozen=True)
class PlanDuMois:
    """Dates of a month by state; those to come are apart from those to fill in."""

    mois: dt.date
    etats: dict[str, int]

    @property
    def prevues(self) -> int:
        return sum(self.etats.values())

    @property
    def taux_tenue(self) -> float | None:
        """Of the dates that are past: the month is not over."""
        passees = self.prevues - self.etats[A_VENIR]
        return indicateurs.part(self.etats[TENUE], passees) if passees else None


@dataclass(frozen=True)
class Territoire:
    """EPCI of the département not yet covered this month; `rien`: nor will they be as planned."""

    total: int
    sans_permanence: list[str]
    rien: list[str]


@dataclass(frozen=True)
class Accueil:
    jour: dt.date
    postes: dict[str, Any]
    echeances: list[Echeance]
    contrats: list[int]
    conventions: dict[str, int]
    financements: dict[str, Any]
    versements_en_retard: int
    montant_en_retard: Decimal
    plan: PlanDuMois
    territoire: Territoire
    mois_a_declarer: dt.date
    non_declares: list[int]
    en_attente: int
    imports_manques: list[int]
    courriels_en_echec: int
    alertes: int
    coop: Echange
    mois: list[EtatMois]


def accueil_le(jour: dt.date) -> Accueil:
    """Everything the home says; a fixed number of queries, whatever the history."""
    mois = premier_du_mois(jour)
    precedent = mois_decale(mois, -1)
    postes = occupation(precedent, dernier_jour(mois))
    valeurs = Cible.objects.all().valeurs_le(jour)
    conventions = programme.conventions_en_vigueur(jour)
    plan = plan_entre(mois, dernier_jour(mois), postes=postes)
    completude = completude_par_poste(postes, precedent)
    retards = [e.versement.montant for e in echeances(jour) if e.en_retard]
    return Accueil(
        jour=jour,
        postes=programme.compte_des_postes(
            postes, jour, jour, sous_convention=set(conventions), valeurs=valeurs
        ),
        echeances=_echeances(postes, jour, conventions),
        contrats=list(contrats_qui_finissent(jour).values_list("pk", flat=True)),
        conventions=dict(Counter(Convention.objects.order_by().values_list("phase", flat=True))),
        financements=programme.financements(jour, valeurs.get("enveloppe")),
        versements_en_retard=len(retards),
        montant_en_retard=sum(retards, Decimal(0)),
        plan=plan_du_mois(plan, mois, jour),
        territoire=_territoire(plan, int(valeurs.get("seuil_jours_tenus", 1)), jour),
        mois_a_declarer=precedent,
        non_declares=[pk for pk, etat in completude.items() if etat == "manquant"],
        en_attente=Seance.objects.en_attente().count(),
        imports_manques=list(ImportFichier.objects.manques().values_list("pk", flat=True)),
        courriels_en_echec=Courriel.objects.en_echec().count(),
        alertes=alertes_recentes(timezone.now()).count(),
        coop=echange(),
        mois=[etat for etat in mois_du_programme() if etat.a_faire],
    )


def contrats_qui_finissent(jour: dt.date) -> QuerySet[Affectation]:
    """Affectations that end within ninety days and that the same person does not go on with."""
    suite = Affectation.objects.filter(
        poste=OuterRef("poste"),
        conseiller=OuterRef("conseiller"),
        date_debut=OuterRef("date_fin") + 1,
    )
    fin = jour + dt.timedelta(days=JOURS_FIN_DE_CONTRAT)
    return Affectation.objects.filter(~Exists(suite), date_fin__range=(jour, fin))


def _echeances(
    postes: dict[int, PosteOccupe], jour: dt.date, conventions: dict[int, Any]
) -> list[Echeance]:
    """Vacant postes lost within two months, or already; the first to go comes first."""
    bientot = jour_decale_de_mois(jour, MOIS_AVANT_RESTITUTION).isoformat()
    lignes = programme.lignes_des_postes(postes, jour, conventions)
    return sorted(
        (
            Echeance(
                ligne["numero"],
                dt.date.fromisoformat(ligne["vacant_depuis"]),
                dt.date.fromisoformat(ligne["limite_restitution"]),
            )
            for ligne in lignes
            if ligne["limite_restitution"] and ligne["limite_restitution"] <= bientot
        ),
        key=lambda e: (e.limite, e.numero),
    )


def etat_du_jour(occurrence: OccurrenceDuPlan, jour: dt.date) -> str:
    """As the plan says it, but a date to come is not « to fill in » yet."""
    if occurrence.etat == A_RENSEIGNER and occurrence.date > jour:
        return A_VENIR
    return occurrence.etat


def plan_du_mois(plan: list[OccurrenceDuPlan], mois: dt.date, jour: dt.date) -> PlanDuMois:
    compte = Counter(etat_du_jour(o, jour) for o in plan)
    return PlanDuMois(mois, {e: compte[e] for e in (TENUE, ANNULEE, A_RENSEIGNER, A_VENIR)})


def _territoire(plan: list[OccurrenceDuPlan], seuil: int, jour: dt.date) -> Territoire:
    """`couvert` is that of the report: enough days held (contrat/rapports.md, « Couverture »)."""
    lieux = read_lieux()
    tenus: dict[str, set[dt.date]] = {}
    possibles: dict[str, set[dt.date]] = {}
    for occurrence in plan:
        ligne = ligne_du_lieu(lieux[occurrence.lieu_id])
        if occurrence.etat == TENUE:
            tenus.setdefault(ligne, set()).add(occurrence.date)
        if occurrence.etat != ANNULEE and (occurrence.etat == TENUE or occurrence.date >= jour):
            possibles.setdefault(ligne, set()).add(occurrence.date)
    sirens = [epci.siren for epci in read_territoire().epcis]
    return Territoire(
        total=len(sirens),
        sans_permanence=[s for s in sirens if len(tenus.get(s, ())) < seuil],
        rien=[s for s in sirens if len(possibles.get(s, ())) < seuil],
    )


@dataclass(frozen=True)
class DateDuMois:
    """One planned date, its créneau and its state, for the list behind the home's figures."""

    occurrence: OccurrenceDuPlan
    creneau: Creneau
    etat: str

    @property
    def libelle(self) -> str:
        if self.etat == TENUE:
            return "Tenue sans visite" if self.occurrence.sans_visite else "Tenue"
        return {ANNULEE: "Annulée", A_RENSEIGNER: "À renseigner"}.get(self.etat, "À venir")

    @property
    def motif(self) -> str:
        return Motif(self.occurrence.motif).label if self.occurrence.motif else ""


def dates_du_mois(mois: dt.date, jour: dt.date) -> list[DateDuMois]:
    """Every date of the plan of a month, by date then hour; 6 queries."""
    dernier = dernier_jour(mois)
    creneaux = {
        c.pk: c for c in Creneau.objects.actif_entre(mois, dernier).select_related("lieu", "poste")
    }
    plan = plan_entre(mois, dernier, postes=occupation(mois, dernier), creneaux=creneaux.values())
    dates = [DateDuMois(o, creneaux[o.creneau_id], etat_du_jour(o, jour)) for o in plan]
    return sorted(dates, key=lambda d: (d.occurrence.date, d.creneau.heure_debut, d.creneau.code))


# --- A programme that begins -----------------------------------------------------------------


def premiers_pas() -> dict[str, int]:
    """{what has to be there: how many}, in the order in which it is entered; 1 query each."""
    modeles: tuple[type[Model], ...] = (
        Commune, Cible, Structure, Poste, Affectation, LieuAccueil, Creneau, Convention
    )  # fmt: skip
    return {modele._meta.model_name or "": modele._default_manager.count() for modele in modeles}
