"""A telephone number as people and files write it, kept in one form."""

import pytest

from territoires.codes import clean_telephone
from territoires.typographie import format_telephone


@pytest.mark.parametrize(
    "ecrit",
    [
        "0261910000", "02 61 91 00 00", "02.61.91.00.00", "02-61-91-00-00",
        "+33 2 61 91 00 00", "+33261910000", "+33 (0)2 61 91 00 00", "0033261910000",
        "02\u00a061\u202f91 00 00", "261910000",
    ],
)  # fmt: skip
def test_every_way_of_writing_a_number_is_one_number(ecrit: str) -> None:
    assert clean_telephone(ecrit) == "0261910000"


@pytest.mark.parametrize("ecrit", ["", "3949", "02 61 91 00", "à l’accueil", "+44 20 7946 0000"])
def test_what_is_no_number_of_ten_digits_is_left_to_be_refused(ecrit: str) -> None:
    assert clean_telephone(ecrit) == ecrit


def test_a_number_is_read_two_digits_at_a_time() -> None:
    assert format_telephone("0261910000").replace("\u00a0", " ") == "02 61 91 00 00"
