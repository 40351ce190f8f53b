"""One cell as a value. Each reader takes the text of a cell that is not empty.

All raise CelluleRefusee, whose message is the French sentence to show.
"""

import datetime as dt
import re
import uuid
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

_BLANCS = re.compile(r"\s+")
_ENTIER = re.compile(r"[+-]?\d+")
_DECIMAL = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)")
_EXPOSANT = re.compile(r"[+-]?\d([.,]\d+)?[eE]-?\d{1,2}")
_MILLIERS = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(\D|$))")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_FRANCAISE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_HEURE = re.compile(r"(\d{1,2})(?:[:hH](\d{2})?(?::00)?)")
_MOIS = re.compile(r"(\d{4})-(\d{2})")
_SCIENTIFIQUE = re.compile(r"\d([.,]\d+)?E\+\d+", re.IGNORECASE)
# A date before is a slip of the keyboard: 0206 for 2026.
PREMIERE_ANNEE = 1900

Lecture = Callable[[str], Any]


class CelluleRefusee(ValueError):
    """The cell cannot be read; the message says what was expected."""


def read_text(cellule: str) -> str:
    return _BLANCS.sub(" ", cellule).strip()


def read_code(cellule: str) -> str:
    """An identifier made of digits or letters: blanks inside do not count."""
    code = _BLANCS.sub("", cellule)
    if _SCIENTIFIQUE.fullmatch(code):
        raise CelluleRefusee(
            f"« {cellule} » : un tableur a transformé ce numéro, mettez la colonne au format texte."
        )
    return code


def read_integer(cellule: str) -> int:
    nombre = _MILLIERS.sub("", cellule)
    if not _ENTIER.fullmatch(nombre) or len(nombre) > 12:
        raise CelluleRefusee(f"« {cellule} » n’est pas un nombre entier.")
    return int(nombre)


def _decimal_text(cellule: str) -> str:
    nombre = _MILLIERS.sub("", cellule)
    if not _DECIMAL.fullmatch(nombre) or len(nombre) > 30:
        raise CelluleRefusee(f"« {cellule} » n’est pas un nombre (exemple : 1250,50).")
    return nombre.replace(",", ".")


def read_decimal(cellule: str) -> Decimal:
    return Decimal(_decimal_text(cellule))


def read_float(cellule: str) -> float:
    """A degree: a program writes 0.00006 as 6e-05."""
    if _EXPOSANT.fullmatch(cellule):
        return float(cellule.replace(",", "."))
    return float(_decimal_text(cellule))


def read_date(cellule: str) -> dt.date:
    if trouve := _ISO.fullmatch(cellule):
        annee, mois, jour = map(int, trouve.groups())
    elif trouve := _FRANCAISE.fullmatch(cellule):
        jour, mois, annee = map(int, trouve.groups())
    else:
        raise CelluleRefusee(
            f"« {cellule} » n’est pas une date : écrivez AAAA-MM-JJ ou JJ/MM/AAAA."
        )
    try:
        date = dt.date(annee, mois, jour)
    except ValueError:
        raise CelluleRefusee(f"« {cellule} » n’existe pas dans le calendrier.") from None
    if annee < PREMIERE_ANNEE:
        raise CelluleRefusee(f"« {cellule} » : l’année {annee} est invraisemblable.")
    return date


def read_month(cellule: str) -> dt.date:
    """« 2026-10 » -> the first of the month."""
    trouve = _MOIS.fullmatch(cellule)
    if not trouve or not 1 <= int(trouve[2]) <= 12 or int(trouve[1]) < PREMIERE_ANNEE:
        raise CelluleRefusee(
            f"« {cellule} » n’est pas un mois : écrivez AAAA-MM, par exemple 2026-10."
        )
    return dt.date(int(trouve[1]), int(trouve[2]), 1)


def read_time(cellule: str) -> dt.time:
    trouve = _HEURE.fullmatch(cellule)
    if not trouve or int(trouve[1]) > 23 or int(trouve[2] or 0) > 59:
        raise CelluleRefusee(
            f"« {cellule} » n’est pas une heure : écrivez HH:MM, par exemple 09:30."
        )
    return dt.time(int(trouve[1]), int(trouve[2] or 0))


def read_boolean(cellule: str) -> bool:
    try:
        return {"oui": True, "non": False}[cellule.lower()]
    except KeyError:
        raise CelluleRefusee(f"« {cellule} » : écrivez oui ou non.") from None


def read_uuid(cellule: str) -> uuid.UUID:
    try:
        return uuid.UUID(cellule)
    except ValueError:
        raise CelluleRefusee(
            f"« {cellule} » n’est pas un identifiant UUID "
            "(exemple : 3f2b8c1e-6d4a-4f0b-9a57-2c1d0e9f8a76)."
        ) from None


def read_email(cellule: str) -> str:
    return read_text(cellule).lower()


def choice_of(valeurs: Iterable[str]) -> Lecture:
    """A reader of one value of a closed list, whatever the case."""
    acceptees = {valeur.lower(): valeur for valeur in valeurs}

    def read_choice(cellule: str) -> str:
        try:
            return acceptees[cellule.lower()]
        except KeyError:
            raise CelluleRefusee(
                f"« {cellule} » n’est pas accepté : choisissez parmi "
                f"{', '.join(acceptees.values())}."
            ) from None

    read_choice.valeurs = tuple(acceptees.values())  # type: ignore[attr-defined]
    return read_choice


def list_of(read: Lecture) -> Lecture:
    """A reader of values joined by `|`, each kept once, in their order."""

    def read_list(cellule: str) -> list[Any]:
        morceaux = [morceau.strip() for morceau in cellule.split("|")]
        return list(dict.fromkeys(read(morceau) for morceau in morceaux if morceau))

    read_list.valeurs = getattr(read, "valeurs", ())  # type: ignore[attr-defined]
    return read_list
