"""What an advisor's own pages show: the day, the form's choices, the séances."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from conseillers.models import Affectation, Utilisateur
from conseillers.selectors import PosteOccupe, occupation_of
from permanences import calendrier
from permanences.enums import Motif, Thematique
from permanences.models import Creneau, LieuAccueil, Mois, Seance
from permanences.models.mois import phrase_mois_clos, premier_du_mois
from permanences.selectors.mode_saisie import coop_depuis
from permanences.selectors.plan import (
    A_RENSEIGNER,
    ANNULEE,
    TENUE,
    OccurrenceDuPlan,
    plan_entre,
)
from territoires.text import sort_key

RECENTES = 200
EN_ATTENTE, HORS_DELAI = "en_attente", "hors_delai"
FOIS_HABITUELLE = 5  # La Coop's own rule for its « durées fréquentes »


@dataclass(frozen=True)
class Totaux:
    seances: int = 0
    participations: int = 0
    minutes: int = 0


@dataclass(frozen=True)
class CreneauDuJour:
    """A créneau on one of its dates, seen on `ce_jour`. `declaree`: someone said so, by hand."""

    creneau: Creneau
    date: dt.date
    etat: str
    motif: str
    participations: int
    seances: int
    declaree: bool
    ce_jour: dt.date

    @property
    def a_venir(self) -> bool:
        return self.date > self.ce_jour

    @property
    def a_renseigner(self) -> bool:
        return self.etat == A_RENSEIGNER and not self.a_venir

    @property
    def annulee(self) -> bool:
        return self.etat == ANNULEE

    @property
    def libelle(self) -> str:
        if self.annulee:
            return f"Annulée\u202f: {Motif(self.motif).label.lower()}"
        if self.etat == TENUE:
            return "Tenue" if self.seances else "Tenue sans visite"
        return "Prévue" if self.a_venir else "À renseigner"

    @property
    def ton(self) -> str:
        """Class of the badge; the words say the same without colour."""
        if self.annulee:
            return "grave"
        return "bon" if self.etat == TENUE else "" if self.a_venir else "attente"


@dataclass(frozen=True)
class Journee:
    jour: dt.date
    affectations: list[Affectation]
    ferie: str
    absent: bool
    creneaux: list[CreneauDuJour]
    seances: list[Seance]
    clos: str
    # Since when the séances of that day come from La Coop; None: they are typed here.
    coop_depuis: dt.date | None

    @property
    def a_placer(self) -> int:
        """Séances without a créneau, where one of that day waits to be told."""
        attendus = {c.creneau.lieu_id for c in self.creneaux if c.etat == A_RENSEIGNER}
        return sum(s.creneau_id is None and s.lieu_id in attendus for s in self.seances)

    @property
    def totaux(self) -> Totaux:
        return Totaux(
            len(self.seances),
            sum(s.nb_participants for s in self.seances),
            sum(s.duree for s in self.seances),
        )


def affectations_entre(
    utilisateur: Utilisateur, premier: dt.date, dernier: dt.date
) -> list[Affectation]:
    """Own affectations that touch the period, the poste's employer at hand."""
    return list(
        Affectation.objects.visible_to(utilisateur)
        .actif_entre(premier, dernier)
        .select_related("poste__structure")
        .order_by("date_debut", "pk")
    )


def clos_le(jour: dt.date) -> str:
    """The one sentence of a closed month, or empty."""
    mois = Mois.objects.clos().filter(premier_jour=premier_du_mois(jour)).first()
    return phrase_mois_clos(jour, mois.clos_le) if mois else ""


def seances_of(utilisateur: Utilisateur) -> QuerySet[Seance]:
    return Seance.objects.visible_to(utilisateur).select_related("lieu", "commune")


def journee_of(utilisateur: Utilisateur, jour: dt.date, ce_jour: dt.date | None = None) -> Journee:
    """A day of the advisor, as it reads on `ce_jour` (today, unless it is said)."""
    ce_jour = ce_jour or timezone.localdate()
    avec_source = Affectation.objects.annotate(coop_depuis=coop_depuis(jour))
    affectations, postes = occupation_of(utilisateur, jour, jour, avec_source)
    seances = list(seances_of(utilisateur).filter(date=jour).order_by("cree_le", "pk"))
    return Journee(
        jour=jour,
        affectations=affectations,
        ferie=calendrier.jours_feries(jour.year, settings.DEPARTEMENT).get(jour, ""),
        absent=bool(postes) and all(poste.tous_absents(jour) for poste in postes.values()),
        creneaux=_creneaux_du_jour(postes, jour, seances, ce_jour),
        seances=seances,
        clos=clos_le(jour),
        coop_depuis=next((getattr(a, "coop_depuis", None) for a in affectations), None),
    )


def creneaux_des_postes(
    postes: Iterable[int], premier: dt.date, dernier: dt.date
) -> dict[int, Creneau]:
    """{pk: créneau} of these postes in force during the period, by hour."""
    return {
        c.pk: c
        for c in Creneau.objects.filter(poste__in=postes)
        .actif_entre(premier, dernier)
        .select_related("lieu")
        .order_by("heure_debut", "code")
    }


def _creneaux_du_jour(
    postes: dict[int, PosteOccupe], jour: dt.date, seances: list[Seance], ce_jour: dt.date
) -> list[CreneauDuJour]:
    if not postes:
        return []
    creneaux = creneaux_des_postes(postes, jour, jour)
    nombre = Counter(s.creneau_id for s in seances)
    return [
        creneau_du_jour(creneaux[o.creneau_id], o, nombre, ce_jour)
        for o in plan_entre(jour, jour, postes=postes, creneaux=creneaux.values())
    ]


