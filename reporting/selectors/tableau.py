"""The postes × twelve months: who declared what. By number, never ranked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from conseillers.selectors import PosteOccupe, occupation
from permanences import calendrier
from permanences.enums import EtatCompletude, StatutMois
from permanences.models import CompletudeFigee, Mois
from permanences.models.mois import nom_du_mois
from permanences.selectors.mois import echeance_du_mois
from reporting.francais import mois_court
from reporting.selectors.completude import completudes, compte_de_completude

DECLARES = (EtatCompletude.A_L_HEURE, EtatCompletude.EN_RETARD)
ATTENDUS = (*DECLARES, EtatCompletude.MANQUANT)


@dataclass(frozen=True, slots=True)
class Case:
    """What a poste said of a month. `attendue`: not declared, and the due date is to come."""

    etat: EtatCompletude
    attendue: bool

    @property
    def classe(self) -> str:
        return "attendu" if self.attendue else self.etat.value

    @property
    def libelle(self) -> str:
        return "Attendu" if self.attendue else self.etat.label


@dataclass(frozen=True, slots=True)
class Colonne:
    """One month. `fige`: its states are those of its clôture, whatever was typed since."""

    premier_jour: dt.date
    clos: bool
    fige: bool
    echeance: dt.date
    compte: dict[str, int]

    @property
    def cle(self) -> str:
        return f"{self.premier_jour:%Y-%m}"

    @property
    def nom(self) -> str:
        return nom_du_mois(self.premier_jour)

    @property
    def court(self) -> str:
        return mois_court(self.cle)

    @property
    def declares(self) -> int:
        return sum(self.compte[etat] for etat in DECLARES)

    @property
    def attendus(self) -> int:
        """Postes of which a declaration is asked: neither vacant, nor excused, nor without."""
        return sum(self.compte[etat] for etat in ATTENDUS)

    @property
    def manquants(self) -> int:
        return self.compte[EtatCompletude.MANQUANT]

    @property
    def echue(self) -> bool:
        return self.echeance < timezone.localdate()


@dataclass(frozen=True, slots=True)
class Tableau:
    """`lignes`: each poste with its case of every month, None where it was not ours."""

    colonnes: list[Colonne]
    lignes: list[tuple[PosteOccupe, list[tuple[Colonne, Case | None]]]]


def tableau_des_mois(dernier: dt.date, *, part: str = "") -> Tableau:
    """The twelve months that end with `dernier`, newest first: the one to close is by the name.

    `part` alone if given. 4 queries.
    """
    mois = calendrier.douze_mois(dernier)[::-1]
    postes = occupation(mois[-1], calendrier.dernier_jour(mois[0]))
    if part:
        postes = {pk: poste for pk, poste in postes.items() if poste.part == part}
    etats = completudes(postes, mois)
    clos = dict(
        Mois.objects.filter(premier_jour__in=mois, statut=StatutMois.CLOS).values_list(
            "premier_jour", "version"
        )
    )
    figes = _figes(clos, set(postes))
    dits = {m: figes.get(m, etats[m]) for m in mois}
    colonnes = [_colonne(m, dits[m], m in clos, m in figes) for m in mois]
    lignes = [
        (poste, [(c, _case(c, dits[c.premier_jour].get(pk))) for c in colonnes])
        for pk, poste in postes.items()
    ]
    return Tableau(colonnes, [ligne for ligne in lignes if any(case for _, case in ligne[1])])


def _figes(clos: dict[dt.date, int], postes: set[int]) -> dict[dt.date, dict[int, str]]:
    """States kept by the clôture in force of each closed month; 1 query."""
    figes: dict[dt.date, dict[int, str]] = {}
    for mois, version, poste, etat in CompletudeFigee.objects.filter(
        mois__in=clos, poste__in=postes
    ).values_list("mois", "version", "poste_id", "etat"):
        if version == clos[mois]:
            figes.setdefault(mois, {})[poste] = etat
    return figes


def _colonne(mois: dt.date, etats: dict[int, str], clos: bool, fige: bool) -> Colonne:
    return Colonne(mois, clos, fige, echeance_du_mois(mois), compte_de_completude(etats))


def _case(colonne: Colonne, etat: str | None) -> Case | None:
    if etat is None:
        return None
    manque = etat == EtatCompletude.MANQUANT
    return Case(EtatCompletude(etat), attendue=manque and not colonne.echue and not colonne.clos)
