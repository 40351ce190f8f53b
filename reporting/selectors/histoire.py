"""The story of a poste: who held it, who paid for it, what it did, what is due.

For the Département's own screens: a name and an activity are side by side here, never in a report.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from conseillers.enums import Sens
from conseillers.models import Absence, Affectation, ConventionLigne, Poste, Versement
from conseillers.selectors import PosteOccupe, occupation, vacant_depuis
from permanences import calendrier
from permanences.models import Creneau, Declaration, Mois, Seance
from permanences.models.mois import nom_du_mois, premier_du_mois
from permanences.selectors.plan import plan_entre
from reporting.selectors import programme
from reporting.selectors.accueil import JOURS_FIN_DE_CONTRAT, etat_du_jour
from territoires.typographie import format_euros

UN_JOUR = dt.timedelta(days=1)
MOIS_MONTRES = 12
ETATS = {"pourvu": "Pourvu", "vacant": "Vacant", "rendu": "Rendu", "a_venir": "À venir"}


@dataclass(frozen=True)
class Resume:
    """The poste on `jour`, in the words of the reports."""

    jour: dt.date
    etat: str
    titulaires: list[Affectation]
    arrivees: list[Affectation]
    convention: programme.LigneEnVigueur | None
    vacant_depuis: dt.date | None
    limite: dt.date | None

    @property
    def libelle(self) -> str:
        return ETATS[self.etat]

    @property
    def depart_attendu(self) -> bool:
        """Somebody holds it, and whoever does leaves soon: the next act is another's arrival."""
        bientot = self.jour + dt.timedelta(days=JOURS_FIN_DE_CONTRAT)
        fins = [affectation.date_fin for affectation in self.titulaires]
        return bool(fins) and all(fin is not None and fin <= bientot for fin in fins)


@dataclass(frozen=True)
class Evenement:
    date: dt.date
    phrase: str
    a_venir: bool


@dataclass(frozen=True)
class Echeance:
    """Something due: a paper, a decision, an instalment. `depassee`: its day is past."""

    date: dt.date
    phrase: str
    depassee: bool


@dataclass(frozen=True)
class MoisDActivite:
    mois: dt.date
    etats: dict[str, int]
    seances: int
    participations: int
    declare_le: dt.date | None
    clos: bool

    @property
    def nom(self) -> str:
        return nom_du_mois(self.mois)

    @property
    def prevues(self) -> int:
        return sum(self.etats.values())


@dataclass(frozen=True)
class Financement:
    """A convention as this poste sees it: its own lines, and the instalments of the whole."""

    lignes: list[ConventionLigne]
    versements: list[Versement]

    @property
    def convention(self) -> object:
        return self.lignes[0].convention

    @property
    def total(self) -> str:
        return format_euros(
            sum((ligne.montant + ligne.bonification for ligne in self.lignes), Decimal(0))
        )


@dataclass(frozen=True)
class Histoire:
    poste: Poste
    resume: Resume
    affectations: list[Affectation]
    absences: list[Absence]
    financements: list[Financement]
    creneaux: list[Creneau]
    activite: list[MoisDActivite]
    evenements: list[Evenement] = field(default_factory=list)
    echeances: list[Echeance] = field(default_factory=list)


def histoire_of(poste: Poste) -> Histoire:
    """16 queries, whatever the history."""
    jour = timezone.localdate()
    premier = calendrier.mois_decale(premier_du_mois(jour), 1 - MOIS_MONTRES)
    occupe = occupation(premier, calendrier.dernier_jour(jour), parmi=[poste.pk])[poste.pk]
    histoire = Histoire(
        poste=poste,
        resume=_resume(poste, occupe, jour),
        affectations=list(poste.affectations.select_related("conseiller").order_by("-date_debut")),
        absences=list(poste.absences.select_related("conseiller")),
        financements=_financements(poste),
        creneaux=list(
            poste.creneaux.select_related("lieu__commune").order_by("-date_debut", "code")
        ),
        activite=_activite(poste, occupe, premier, jour),
    )
    histoire.evenements.extend(
        sorted(_evenements(histoire, jour), key=lambda e: e.date, reverse=True)
    )
    histoire.echeances.extend(sorted(_echeances(histoire, jour), key=lambda e: e.date))
    return histoire


