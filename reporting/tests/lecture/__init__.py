"""What a reader must find in the PDF of a report, told without the code that prints it."""

import re
from collections.abc import Iterator
from typing import Any

from reporting.tests.lecture import couverture, frequentation
from reporting.tests.lecture.base import Lecture, Ligne, as_pattern, common_lines

__all__ = ["Lecture", "expected_lines", "missing_from"]


def expected_lines(lu: Lecture) -> Iterator[Ligne]:
    propres = couverture if lu.donnees["type"] == "couverture" else frequentation
    yield from propres.lines(lu)
    yield from common_lines(lu)


def missing_from(texte: str, donnees: dict[str, Any]) -> list[str]:
    """Lines that the text lacks, then numbers that no line holds."""
    # A line may end at the hyphen of a name.
    texte = re.sub(r"(?<=\w)- (?=\w)", "-", texte)
    lu = Lecture(donnees)
    motifs = [as_pattern(ligne) for ligne in expected_lines(lu)]
    absents = [motif for motif in motifs if not re.search(motif, texte)]
    return [*absents, *(f"{chemin} : cherché nulle part" for chemin in lu.non_lus())]
