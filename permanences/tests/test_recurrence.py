"""The rule of a créneau gives the same dates as RFC 5545 read by dateutil."""

import datetime as dt

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from permanences.calendrier import est_ferie, jours_feries
from permanences.recurrence import (
    JOURS,
    Regle,
    RegleInvalide,
    dates_du_creneau,
    parse_regle,
    phrase,
)

jours = st.dates(dt.date(2023, 1, 1), dt.date(2028, 12, 31))
intervalles = st.integers(1, 6)
hebdomadaires = st.builds(
    lambda n, js: Regle("WEEKLY", n, tuple((0, j) for j in sorted(js))),
    intervalles,
    st.sets(st.integers(0, 6), max_size=4),
)
mensuelles = st.builds(
    lambda n, js: Regle("MONTHLY", n, tuple(sorted(js, key=lambda j: (j[1], j[0])))),
    intervalles,
    # With and without a rank are not mixed: dateutil, our oracle, then keeps the days that are
    # both, where RFC 5545 keeps either (see test_ranked_and_plain_days_add_up).
    st.sets(st.tuples(st.sampled_from([-5, -2, -1, 1, 2, 3, 4, 5]), st.integers(0, 6)), max_size=3)
    | st.sets(st.tuples(st.just(0), st.integers(0, 6)), max_size=3),
)
regles = hebdomadaires | mensuelles


@settings(deadline=None)
@given(regles, jours, jours, st.integers(0, 200), st.none() | st.integers(0, 900))
def test_dates_are_those_of_rfc_5545(regle, debut, premier, fenetre, duree):
    dernier = premier + dt.timedelta(days=fenetre)
    fin = debut + dt.timedelta(days=duree) if duree is not None else None
    minuit = dt.time()
    attendues = [
        d.date()
        for d in rrulestr(str(regle), dtstart=dt.datetime.combine(debut, minuit)).between(
            dt.datetime.combine(premier, minuit), dt.datetime.combine(dernier, minuit), inc=True
        )
        if fin is None or d.date() <= fin
    ]
    assert (
        dates_du_creneau(
            regle=regle, date_debut=debut, date_fin=fin, premier=premier, dernier=dernier
        )
        == attendues
    )


@given(regles, jours, jours, st.integers(0, 60))
def test_a_window_cut_in_two_gives_the_same_dates(regle, debut, premier, fenetre):
    dernier = premier + dt.timedelta(days=fenetre)
    milieu = premier + dt.timedelta(days=fenetre // 2)

    def dates(a, b):
        return dates_du_creneau(regle=regle, date_debut=debut, date_fin=None, premier=a, dernier=b)

    assert dates(premier, dernier) == dates(premier, milieu) + dates(
        milieu + dt.timedelta(days=1), dernier
    )


@given(regles)
def test_a_rule_reads_back_as_itself(regle):
    assert parse_regle(str(regle)) == regle


@given(st.text(max_size=40))
def test_any_text_is_a_rule_or_a_french_refusal(texte):
    try:
        parse_regle(texte)
    except RegleInvalide as refus:
        assert str(refus).endswith((".", "si la règle est mensuelle."))


@pytest.mark.parametrize(
    "texte",
    [
        "FREQ=DAILY",
        "FREQ=WEEKLY;COUNT=4",
        "FREQ=WEEKLY;UNTIL=20261231",
        "FREQ=WEEKLY;BYDAY=2TU",
        "FREQ=WEEKLY;INTERVAL=0",
        "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=WEEKLY;FREQ=MONTHLY",
        "tous les mardis",
    ],
)
def test_what_the_format_leaves_out_is_refused(texte):
    with pytest.raises(RegleInvalide):
        parse_regle(texte)


def test_without_a_rule_it_takes_place_once():
    jour = dt.date(2026, 10, 8)
    octobre = {"premier": dt.date(2026, 10, 1), "dernier": dt.date(2026, 10, 31)}
    assert dates_du_creneau(regle=None, date_debut=jour, date_fin=None, **octobre) == [jour]


def test_ranked_and_plain_days_add_up():
    """RFC 5545: BYDAY=2MO,TU is the second Monday and every Tuesday."""
    dates = dates_du_creneau(
        regle=parse_regle("FREQ=MONTHLY;BYDAY=2MO,TU"),
        date_debut=dt.date(2026, 10, 1),
        date_fin=None,
        premier=dt.date(2026, 10, 1),
        dernier=dt.date(2026, 10, 31),
    )
    assert [d.day for d in dates] == [6, 12, 13, 20, 27]


def test_the_31st_is_skipped_in_shorter_months():
    dates = dates_du_creneau(
        regle=parse_regle("FREQ=MONTHLY"),
        date_debut=dt.date(2026, 1, 31),
        date_fin=None,
        premier=dt.date(2026, 1, 1),
        dernier=dt.date(2026, 6, 30),
    )
    assert dates == [dt.date(2026, 1, 31), dt.date(2026, 3, 31), dt.date(2026, 5, 31)]


def test_every_two_weeks_keeps_its_rhythm_over_the_new_year():
    dates = dates_du_creneau(
        regle=parse_regle("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"),
        date_debut=dt.date(2026, 12, 15),
        date_fin=None,
        premier=dt.date(2026, 12, 1),
        dernier=dt.date(2027, 1, 31),
    )
    assert dates == [
        dt.date(2026, 12, 15),
        dt.date(2026, 12, 29),
        dt.date(2027, 1, 12),
        dt.date(2027, 1, 26),
    ]


def test_public_holidays_follow_the_departement():
    assert jours_feries(2026, "72")[dt.date(2026, 11, 11)] == "Armistice"
    assert len(jours_feries(2026, "72")) == 11
    vendredi_saint, saint_etienne = dt.date(2026, 4, 3), dt.date(2026, 12, 26)
    assert not est_ferie(vendredi_saint, "72")
    for alsace_moselle in ("57", "67", "68"):
        assert est_ferie(vendredi_saint, alsace_moselle)
        assert est_ferie(saint_etienne, alsace_moselle)
    assert est_ferie(dt.date(2026, 12, 20), "974")
    assert est_ferie(dt.date(2026, 5, 22), "972")


@pytest.mark.parametrize(
    ("regle", "attendue"),
    [
        ("FREQ=WEEKLY;BYDAY=TU", "tous les mardis"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "les mardis, toutes les deux semaines"),
        ("FREQ=MONTHLY;BYDAY=2TU", "le deuxième mardi du mois"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "le dernier vendredi du mois"),
        ("FREQ=MONTHLY", "le 8 du mois"),
    ],
)
def test_a_rule_is_said_in_french(regle, attendue):
    assert phrase(parse_regle(regle), dt.date(2026, 10, 8)) == attendue


def test_the_list_of_days_is_the_standard_one():
    assert JOURS == ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def test_the_last_week_that_there_is_has_its_dates():
    """A date typed as 31/12/9999 asks for it: the week would end in the year 10000."""
    dates = dates_du_creneau(
        regle=parse_regle("FREQ=WEEKLY;BYDAY=FR,SU"),
        date_debut=dt.date(2025, 1, 7),
        date_fin=None,
        premier=dt.date(9999, 12, 30),
        dernier=dt.date.max,
    )
    assert dates == [dt.date(9999, 12, 31)]
