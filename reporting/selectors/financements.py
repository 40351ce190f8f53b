"""The money read by the Département: synthesis, forecast, postes that leave their convention.

Figures of the day are those of the reports (`selectors.programme`), asked for today.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from conseillers.enums import Part, Phase
from conseillers.models import Poste
from conseillers.selectors import (
    CoutsConnus,
    Echeance,
    PosteOccupe,
    Suivi,
    couts_connus,
    couvertures,
    occupation,
)
from conseillers.selectors.financements import Couverture, total_of
from permanences import calendrier
from reporting.models import Cible
from reporting.selectors import programme

UN_JOUR = dt.timedelta(days=1)
ZERO = Decimal(0)
MOIS_DU_TRIMESTRE = 3


@dataclass(slots=True)
class Budget:
    """Money of one phase, whole or of one part."""

    phase: Phase
    part: Part | None
    conventionne: Decimal
    verse: Decimal
    reste_a_verser: Decimal
    recu: Decimal
    reverse: Decimal
    attendu: Decimal
    # Of a few conventions: more is planned than is left to be paid.
    trop_attendu: Decimal

    @property
    def sans_echeance(self) -> Decimal:
        return self.reste_a_verser - self.attendu + self.trop_attendu


def enveloppe_le(jour: dt.date) -> Decimal | None:
    return Cible.objects.all().valeurs_le(jour).get("enveloppe")


def synthese(suivis: list[Suivi]) -> list[tuple[Budget, list[Budget]]]:
    """By phase, never added together: the whole, then each part."""
    resultat = []
    for phase in Phase:
        siens = [s for s in suivis if s.convention.phase == phase]
        parts = [_budget(phase, part, [s for s in siens if s.part == part]) for part in Part]
        resultat.append((_budget(phase, None, siens), parts))
    return resultat


def _budget(phase: Phase, part: Part | None, suivis: list[Suivi]) -> Budget:
    somme = total_of(suivis)
    return Budget(
        phase=phase,
        part=part,
        conventionne=somme.conventionne,
        verse=somme.verse,
        reste_a_verser=somme.reste_a_verser,
        recu=somme.recu,
        reverse=somme.reverse,
        attendu=sum((s.attendu for s in suivis), ZERO),
        trop_attendu=sum((max(-s.sans_echeance, ZERO) for s in suivis), ZERO),
    )


# --- By quarter ------------------------------------------------------------------------------


def premier_du_trimestre(jour: dt.date) -> dt.date:
    return dt.date(jour.year, jour.month - (jour.month - 1) % MOIS_DU_TRIMESTRE, 1)


def dernier_du_trimestre(premier: dt.date) -> dt.date:
    return calendrier.mois_decale(premier, MOIS_DU_TRIMESTRE) - UN_JOUR


def trimestres(premier: dt.date, dernier: dt.date) -> list[dt.date]:
    """First day of every quarter that [premier, dernier] touches."""
    debut = premier_du_trimestre(premier)
    return calendrier.mois_entre(debut, dernier)[::MOIS_DU_TRIMESTRE]


@dataclass(slots=True)
class Trimestre:
    """What is expected in a quarter; `premier` is None for what is late already."""

    premier: dt.date | None
    attendus: dict[Phase, Decimal] = field(default_factory=lambda: dict.fromkeys(Phase, ZERO))

    @property
    def total(self) -> Decimal:
        return sum(self.attendus.values(), ZERO)


def prevision(attendues: Iterable[Echeance], jour: dt.date, fin: dt.date) -> list[Trimestre]:
    """Expected instalments per quarter and phase, from today's to `fin`'s or the last one.

    Late ones come first, on a line of their own: nobody knows when they will be paid.
    """
    attendues = list(attendues)
    prevues = [e.versement.date_prevue for e in attendues]
    lignes = {t: Trimestre(t) for t in trimestres(jour, max([fin, jour, *prevues]))}
    retard = Trimestre(None)
    for echeance in attendues:
        ligne = (
            retard
            if echeance.en_retard
            else lignes[premier_du_trimestre(echeance.versement.date_prevue)]
        )
        ligne.attendus[Phase(echeance.versement.convention.phase)] += echeance.versement.montant
    return [*([retard] if retard.total else []), *lignes.values()]


# --- Postes and their conventions --------------------------------------------------------------


@dataclass(slots=True)
class FinDePoste:
    """A poste and the day from which no convention pays for it."""

    poste: PosteOccupe
    etat: str
    couvertures: list[Couverture]
    derniere: Couverture | None
    sort_le: dt.date | None
    cout_annuel: Decimal | None

    def hors_convention(self, jour: dt.date) -> bool:
        """Occupied, and no convention pays for it that day."""
        return self.etat == "pourvu" and not any(c.couvre(jour) for c in self.couvertures)


def fins_des_postes(jour: dt.date) -> list[FinDePoste]:
    """One line per poste that is ours, those without a convention first; 6 queries."""
    postes = occupation(jour, jour)
    structures = dict(Poste.objects.values_list("pk", "structure_id"))
    paye, couts = couvertures(), couts_connus()
    lignes = [
        _fin(poste, paye.get(pk, []), jour, couts, structures[pk])
        for pk, poste in postes.items()
        if programme.etat_du_poste(poste, jour) in ("pourvu", "vacant")
    ]
    return sorted(lignes, key=lambda ligne: (ligne.sort_le or dt.date.min, ligne.poste.numero))


def _fin(
    poste: PosteOccupe, siennes: list[Couverture], jour: dt.date, couts: CoutsConnus, structure: int
) -> FinDePoste:
    etat = programme.etat_du_poste(poste, jour)
    # A convention signed ahead of time counts; the days between two are not looked at.
    a_venir = [c for c in siennes if c.fin >= jour]
    derniere = max(a_venir or siennes, key=lambda c: c.fin, default=None)
    return FinDePoste(
        poste=poste,
        etat=etat,
        couvertures=siennes,
        derniere=derniere,
        sort_le=derniere.fin + UN_JOUR if derniere and a_venir else None,
        cout_annuel=couts.annuel(poste.pk, structure, jour),
    )


@dataclass(slots=True)
class SortiesDuTrimestre:
    premier: dt.date
    sortent: list[FinDePoste]
    hors_convention: int


def sorties_par_trimestre(fins: list[FinDePoste], jour: dt.date) -> list[SortiesDuTrimestre]:
    """Occupied postes that leave their convention, and how many are out at the quarter’s end.

    A poste that is occupied today is taken to stay so.
    """
    pourvus = [f for f in fins if f.etat == "pourvu"]
    dates = [f.sort_le for f in pourvus if f.sort_le]
    par_trimestre: dict[dt.date, list[FinDePoste]] = defaultdict(list)
    for ligne in pourvus:
        if ligne.sort_le:
            par_trimestre[premier_du_trimestre(ligne.sort_le)].append(ligne)
    return [
        SortiesDuTrimestre(
            premier=premier,
            sortent=par_trimestre[premier],
            hors_convention=sum(f.hors_convention(dernier_du_trimestre(premier)) for f in pourvus),
        )
        for premier in trimestres(jour, max(dates, default=jour))
    ]


# --- Vacancies -------------------------------------------------------------------------------


@dataclass(slots=True)
class Vacance:
    """A vacant poste, as the report prints it, with the days left before restitution."""

    numero: int
    employeur: str
    part: Part
    depuis: dt.date
    fin_convention: dt.date | None
    limite: dt.date | None
    jours: int
    jours_restants: int | None

    @property
    def depassee(self) -> bool:
        return self.jours_restants is not None and self.jours_restants < 0


def vacances(jour: dt.date) -> list[Vacance]:
    """The report's own lines of vacant postes, the nearest limit first; 6 queries."""
    conventions = programme.conventions_en_vigueur(jour)
    lignes = programme.lignes_des_postes(occupation(jour, jour), jour, conventions)
    vues = [_vacance(ligne, jour) for ligne in lignes if ligne["etat"] == "vacant"]
    return sorted(vues, key=lambda v: (v.limite is None, v.limite or v.depuis, v.numero))


def _vacance(ligne: dict[str, Any], jour: dt.date) -> Vacance:
    depuis = dt.date.fromisoformat(ligne["vacant_depuis"])
    limite = _jour(ligne["limite_restitution"])
    return Vacance(
        numero=ligne["numero"],
        employeur=ligne["employeur"],
        part=Part(ligne["part"]),
        depuis=depuis,
        fin_convention=_jour(ligne["fin_convention"]),
        limite=limite,
        jours=(jour - depuis).days,
        jours_restants=(limite - jour).days if limite else None,
    )


def _jour(iso: str | None) -> dt.date | None:
    return dt.date.fromisoformat(iso) if iso else None
