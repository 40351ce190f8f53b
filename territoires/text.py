"""Keys for sorting and searching French names, the same on every PostgreSQL."""

import re
import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"})
_SEPARATORS = re.compile(r"[^0-9a-z]+")
# As road signs and half of the spreadsheets write them.
_ABBREVIATIONS = {"st": "saint", "ste": "sainte", "s": "sur"}


def sort_key(text: str) -> str:
    """« L’Œuf-Saint-Élan » -> « l oeuf saint elan »: lower case, no accent, single spaces."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_LIGATURES).lower())
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _SEPARATORS.sub(" ", letters).strip()


def is_number(text: str) -> bool:
    """Whether `int` reads it, and a database may look for it: « ² » and five thousand digits are
    digits too.
    """
    return text.isdecimal() and len(text) < 19


def search_words(text: str) -> list[tuple[str, ...]]:
    """The words of `sort_key`, each with its full form: « St-Mars » -> (st, saint), (mars,)."""
    return [
        (word, _ABBREVIATIONS[word]) if word in _ABBREVIATIONS else (word,)
        for word in sort_key(text).split()
    ]
