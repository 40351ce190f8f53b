"""The money, recounted in plain Decimal from the rows, without the selectors’ code.

For any conventions, lines and instalments: per convention, per phase and per part; the report’s
cents are the page’s euros; the forecast is the sum of what has not come.
"""

import datetime as dt
import itertools
from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conseillers.models import Convention, ConventionLigne, Poste, Structure, Versement
from conseillers.selectors import conventions_suivies, echeances
from conseillers.selectors.charges import part_de_la_ligne
from reporting.selectors import financements, programme

DEBUT = dt.date(2024, 1, 1)
JOUR = dt.date(2026, 6, 15)

euros = st.decimals(0, 60_000, places=2)
dates = st.dates(DEBUT, dt.date(2028, 12, 31))
lignes = st.lists(st.tuples(dates, st.decimals(-20_000, 60_000, places=2), euros), max_size=4)
versements = st.lists(
    st.tuples(euros, st.sampled_from(["versement", "reversement"]), dates, st.none() | dates),
    max_size=5,
)
conventions = st.lists(
    st.tuples(
        st.sampled_from(["V1", "V2"]),
        st.booleans(),
        dates,
        st.integers(0, 1100),
        st.none() | st.integers(0, 1100),
        lignes,
        versements,
    ),
    max_size=5,
)


def write(structures: list[Structure], postes: list[Poste], tirees: list[Any]) -> None:
    for rang, (phase, partenaire, debut, duree, solde, lignes, versements) in enumerate(tirees):
        convention = Convention.objects.create(
            reference=f"C{rang}",
            structure=structures[partenaire],
            phase=phase,
            date_debut=debut,
            date_fin=debut + dt.timedelta(days=duree),
            date_solde=None if solde is None else debut + dt.timedelta(days=solde),
        )
        somme, vues = Decimal(0), set()
        for effet, montant, bonification in lignes:
            # The base refuses a negative sum, and two lines of one day.
            if effet in vues or somme + montant + bonification < 0:
                continue
            vues.add(effet)
            somme += montant + bonification
            ConventionLigne.objects.create(
                convention=convention, poste=postes[partenaire], date_effet=effet,
                montant=montant, bonification=bonification,
            )  # fmt: skip
        for n, (montant, sens, prevue, recue) in enumerate(versements, start=1):
            Versement.objects.create(
                convention=convention, rang=n, montant=montant, sens=sens,
                date_prevue=prevue, date_recue=recue,
            )  # fmt: skip


def recount(jour: dt.date) -> tuple[dict[str, Any], dict[Any, Any], dict[str, Decimal]]:
    """(by convention, by phase and part, expected by phase), row after row."""
    par_convention: dict[str, Any] = {}
    par_phase: dict[Any, list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 3)
    attendu: dict[str, Decimal] = defaultdict(Decimal)
    for c in Convention.objects.all():
        conventionne = verse = Decimal(0)
        soldee = c.date_solde is not None and c.date_solde <= jour
        for ligne in ConventionLigne.objects.all():
            if ligne.convention_id == c.pk and ligne.date_effet <= jour:
                conventionne += ligne.montant
                conventionne += ligne.bonification
        for v in Versement.objects.all():
            if v.convention_id != c.pk:
                continue
            if v.date_recue is not None and v.date_recue <= jour:
                verse += v.montant if v.sens == "versement" else -v.montant
            elif v.sens == "versement" and not soldee:
                attendu[c.phase] += v.montant
        reste = Decimal(0) if soldee else conventionne - verse
        par_convention[c.reference] = (conventionne, verse, reste)
        departement = Structure.objects.get(pk=c.structure_id).type == "departement"
        part = "departement" if departement else "partenaire"
        for cle in (c.phase, (c.phase, part)):
            par_phase[cle] = [
                a + b for a, b in zip(par_phase[cle], (conventionne, verse, reste), strict=True)
            ]
    return par_convention, par_phase, attendu


@pytest.fixture
def postes(poste_1: Poste, poste_2: Poste) -> list[Poste]:
    return [poste_1, poste_2]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(tirees=conventions)
def test_every_total_equals_its_recount(postes: list[Poste], tirees: list[Any]) -> None:
    with transaction.atomic():
        write([p.structure for p in postes], postes, tirees)
        par_convention, par_phase, attendu = recount(JOUR)
        suivis = conventions_suivies(JOUR)
        assert {
            s.convention.reference: (s.totaux.conventionne, s.totaux.verse, s.totaux.reste_a_verser)
            for s in suivis
        } == par_convention
        assert_phases(suivis, par_phase, attendu)
        assert_forecast(attendu)
        transaction.set_rollback(True)


def assert_phases(suivis: list[Any], par_phase: dict[Any, Any], attendu: dict[str, Any]) -> None:
    du_rapport = programme.financements(JOUR, None)
    for budget, parts in financements.synthese(suivis):
        assert budget.attendu == attendu[budget.phase]
        for une in [budget, *parts]:
            cle = (une.phase.value, une.part.value) if une.part else une.phase.value
            sommes = [une.conventionne, une.verse, une.reste_a_verser]
            assert sommes == par_phase[cle]
            du_tout = du_rapport["par_part"][une.part] if une.part else du_rapport
            cents = du_tout[une.phase]
            assert list(cents.values()) == [int(s * 100) for s in sommes]


def assert_forecast(attendu: dict[str, Decimal]) -> None:
    prevision = financements.prevision(echeances(JOUR), JOUR, dt.date(2027, 1, 1))
    for phase in ("V1", "V2"):
        assert sum(t.attendus[phase] for t in prevision) == attendu[phase]
    premiers = [t.premier for t in prevision if t.premier]
    assert premiers[0] == dt.date(2026, 4, 1)
    assert all(
        (b.year * 12 + b.month) - (a.year * 12 + a.month) == 3
        for a, b in itertools.pairwise(premiers)
    )


@settings(deadline=None)
@given(
    montant=st.decimals(-60_000, 60_000, places=2),
    effet=dates,
    duree=st.integers(-30, 1500),
)
def test_the_years_of_a_line_add_up_to_the_line(
    montant: Decimal, effet: dt.date, duree: int
) -> None:
    """No cent is lost, whatever the dates: what the State brings is shared, not rounded away."""
    fin = effet + dt.timedelta(days=duree)
    annees = [
        part_de_la_ligne(montant, effet, fin, dt.date(an, 1, 1), dt.date(an, 12, 31))
        for an in range(2023, 2036)
    ]
    assert sum(annees) == montant
    assert all(part * montant >= 0 for part in annees)
    for an, part in zip(range(2023, 2036), annees, strict=True):
        jours = [effet + dt.timedelta(days=n) for n in range(max(duree + 1, 1))]
        du_an = sum(jour.year == an for jour in jours)
        assert abs(part - montant * du_an / len(jours)) <= Decimal("0.01")


def test_the_sum_of_a_poste_in_a_convention_is_held_by_the_base(postes: list[Poste]) -> None:
    convention = Convention.objects.create(
        reference="C", structure=postes[0].structure, phase="V1",
        date_debut=DEBUT, date_fin=JOUR,
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        convention.lignes.create(poste=postes[0], date_effet=DEBUT, montant=-1)
        connection.check_constraints()
