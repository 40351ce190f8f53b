"""Cells of a spreadsheet as values: numbers that are texts, texts that are dates, and so on."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.utils import timezone

EPOQUE_EXCEL = dt.datetime(1899, 12, 30)
SERIES = range(20_000, 80_000)  # from 1954 to 2119
_FRANCAISE = re.compile(
    r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})(?:\s*(?:à|a)?\s*(\d{1,2})[:hH](\d{2})(?::(\d{2}))?)?"
)
_DUREE = re.compile(r"(?:(\d{1,2})\s*h(?:eures?)?)?\s*(?:(\d{1,4})\s*(?:min(?:utes?)?\.?)?)?", re.I)
_RANG = re.compile(r"(\d{1,5})(?:\s*/\s*(\d{1,5}))?")
_NOMBRE = re.compile(r"\d+(?:[.,]0+)?")
_FINS = re.compile(r"\r\n|\r|\n|_x000D_\n|<br\s*/?>")
_BLANCS = re.compile(r"[\s\u00a0\u2007\u2009\u200b\u202f\ufeff]+")


class CelluleIllisible(ValueError):
    """The message says why, in French."""


def read_text(cellule: Any) -> str:
    """Single spaces; a number as it is written."""
    match cellule:
        case None | "":
            return ""
        case float() if cellule.is_integer():
            return str(int(cellule))
        case dt.datetime() | dt.date():
            return cellule.isoformat()
    return _BLANCS.sub(" ", str(cellule).replace("_x000D_", " ")).strip()


def read_lines(cellule: Any) -> list[str]:
    """The values that stand one a line inside a cell."""
    if not isinstance(cellule, str):
        return [texte] if (texte := read_text(cellule)) else []
    return [texte for partie in _FINS.split(cellule) if (texte := read_text(partie))]


def read_code(cellule: Any, longueur: int = 5) -> str:
    """A code of digits that a spreadsheet may have taken for a number: 1004 -> 01004."""
    texte = read_text(cellule).replace(" ", "").upper()
    texte = re.sub(r"[.,]0+$", "", texte)
    return texte.zfill(longueur) if texte.isdigit() else texte


def read_moment(cellule: Any) -> dt.datetime | None:
    """In Paris, when nothing says otherwise. Raises CelluleIllisible."""
    naif = _naive(cellule)
    if naif is None or timezone.is_aware(naif):
        return naif
    return timezone.make_aware(naif)


def read_date(cellule: Any) -> dt.date | None:
    moment = read_moment(cellule)
    return timezone.localdate(moment) if moment else None


def _naive(cellule: Any) -> dt.datetime | None:
    match cellule:
        case None | "":
            return None
        case dt.datetime():
            return cellule
        case dt.date():
            return dt.datetime.combine(cellule, dt.time.min)
        case bool():
            raise CelluleIllisible("ce n’est pas une date")
        case int() | float() if SERIES.start <= cellule < SERIES.stop:
            # To the minute: a fraction of a day is never exact.
            return EPOQUE_EXCEL + dt.timedelta(minutes=round(cellule * 1440))
    texte = read_text(cellule)
    if not texte:
        return None
    try:
        if trouve := _FRANCAISE.fullmatch(texte):
            jour, mois, annee, *heure = (int(partie or 0) for partie in trouve.groups())
            return dt.datetime(annee + (2000 if annee < 100 else 0), mois, jour, *heure)
        if _NOMBRE.fullmatch(texte) and int(texte.split(".")[0].split(",")[0]) in SERIES:
            return _naive(float(texte.replace(",", ".")))
        return dt.datetime.fromisoformat(texte)
    except ValueError as erreur:
        raise CelluleIllisible(f"« {texte[:40]} » n’est pas une date") from erreur


def read_minutes(cellule: Any) -> int:
    """45, « 45,0 », « 45 min », « 1 h 30 », or a time. Raises CelluleIllisible."""
    match cellule:
        case dt.time():
            return cellule.hour * 60 + cellule.minute
        case dt.timedelta():
            return round(cellule.total_seconds() / 60)
        case int() | float() if not isinstance(cellule, bool) and float(cellule).is_integer():
            return int(cellule)
    texte = read_text(cellule)
    if _NOMBRE.fullmatch(sans_blanc := texte.replace(" ", "")):
        return int(re.split("[.,]", sans_blanc)[0])
    trouve = _DUREE.fullmatch(texte)
    if not texte or trouve is None:
        raise CelluleIllisible(f"« {texte[:40]} » n’est pas un nombre de minutes")
    return int(trouve[1] or 0) * 60 + int(trouve[2] or 0)


def read_rank(cellule: Any) -> tuple[int, int]:
    """(i, n): 1 is 1/1, « 3/8 » is the third of eight. Raises CelluleIllisible."""
    texte = read_text(cellule)
    if _NOMBRE.fullmatch(texte):
        texte = re.split("[.,]", texte)[0]
    trouve = _RANG.fullmatch(texte)
    if trouve is None:
        raise CelluleIllisible(f"« {texte[:40]} » n’est ni un nombre, ni « 1/8 »")
    rang, total = int(trouve[1]), int(trouve[2] or trouve[1])
    if trouve[2] is None and rang != 1:
        # A number alone, above one: so many participants on this line, of whom nothing is known.
        return 1, rang
    if not 1 <= rang <= total:
        raise CelluleIllisible(f"« {texte} » : ce rang n’existe pas")
    return rang, total
