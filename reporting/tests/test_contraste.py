"""Colours of the printed reports, computed from the style sheet and the patterns."""

import re
from pathlib import Path

import pytest
from django.conf import settings

FEUILLE = Path(settings.BASE_DIR) / "static" / "reporting" / "rapport.css"
MOTIFS = Path(settings.BASE_DIR) / "templates" / "reporting" / "svg" / "_motifs.svg"
BLANC = "#ffffff"
ENTETE = "#e6edf4"


def luminance(couleur: str) -> float:
    """Relative luminance (WCAG 2.1)."""
    canaux = [int(couleur[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    lineaires = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in canaux]
    return sum(p * c for p, c in zip((0.2126, 0.7152, 0.0722), lineaires, strict=True))


def contraste(une: str, autre: str) -> float:
    claire, sombre = sorted((luminance(une), luminance(autre)), reverse=True)
    return (claire + 0.05) / (sombre + 0.05)


TEXTES = sorted(set(re.findall(r"[^-]color: (#[0-9a-f]{6})", FEUILLE.read_text())))


@pytest.mark.parametrize("couleur", TEXTES)
@pytest.mark.parametrize("fond", [BLANC, ENTETE])
def test_every_text_colour_reads_on_every_background(couleur, fond):
    assert contraste(couleur, fond) >= 4.5


def test_the_watermark_leaves_the_text_readable():
    fond = re.search(r"%23([0-9a-f]{6})'", (FEUILLE.parent / "provisoire.css").read_text())
    assert contraste("#1b1b1b", f"#{fond[1]}") >= 7


def test_a_pattern_stands_out_of_its_own_ground():
    """A class must be told from another without its colour."""
    motifs = re.findall(
        r'<rect [^>]*fill="(#\w{6})"/><(?:path|circle) [^>]*(?:fill|stroke)="(#\w{6})"',
        MOTIFS.read_text(),
    )
    assert len(motifs) == 5
    for fond, trait in motifs:
        assert contraste(fond, trait) >= 3
