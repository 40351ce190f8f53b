"""The Sarthe's files, read once for the whole run."""

from dataclasses import replace

import pytest

from territoires.files import Territoire, read_territoire
from territoires.services import load_territoire


@pytest.fixture(scope="session")
def sarthe() -> Territoire:
    return read_territoire("72")


@pytest.fixture(scope="session")
def sarthe_without_outlines(sarthe: Territoire) -> Territoire:
    return replace(sarthe, communes=[replace(c, contour=None) for c in sarthe.communes])


@pytest.fixture
def sarthe_loaded(db: None, sarthe_without_outlines: Territoire) -> None:
    load_territoire(territoire=sarthe_without_outlines)
