"""Numbers, dates and durations as French people read them."""

import datetime as dt
from decimal import Decimal

import pytest
from django.template import Context, Template

from territoires import typographie


@pytest.mark.parametrize(
    ("valeur", "decimales", "attendu"),
    [
        (0, None, "0"),
        (1234567, None, "1\u202f234\u202f567"),
        (12345.6, None, "12\u202f345,6"),
        (Decimal("12345.60"), None, "12\u202f345,60"),
        (0.125, 2, "0,13"),
        (-3.5, 1, "−3,5"),
        (1e6, 0, "1\u202f000\u202f000"),
    ],
)
def test_a_number_has_a_comma_and_narrow_spaces(
    valeur: float, decimales: int | None, attendu: str
) -> None:
    assert typographie.format_nombre(valeur, decimales) == attendu


def test_a_share_is_read_as_a_percentage() -> None:
    assert typographie.format_pourcentage(0.8734, 1) == "87,3\u202f%"


@pytest.mark.parametrize(
    ("minutes", "attendu"),
    [(45, "45\xa0min"), (60, "1\xa0h"), (65, "1\xa0h\xa005"), (74400, "1\u202f240\xa0h")],
)
def test_a_duration_is_in_hours_past_the_hour(minutes: int, attendu: str) -> None:
    assert typographie.format_duree(minutes) == attendu


def test_templates_have_the_same_formats() -> None:
    gabarit = Template(
        "{% load francais %}{{ j|jour }} | {{ j|mois }} | {{ h|heure }} | {{ n|nombre:1 }}"
        " | {{ 0|accorde:'séance' }} | {{ 2|accorde:'mois,mois' }}"
    )
    rendu = gabarit.render(
        Context({"j": dt.date(2026, 10, 1), "h": dt.time(13, 5), "n": Decimal("2.25")})
    )
    assert rendu.replace("\xa0", " ") == (
        "jeudi 1er octobre 2026 | octobre 2026 | 13 h 05 | 2,3 | 0 séance | 2 mois"
    )
