"""The PDF of each report: what is printed, what is tagged, what is never read."""

import io
from typing import Any

import pytest
from pypdf import PdfReader

from reporting.pdf import draw
from reporting.tests import exemple

pytestmark = pytest.mark.pdf
CODE = "7K3QD-9XW2M"


def texte_du_pdf(contenu: bytes) -> str:
    """All pages, with every kind of space made plain."""
    pages = (page.extract_text() for page in PdfReader(io.BytesIO(contenu)).pages)
    return " ".join(" ".join(pages).split()).replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.parametrize("fabrique", [exemple.frequentation_vide, exemple.couverture_vide])
def test_an_empty_month_draws_zeros_and_dashes(fabrique: Any) -> None:
    texte = texte_du_pdf(draw(fabrique(), code=CODE, carte=exemple.carte()))
    assert "octobre 2026" in texte
    assert CODE in texte
    assert "—" in texte
