"""Traces of a person in a text: a telephone number, an e-mail address, a social-security number.

One list of patterns for every door. They are written so that Python, PostgreSQL and a browser
read them alike: no lookbehind, no named group, no flag, no class that depends on a locale. They
are strict on purpose: a SIRET, an INSEE code, a date, an hour or an amount says nothing.
"""

import json
import re
from dataclasses import dataclass
from enum import StrEnum


class Trace(StrEnum):
    TELEPHONE = "telephone"
    COURRIEL = "courriel"
    NIR = "nir"


# As people, telephones and spreadsheets write them: thin and no-break spaces, unusual hyphens.
_BLANC = r"[ \t\u00a0\u2007\u2009\u202f]"
_TIRET = r"[\-\u2010\u2011\u2013]"
_ENTRE = r"[ \t\u00a0\u2007\u2009\u202f.\-\u2010\u2011\u2013/]"
_AVANT = r"(^|[^0-9A-Za-z])"
# A list of numbers that goes on is no telephone number.
_APRES = rf"(?!{_BLANC}?[0-9])"


def _par_deux(separateur: str) -> str:
    """« 06 12 34 56 78 », each pair after the same kind of separator."""
    return rf"0[1-9]({separateur}[0-9][0-9]){{4}}"


_NATIONAL = "|".join(
    (
        r"0[1-9][0-9]{8}",
        _par_deux(rf"{_BLANC}{{1,2}}"),
        _par_deux(rf"{_BLANC}?[.]{_BLANC}?"),
        _par_deux(rf"{_BLANC}?{_TIRET}{_BLANC}?"),
        _par_deux("[/]"),
        r"0[1-9][0-9][0-9][ .\u00a0\u202f][0-9]{3}[ .\u00a0\u202f][0-9]{3}",
        rf"0[1-9]{_BLANC}[0-9]{{3}}{_BLANC}[0-9]{{3}}{_BLANC}[0-9][0-9]",
    )
)
# Metropolitan France and overseas; « (0) » as business cards have it.
_INDICATIF = r"(\+|00)[ \u00a0]?(33|262|508|590|594|596|687|689)"
_INTERNATIONAL = (
    rf"{_INDICATIF}{_ENTRE}{{0,2}}(\(0\))?{_ENTRE}{{0,2}}0?[1-9]({_ENTRE}{{0,2}}[0-9]){{8}}"
)
_ARTICULATION = r"[ \t\u00a0\u2007\u2009\u202f.\-]?"

MOTIFS: dict[Trace, str] = {
    Trace.TELEPHONE: rf"{_AVANT}({_NATIONAL}|{_INTERNATIONAL}){_APRES}",
    Trace.COURRIEL: rf"[^ \t@,;:<>()]{_BLANC}?@{_BLANC}?[0-9A-Za-z][0-9A-Za-z\-]*"
    r"([.][0-9A-Za-z\-]+)*[.][A-Za-z][A-Za-z]+",
    # Sex, year, month, département (2A and 2B in Corsica), commune, rank, key or not.
    Trace.NIR: _AVANT
    + _ARTICULATION.join(
        (
            r"[123478]",
            r"[0-9][0-9]",
            r"(0[1-9]|1[0-2]|20)",
            r"(0[1-9]|[1-9][0-9]|2[ABab])",
            r"[0-9]{3}",
            r"[0-9]{3}",
        )
    )
    + rf"({_ARTICULATION}[0-9][0-9])?(?!{_ARTICULATION}[0-9])",
}
# What the database refuses, whichever it is.
MOTIF_DE_TOUTES = "|".join(f"({motif})" for motif in MOTIFS.values())

NOMS: dict[Trace, str] = {
    Trace.TELEPHONE: "un numéro de téléphone",
    Trace.COURRIEL: "une adresse électronique",
    Trace.NIR: "un numéro de sécurité sociale",
}
MASQUE = " [retiré] "
_COMPILES = {trace: re.compile(motif) for trace, motif in MOTIFS.items()}


@dataclass(frozen=True)
class Surveillance:
    """What a free text may not hold: `refusees` are refused, the others are pointed out.

    A text about the public holds none; a room or a document may have a professional telephone
    number, and nothing has a social-security number.
    """

    refusees: tuple[Trace, ...]

    def refuse(self, trace: Trace) -> bool:
        return trace in self.refusees

    def phrase(self, trace: Trace) -> str:
        if self.refuse(trace):
            return (
                f"Ce texte ressemble à {NOMS[trace]} : retirez ce passage. "
                "N’écrivez aucun nom ni aucune coordonnée."
            )
        return (
            f"Ce texte ressemble à {NOMS[trace]} : gardez ce passage seulement s’il est "
            "professionnel, jamais celui d’une personne aidée."
        )

    def attributs(self) -> dict[str, str]:
        """What a field carries for static/js/traces.js: the same patterns, the same sentences."""
        return {
            "data-traces": json.dumps(
                [[motif, self.phrase(t), self.refuse(t)] for t, motif in MOTIFS.items()],
                ensure_ascii=False,
            )
        }


PUBLIC = Surveillance(tuple(Trace))
PROFESSIONNEL = Surveillance((Trace.NIR,))


def traces_in(texte: str) -> list[Trace]:
    return [trace for trace, motif in _COMPILES.items() if motif.search(texte)]


def masked(texte: str) -> str:
    """The text without its traces, for what is kept of a refused line."""
    for motif in _COMPILES.values():
        texte = motif.sub(MASQUE, texte)
    return texte
