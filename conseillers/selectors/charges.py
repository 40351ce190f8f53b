"""What the postes cost their employers over a year, beside what the State brings.

reste à charge = coût − part de l’État, for a civil year:

- coût: for each day on which the poste is occupied, the yearly cost in force that day (the
  poste’s own, else its structure’s) divided by the days of that year; to come, a poste that is
  occupied today is taken to stay so;
- part de l’État: each line of a convention (amount and bonification) in equal days from its
  date of effect to the end of the convention: the days of that year over all of them. The
  conventioned amount, whether it has been received yet or not.

Cents of a line are shared without loss: the years of a line add up to the line.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from conseillers.enums import Part
from conseillers.models import ConventionLigne, CoutPoste, Poste
from conseillers.selectors.occupation import PosteOccupe, jours, occupation

CENTIME = Decimal("0.01")
ZERO = Decimal(0)
UN_JOUR = dt.timedelta(days=1)
Couts = dict[int, list[tuple[dt.date, Decimal]]]


def _arrondi(montant: Decimal) -> Decimal:
    return montant.quantize(CENTIME, ROUND_HALF_UP)


def part_de_la_ligne(
    montant: Decimal, effet: dt.date, fin: dt.date, premier: dt.date, dernier: dt.date
) -> Decimal:
    """What of `montant`, spread evenly over [effet, fin], falls in [premier, dernier]."""
    total = (fin - effet).days + 1
    if total <= 0:
        # Takes effect when the convention is over: it belongs to that one day.
        return montant if premier <= effet <= dernier else ZERO

    def cumul(jour: dt.date) -> Decimal:
        ecoules = min(max((jour - effet).days + 1, 0), total)
        return _arrondi(montant * ecoules / total)

    return cumul(dernier) - cumul(premier - UN_JOUR)


@dataclass(slots=True)
class CoutsConnus:
    """Dated yearly costs, of a poste or of its structure."""

    postes: Couts
    structures: Couts

    def annuel(self, poste: int, structure: int, jour: dt.date) -> Decimal | None:
        """The yearly cost in force on `jour`; None when nobody gave one."""
        for depuis, montant in self.postes.get(poste, []):
            if depuis <= jour:
                return montant
        for depuis, montant in self.structures.get(structure, []):
            if depuis <= jour:
                return montant
        return None


def couts_connus() -> CoutsConnus:
    """Every cost, the latest first; 1 query."""
    postes: Couts = defaultdict(list)
    structures: Couts = defaultdict(list)
    for poste, structure, depuis, montant in CoutPoste.objects.order_by("-depuis").values_list(
        "poste_id", "structure_id", "depuis", "montant_annuel"
    ):
        if poste is not None:
            postes[poste].append((depuis, montant))
        elif structure is not None:
            structures[structure].append((depuis, montant))
    return CoutsConnus(postes, structures)


@dataclass(slots=True)
class Charge:
    """One poste over a civil year; `cout` is None when it is not known for every day."""

    numero: int
    employeur: str
    part: Part
    jours_occupes: int
    cout: Decimal | None
    part_etat: Decimal

    @property
    def reste_a_charge(self) -> Decimal | None:
        return None if self.cout is None else self.cout - self.part_etat


@dataclass(slots=True)
class ChargeDePart:
    """Sum of the postes whose cost is known; the others are counted apart."""

    postes: int = 0
    sans_cout: int = 0
    cout: Decimal = ZERO
    part_etat: Decimal = ZERO

    @property
    def reste_a_charge(self) -> Decimal:
        return self.cout - self.part_etat

    def add(self, charge: Charge) -> None:
        self.postes += 1
        if charge.cout is None:
            self.sans_cout += 1
        else:
            self.cout += charge.cout
            self.part_etat += charge.part_etat


def charges_par_annee(annees: list[int], aujourd_hui: dt.date) -> dict[int, list[Charge]]:
    """{year: one line per poste that is ours that year or that the State pays}; 6 queries."""
    premier, dernier = dt.date(min(annees), 1, 1), dt.date(max(annees), 12, 31)
    postes = occupation(min(premier, aujourd_hui), max(dernier, aujourd_hui))
    structures = dict(Poste.objects.values_list("pk", "structure_id"))
    couts, lignes = couts_connus(), _lignes()
    return {
        annee: [
            charge
            for poste in postes.values()
            if (
                charge := _charge(
                    poste, structures[poste.pk], annee, aujourd_hui, couts, lignes[poste.pk]
                )
            )
        ]
        for annee in annees
    }


def par_part(charges: list[Charge]) -> dict[Part, ChargeDePart]:
    sommes = {part: ChargeDePart() for part in Part}
    for charge in charges:
        sommes[charge.part].add(charge)
    return sommes


Ligne = tuple[Decimal, dt.date, dt.date]


def _lignes() -> dict[int, list[Ligne]]:
    """{poste: (amount, first day, last day) of each of its lines}; 1 query."""
    par_poste: dict[int, list[Ligne]] = defaultdict(list)
    for poste, montant, bonification, effet, debut, fin in ConventionLigne.objects.values_list(
        "poste_id", "montant", "bonification", "date_effet",
        "convention__date_debut", "convention__date_fin",
    ):  # fmt: skip
        par_poste[poste].append((montant + bonification, max(effet, debut), fin))
    return par_poste


def _charge(
    poste: PosteOccupe,
    structure: int,
    annee: int,
    aujourd_hui: dt.date,
    couts: CoutsConnus,
    lignes: list[Ligne],
) -> Charge | None:
    premier, dernier = dt.date(annee, 1, 1), dt.date(annee, 12, 31)
    occupes = [j for j in jours(premier, dernier) if _occupe(poste, j, aujourd_hui)]
    etat = sum(
        (part_de_la_ligne(m, effet, fin, premier, dernier) for m, effet, fin in lignes), ZERO
    )
    if not etat and not any(map(poste.est_attribue, (premier, dernier))) and not occupes:
        return None
    return Charge(
        numero=poste.numero,
        employeur=poste.employeur,
        part=poste.part,
        jours_occupes=len(occupes),
        cout=_cout(poste.pk, structure, occupes, couts, (dernier - premier).days + 1),
        part_etat=etat,
    )


def _occupe(poste: PosteOccupe, jour: dt.date, aujourd_hui: dt.date) -> bool:
    if jour <= aujourd_hui:
        return poste.est_occupe(jour)
    return poste.est_attribue(jour) and (poste.est_occupe(aujourd_hui) or poste.est_occupe(jour))


def _cout(
    poste: int, structure: int, occupes: list[dt.date], couts: CoutsConnus, jours_de_l_an: int
) -> Decimal | None:
    nombres: dict[Decimal, int] = defaultdict(int)
    for jour in occupes:
        annuel = couts.annuel(poste, structure, jour)
        if annuel is None:
            return None
        nombres[annuel] += 1
    return _arrondi(sum((a * n for a, n in nombres.items()), ZERO) / jours_de_l_an)
