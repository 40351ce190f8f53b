"""Arithmetic of months."""

import datetime as dt

import pytest

from permanences.calendrier import mois_entre

OCTOBRE, NOVEMBRE, JANVIER = dt.date(2026, 10, 1), dt.date(2026, 11, 1), dt.date(2027, 1, 1)


@pytest.mark.parametrize(
    ("premier", "dernier", "mois"),
    [
        ("2026-10-13", "2026-10-13", [OCTOBRE]),
        ("2026-10-31", "2026-11-01", [OCTOBRE, NOVEMBRE]),
        ("2026-11-30", "2027-01-01", [NOVEMBRE, dt.date(2026, 12, 1), JANVIER]),
        ("2026-10-13", "2026-10-12", []),
        ("2027-01-01", "2026-12-31", []),
    ],
)
def test_every_month_that_a_period_touches(premier: str, dernier: str, mois: list[dt.date]) -> None:
    assert mois_entre(dt.date.fromisoformat(premier), dt.date.fromisoformat(dernier)) == mois