def resume_of(poste: Poste) -> Resume:
    """The poste today; 6 queries."""
    jour = timezone.localdate()
    return _resume(poste, occupation(jour, jour, parmi=[poste.pk])[poste.pk], jour)


def _resume(poste: Poste, occupe: PosteOccupe, jour: dt.date) -> Resume:
    etat = programme.etat_du_poste(occupe, jour)
    convention = programme.conventions_en_vigueur(jour).get(poste.pk)
    vacance = vacant_depuis([occupe], jour)[poste.pk] if etat == "vacant" else None
    affectations = poste.affectations.select_related("conseiller")
    return Resume(
        jour=jour,
        etat=etat,
        titulaires=list(affectations.actif_le(jour)) if etat == "pourvu" else [],
        arrivees=list(affectations.filter(date_debut__gt=jour)),
        convention=convention,
        vacant_depuis=vacance,
        limite=programme.limite_restitution(vacance, convention),
    )


def _financements(poste: Poste) -> list[Financement]:
    """The newest convention first; 2 queries."""
    lignes: dict[int, list[ConventionLigne]] = {}
    for ligne in (
        ConventionLigne.objects.filter(poste=poste)
        .select_related("convention__structure")
        .order_by("-convention__date_debut", "convention", "date_effet")
    ):
        lignes.setdefault(ligne.convention_id, []).append(ligne)
    versements: dict[int, list[Versement]] = {pk: [] for pk in lignes}
    for versement in Versement.objects.filter(convention__in=lignes).order_by("convention", "rang"):
        versements[versement.convention_id].append(versement)
    return [Financement(lignes[pk], versements[pk]) for pk in lignes]


def _activite(
    poste: Poste, occupe: PosteOccupe, premier: dt.date, jour: dt.date
) -> list[MoisDActivite]:
    """The last twelve months, the current one first; 7 queries."""
    dernier = calendrier.dernier_jour(jour)
    creneaux = list(Creneau.objects.filter(poste=poste).actif_entre(premier, dernier))
    etats: dict[dt.date, Counter[str]] = {}
    for o in plan_entre(premier, dernier, postes={poste.pk: occupe}, creneaux=creneaux):
        etats.setdefault(premier_du_mois(o.date), Counter())[etat_du_jour(o, jour)] += 1
    seances: dict[dt.date, tuple[int, int]] = {
        ligne["m"]: (ligne["n"], ligne["p"])
        for ligne in Seance.objects.comptees()
        .filter(poste=poste)
        .entre(premier, dernier)
        .order_by()
        .values(m=TruncMonth("date"))
        .annotate(n=Count("pk"), p=Sum("nb_participants"))
    }
    declarees = dict(Declaration.objects.filter(poste=poste).values_list("mois", "faite_le"))
    clos = set(Mois.objects.clos().values_list("premier_jour", flat=True))
    return [
        MoisDActivite(
            mois=mois,
            etats={
                e: etats.get(mois, Counter())[e]
                for e in ("tenue", "annulee", "a_renseigner", "a_venir")
            },
            seances=seances.get(mois, (0, 0))[0],
            participations=seances.get(mois, (0, 0))[1],
            declare_le=declarees.get(mois),
            clos=mois in clos,
        )
        for mois in reversed(calendrier.mois_entre(premier, jour))
    ]


# --- The line of time ------------------------------------------------------------------------


def _evenements(histoire: Histoire, jour: dt.date) -> Iterator[Evenement]:
    faits = [
        *_faits_du_poste(histoire.poste),
        *_faits_des_personnes(histoire.affectations),
        *_faits_de_l_argent(histoire.financements),
    ]
    return (Evenement(date, phrase, date > jour) for date, phrase in faits)