def creneau_du_jour(
    creneau: Creneau, occurrence: OccurrenceDuPlan, nombre: Counter, ce_jour: dt.date
) -> CreneauDuJour:
    return CreneauDuJour(
        creneau=creneau,
        date=occurrence.date,
        etat=occurrence.etat,
        motif=occurrence.motif,
        participations=occurrence.participations,
        seances=nombre[creneau.pk],
        declaree=occurrence.declaree,
        ce_jour=ce_jour,
    )


# --- The form's choices --------------------------------------------------------------------


@dataclass(frozen=True)
class Habitudes:
    """What one's own last séances say: the most used first; `lieux`: where they were."""

    thematiques: list[str]
    durees: list[int]
    lieux: set[int]


def habitudes_of(utilisateur: Utilisateur) -> Habitudes:
    """1 query. A duration counts when it was used more than five times of late."""
    recentes = list(
        Seance.objects.visible_to(utilisateur)
        .order_by("-date", "-pk")[:RECENTES]
        .values_list("thematiques", "duree", "lieu")
    )
    themes = Counter(t for thematiques, _, _ in recentes for t in thematiques)
    durees = Counter(duree for _, duree, _ in recentes)
    return Habitudes(
        thematiques=[t for t, _ in sorted(themes.items(), key=_le_plus)],
        durees=[d for d, n in sorted(durees.items(), key=_le_plus) if n > FOIS_HABITUELLE],
        lieux={lieu for _, _, lieu in recentes if lieu},
    )


def _le_plus(compte: tuple[Any, int]) -> tuple[int, Any]:
    valeur, fois = compte
    return -fois, valeur


def creneaux_of(utilisateur: Utilisateur) -> list[Creneau]:
    """Own créneaux, those of the past too; 1 query."""
    return list(
        Creneau.objects.visible_to(utilisateur)
        .select_related("lieu")
        .order_by("lieu__nom", "heure_debut", "code")
    )


def creneaux_du_jour(
    utilisateur: Utilisateur, jour: dt.date, parmi: list[Creneau]
) -> list[CreneauDuJour]:
    """Those of `parmi` (from `creneaux_of`) that take place that day at a poste held then."""
    ceux_du_jour = [c for c in parmi if c.a_lieu_le(jour)]
    if not ceux_du_jour:
        return []
    _, postes = occupation_of(utilisateur, jour, jour)
    creneaux = {c.pk: c for c in ceux_du_jour if c.poste_id in postes}
    return [
        creneau_du_jour(creneaux[o.creneau_id], o, Counter(), jour)
        for o in plan_entre(jour, jour, postes=postes, creneaux=creneaux.values())
    ]


def lieux_habituels(utilisateur: Utilisateur) -> set[int]:
    """Lieux of own créneaux and of own recent séances."""
    return {c.lieu_id for c in creneaux_of(utilisateur)} | habitudes_of(utilisateur).lieux


def lieux_ouverts(utilisateur: Utilisateur, garde: int | None = None) -> QuerySet[LieuAccueil]:
    """Lieux open to the programme, and `garde` whatever became of it."""
    return (
        LieuAccueil.objects.visible_to(utilisateur)
        .filter(Q(actif=True) | Q(pk=garde))
        .select_related("commune")
        .order_by("commune__nom_tri", "nom", "pk")
    )


# --- « Mes séances » -----------------------------------------------------------------------


def mois_saisis(utilisateur: Utilisateur) -> list[dt.date]:
    """First days of the months of own séances, the latest first."""
    return list(Seance.objects.visible_to(utilisateur).dates("date", "month", order="DESC"))


def search_seances(
    utilisateur: Utilisateur,
    *,
    texte: str = "",
    mois: dt.date | None = None,
    du: dt.date | None = None,
    au: dt.date | None = None,
    etat: str = "",
) -> QuerySet[Seance]:
    """Own séances, the latest first; `texte` is looked for in the place, title and themes."""
    seances = seances_of(utilisateur).order_by("-date", "-cree_le", "-pk")
    if mois:
        seances = seances.filter(date__gte=mois, date__lte=calendrier.dernier_jour(mois))
    if du:
        seances = seances.filter(date__gte=du)
    if au:
        seances = seances.filter(date__lte=au)
    if etat == EN_ATTENTE:
        seances = seances.filter(poste__isnull=True)
    if etat == HORS_DELAI:
        seances = seances.filter(hors_delai=True)
    if texte:
        seances = seances.filter(_nomme(texte))
    return seances


def _nomme(texte: str) -> Q:
    cle = sort_key(texte)
    themes = [t.value for t in Thematique if cle and cle in sort_key(t.label)]
    nomme = Q(lieu__nom__icontains=texte) | Q(titre__icontains=texte)
    if cle:
        nomme |= Q(commune__nom_tri__contains=cle)
    if themes:
        nomme |= Q(thematiques__overlap=themes)
    return nomme


SOMMES = {"seances": Count("pk"), "participations": Sum("nb_participants"), "minutes": Sum("duree")}


def totaux_of(seances: QuerySet[Seance]) -> Totaux:
    return totaux_from(seances.order_by().aggregate(**SOMMES))


def totaux_from(sommes: dict[str, int | None]) -> Totaux:
    return Totaux(**{nom: sommes[nom] or 0 for nom in SOMMES})


def mois_clos_parmi(seances: Iterable[Seance]) -> set[dt.date]:
    """First days of the closed months that these séances belong to."""
    mois = {premier_du_mois(s.date) for s in seances}
    return set(
        Mois.objects.clos().filter(premier_jour__in=mois).values_list("premier_jour", flat=True)
    )
