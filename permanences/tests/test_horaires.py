"""Hours that a machine reads: what a real parser of opening_hours understands is the plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opening_hours import OpeningHours

from permanences import calendrier, recurrence
from permanences.horaires import Heures, Plage, merge_heures, write_horaires

PREMIER = dt.date(2026, 11, 30)
DERNIER = PREMIER + dt.timedelta(days=83)
NOEL = dt.date(2026, 12, 25)


def est_ferie(jour: dt.date) -> bool:
    return calendrier.est_ferie(jour, "72")


def plage(regle: str, du: str = "2025-01-06", au: str = "", de: int = 9, a: int = 12,
          feries: bool = False) -> Plage:  # fmt: skip
    return Plage(
        recurrence.parse_regle(regle) if regle else None,
        dt.date.fromisoformat(du),
        dt.date.fromisoformat(au) if au else None,
        dt.time(de),
        dt.time(a),
        feries,
    )


def plan_of(
    plages: Iterable[Plage], annulees: Iterable[dt.date] = (), premier: dt.date = PREMIER,
    dernier: dt.date = DERNIER,
) -> dict[dt.date, Heures]:  # fmt: skip
    """The dates of the plan, by the code of the plan."""
    jours: dict[dt.date, list[tuple[dt.time, dt.time]]] = {}
    for p in plages:
        for jour in recurrence.dates_du_creneau(
            regle=p.regle, date_debut=p.date_debut, date_fin=p.date_fin, premier=premier,
            dernier=dernier,
        ):  # fmt: skip
            if (p.feries or not est_ferie(jour)) and jour not in annulees:
                jours.setdefault(jour, []).append((p.debut, p.fin))
    return {jour: heures for jour, h in jours.items() if (heures := merge_heures(h))}


def read(
    texte: str, premier: dt.date = PREMIER, dernier: dt.date = DERNIER, pays: str | None = "FR"
) -> dict[dt.date, Heures]:
    """The hours of each day as the parser understands them; `pays`: whose holidays it knows."""
    lu: dict[dt.date, list[tuple[int, int]]] = {}
    fin = dt.datetime.combine(dernier + dt.timedelta(days=1), dt.time())
    debut = dt.datetime.combine(premier, dt.time())
    for de, a, etat, *_ in OpeningHours(texte, country=pays).intervals(debut, fin):
        if str(etat) == "open":
            bas, haut = de.hour * 60 + de.minute, (a - de).total_seconds() // 60
            lu.setdefault(de.date(), []).append((bas, int(bas + haut)))
    return {jour: tuple(heures) for jour, heures in lu.items()}


def write(*plages: Plage, annulees: Iterable[dt.date] = (), premier: dt.date = PREMIER) -> str:
    return write_horaires(
        plages, plan_of(plages, annulees), premier=premier, dernier=DERNIER, est_ferie=est_ferie
    )


# --- What is written -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plages", "attendu"),
    [
        ([plage("FREQ=WEEKLY;BYDAY=TU")], "Tu 09:00-12:00; PH off"),
        (
            [plage("FREQ=WEEKLY;BYDAY=TU,TH"), plage("FREQ=WEEKLY;BYDAY=TU,TH", de=14, a=17)],
            "Tu,Th 09:00-12:00,14:00-17:00; PH off",
        ),
        (
            [plage("FREQ=MONTHLY;BYDAY=2WE,4WE", de=14, a=17)],
            "We[2,4] 14:00-17:00; PH off",
        ),
        (  # the fourth Tuesday has its morning too
            [plage("FREQ=WEEKLY;BYDAY=TU"), plage("FREQ=MONTHLY;BYDAY=-1TU", de=14, a=17)],
            "Tu 09:00-12:00; Tu[-1] 09:00-12:00,14:00-17:00; PH off",
        ),
        (
            [plage("FREQ=WEEKLY;BYDAY=MO", au="2027-06-30")],
            "2026 Nov 30-2027 Jun 30 Mo 09:00-12:00; PH off",
        ),
        (  # every other week is no rule of opening_hours: its dates are said
            [plage("FREQ=WEEKLY;INTERVAL=6;BYDAY=TU", du="2026-12-01")],
            "2026 Dec 01,2027 Jan 12 09:00-12:00",
        ),
        ([plage("", du="2026-12-09")], "2026 Dec 09 09:00-12:00"),
        ([plage("FREQ=WEEKLY;BYDAY=TU", du="2027-06-01")], ""),
    ],
)  # fmt: skip
def test_a_rule_is_written_as_people_write_it(plages: list[Plage], attendu: str) -> None:
    assert write(*plages) == attendu


def test_a_cancelled_date_is_closed_and_a_long_closure_is_one_period() -> None:
    mardis = [dt.date(2026, 12, j) for j in (1, 15, 22, 29)]
    assert write(plage("FREQ=WEEKLY;BYDAY=TU"), annulees=mardis) == (
        "Tu 09:00-12:00; PH off; 2026 Dec 01,2026 Dec 15-2026 Dec 29 off"
    )


def test_where_nothing_will_be_held_closed_is_said_and_no_day_is_promised() -> None:
    tous = {PREMIER + dt.timedelta(days=n) for n in range(84)}
    assert write(plage("FREQ=WEEKLY;BYDAY=TU"), annulees=tous) == ("2026 Nov 30-2027 Feb 21 off")


def test_public_holidays_are_right_whatever_the_calendar_of_who_reads() -> None:
    """Christmas is a Friday: closed for one, held by the other, known to the reader or not."""
    ferme, tenu = plage("FREQ=WEEKLY;BYDAY=FR"), plage("FREQ=WEEKLY;BYDAY=FR", feries=True)
    for texte, heures in ((write(ferme), None), (write(tenu), ((540, 720),))):
        for pays in ("FR", None, "US"):
            assert read(texte, NOEL, NOEL, pays).get(NOEL) == heures, (texte, pays)
    assert "PH" not in write(tenu)
    # Mondays are not held on holidays, so « PH off » stands there: Christmas is said again.
    for pays in ("FR", None, "US"):
        lu = read(write(tenu, plage("FREQ=WEEKLY;BYDAY=MO")), NOEL, NOEL, pays)
        assert lu == {NOEL: ((540, 720),)}, pays


# --- What is read --------------------------------------------------------------------------------

JOURS = st.lists(st.sampled_from(recurrence.JOURS), min_size=1, max_size=3, unique=True)
RANGS = st.sampled_from([1, 2, 3, 4, 5, -1, -2])
DATES = st.dates(dt.date(2026, 6, 1), dt.date(2027, 4, 30))


@st.composite
def regles(draw: st.DrawFn) -> str:
    intervalle = f";INTERVAL={draw(st.integers(1, 4))}"
    if draw(st.booleans()):
        return f"FREQ=WEEKLY{intervalle};BYDAY={','.join(draw(JOURS))}"
    nature = draw(st.integers(0, 2))
    if nature == 0:
        return f"FREQ=MONTHLY{intervalle}"
    jours = ",".join(f"{draw(RANGS) if nature == 1 else ''}{j}" for j in draw(JOURS))
    return f"FREQ=MONTHLY{intervalle};BYDAY={jours}"


@st.composite
def plages(draw: st.DrawFn) -> Plage:
    quarts = sorted(draw(st.lists(st.integers(0, 95), min_size=2, max_size=2, unique=True)))
    de, a = (dt.time(*divmod(q * 15, 60)) for q in quarts)
    debut = draw(DATES)
    fin = draw(st.none() | st.dates(debut, dt.date(2027, 12, 31)))
    texte = draw(st.just("") | regles())
    regle = recurrence.parse_regle(texte) if texte else None
    return Plage(regle, debut, fin, de, a, draw(st.booleans()))


@settings(max_examples=120, deadline=None)
@given(
    ceux=st.lists(plages(), max_size=5),
    annulees=st.lists(st.integers(0, 83), max_size=40),
    pays=st.sampled_from(["FR", None]),
)
def test_what_is_read_back_is_the_plan_on_every_day_to_come(
    ceux: list[Plage], annulees: list[int], pays: str | None
) -> None:
    plan = plan_of(ceux, {PREMIER + dt.timedelta(days=n) for n in annulees})
    texte = write_horaires(ceux, plan, premier=PREMIER, dernier=DERNIER, est_ferie=est_ferie)
    if texte:
        assert read(texte, pays=pays) == plan, texte
    else:
        assert plan == {}


@settings(max_examples=40, deadline=None)
@given(ceux=st.lists(plages(), min_size=1, max_size=3))
def test_after_the_written_dates_nobody_is_sent_on_a_day_without_anybody(
    ceux: list[Plage],
) -> None:
    """The rules alone, a year later: no more than the plan, but for what starts after them."""
    texte = write_horaires(
        ceux, plan_of(ceux), premier=PREMIER, dernier=DERNIER, est_ferie=est_ferie
    )
    du, au = dt.date(2027, 3, 1), dt.date(2028, 3, 31)
    plan = plan_of(ceux, premier=du, dernier=au)
    for jour, heures in (read(texte, du, au) if texte else {}).items():
        for de, a in heures:
            assert any(d <= de and a <= f for d, f in plan.get(jour, ())), (texte, jour)