def _faits_du_poste(poste: Poste) -> Iterator[tuple[dt.date, str]]:
    yield poste.date_attribution, f"Poste attribué à {poste.structure}"
    if poste.date_rendu:
        yield poste.date_rendu, "Poste rendu"


def _faits_des_personnes(affectations: list[Affectation]) -> Iterator[tuple[dt.date, str]]:
    """Arrivals, departures; a part time that changes is one line, not a departure."""
    par_date = sorted(affectations, key=lambda a: (a.conseiller_id, a.date_debut))
    suites = {b.pk: a for a, b in pairwise(par_date) if follows(a, b)}
    remplacees = {a.pk for a in suites.values()}
    for a in affectations:
        avant = suites.get(a.pk)
        if avant is not None:
            yield a.date_debut, f"{a.conseiller} passe de {avant.quotite} à {a.quotite} %"
        else:
            role = f", {a.get_role_display().lower()}" if a.role != "principale" else ""
            yield (
                a.date_debut,
                f"Arrivée de {a.conseiller} ({a.get_type_contrat_display()}, {a.quotite} %{role})",
            )
        if a.date_fin and a.pk not in remplacees:
            yield a.date_fin, f"Dernier jour de {a.conseiller}"


def follows(avant: Affectation, apres: Affectation) -> bool:
    """The same person goes on at the same poste the very next day."""
    return (
        avant.conseiller_id == apres.conseiller_id
        and avant.poste_id == apres.poste_id
        and avant.date_fin is not None
        and avant.date_fin + UN_JOUR == apres.date_debut
    )


def _faits_de_l_argent(financements: list[Financement]) -> Iterator[tuple[dt.date, str]]:
    for financement in financements:
        premiere, *avenants = financement.lignes
        convention = premiere.convention
        montant = format_euros(premiere.montant + premiere.bonification)
        yield premiere.date_effet, f"Convention {convention} ({convention.phase}) : {montant}"
        for ligne in avenants:
            montant = format_euros(ligne.montant + ligne.bonification)
            yield ligne.date_effet, f"Avenant à la convention {convention} : {montant}"
        yield convention.date_fin, f"Fin de la convention {convention}"
        if convention.date_solde:
            yield convention.date_solde, f"Convention {convention} soldée"
        for versement in financement.versements:
            if versement.date_recue:
                rendu = versement.sens == Sens.REVERSEMENT
                verbe = "Reversement fait" if rendu else "Versement reçu"
                yield (
                    versement.date_recue,
                    f"{verbe} pour la convention {convention} : {format_euros(versement.montant)}",
                )


# --- What is due -----------------------------------------------------------------------------


def _echeances(histoire: Histoire, jour: dt.date) -> Iterator[Echeance]:
    resume = histoire.resume
    if resume.limite:
        yield Echeance(
            resume.limite,
            "Restitution du poste, s’il est encore vacant ce jour-là (six mois de vacance)",
            resume.limite < jour,
        )
    for affectation in resume.titulaires:
        if affectation.date_fin:
            quoi = f"Fin des fonctions de {affectation.conseiller}"
            yield Echeance(affectation.date_fin, quoi, False)
    if histoire.poste.date_rendu is None or histoire.poste.date_rendu > jour:
        yield from _echeances_de_l_argent(histoire.financements, jour)


def _echeances_de_l_argent(financements: list[Financement], jour: dt.date) -> Iterator[Echeance]:
    for financement in financements:
        convention = financement.lignes[0].convention
        if convention.date_solde and convention.date_solde <= jour:
            continue
        if convention.date_fin >= jour:
            yield Echeance(convention.date_fin, f"Fin de la convention {convention}", False)
        else:
            quoi = f"Solde de la convention {convention} à demander, pièces à l’appui"
            yield Echeance(convention.date_fin, quoi, True)
        for versement in financement.versements:
            if versement.date_recue is None:
                quoi = f"{versement} : {format_euros(versement.montant)}"
                yield Echeance(versement.date_prevue, quoi, versement.date_prevue < jour)
