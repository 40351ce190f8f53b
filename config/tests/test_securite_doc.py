"""docs/securite.md: what it names is there, no requirement is missing, the totals are right.

That a named test passes is for the suite to say; that it holds the requirement, for a reader.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
PAGE = (ROOT / "docs" / "securite.md").read_text()
ETATS = ("tenu", "partiel", "non tenu", "exploitant", "sans objet")
# Requirements of levels 1 and 2 in each chapter of OWASP ASVS 5.0.0 (V17 is one row).
ATTENDUES = {
    1: 27, 2: 11, 3: 19, 4: 10, 5: 9, 6: 35, 7: 18, 8: 7, 9: 7, 10: 29, 11: 14, 12: 9, 13: 13,
    14: 9, 15: 13, 16: 16, 17: 7,
}  # fmt: skip
WEBRTC = "17.1.1 à 17.3.2"


def rows() -> list[list[str]]:
    """[number, level, subject, state, where]."""
    lignes = re.findall(r"^\| (\d+\.\d+\.\d+[^|]*) \|(.*)\|$", PAGE, re.MULTILINE)
    return [[numero, *(c.strip() for c in reste.split("|"))] for numero, reste in lignes]


def weight(numero: str) -> int:
    return ATTENDUES[17] if numero == WEBRTC else 1


def test_every_requirement_has_one_row_in_its_order() -> None:
    numeros = [ligne[0] for ligne in rows()]
    cles = [tuple(int(n) for n in numero.split(" ")[0].split(".")) for numero in numeros]
    assert cles == sorted(set(cles))
    for chapitre, groupe in groupby(numeros, key=lambda numero: int(numero.split(".")[0])):
        assert sum(map(weight, groupe)) == ATTENDUES[chapitre], chapitre


def test_every_row_says_its_state_and_why() -> None:
    for ligne in rows():
        assert len(ligne) == 5, ligne
        assert ligne[1] in ("1", "2"), ligne
        assert ligne[3] in ETATS, ligne
        assert ligne[2] and ligne[4], ligne


def test_the_totals_are_those_of_the_rows() -> None:
    comptes: Counter[str] = Counter()
    for ligne in rows():
        comptes[ligne[3]] += weight(ligne[0])
    dits = dict(re.findall(rf"^\| ({'|'.join(ETATS)}|ensemble) \| (\d+) \|$", PAGE, re.MULTILINE))
    assert dits == {etat: str(comptes[etat]) for etat in ETATS} | {
        "ensemble": str(sum(ATTENDUES.values()))
    }


NOMMES = sorted(
    set(
        re.findall(
            r"`((?:config|territoires|conseillers|permanences|reporting|templates|static|docs)/"
            r"[\w./-]+(?:::\w+)?)`",
            PAGE,
        )
    )
)


@pytest.mark.parametrize("nomme", NOMMES)
def test_every_file_and_every_test_named_exists(nomme: str) -> None:
    chemin, _, test = nomme.partition("::")
    fichier = ROOT / chemin
    assert fichier.exists(), nomme
    assert not test or re.search(rf"^def {test}\(", fichier.read_text(), re.MULTILINE), nomme


def test_every_setting_named_exists() -> None:
    """A variable that is renamed must be renamed here."""
    sources = "".join(p.read_text() for p in (ROOT / "config" / "settings").glob("*.py"))
    nommes = set(re.findall(r"`((?:PROCONNECT|SESSION|SECOND|MOTS|MFA|ACCOUNT)_[A-Z_]+)`", PAGE))
    assert nommes and [nom for nom in sorted(nommes) if nom not in sources] == []
