"""Words of the reports: shares, euros, months and agreements in French. Pure.

Zero is printed « 0 »; nothing to divide by is `TIRET`; what nobody told us is `NON_CONNU`:
three different things (contrat/rapports.md, section 3).
"""

import datetime as dt
from decimal import Decimal

from territoires.typographie import (
    FINE,
    INSECABLE,
    MOIS,
    accorde,
    espace_ponctuation,
    format_date,
    format_nombre,
)

__all__ = ["FINE", "INSECABLE", "MOIS", "accorde", "espace_ponctuation"]

MOINS = "\u2212"
TIRET = "—"
NON_CONNU = "non connu"
SUITE = f"{FINE}; "  # between the terms of a long list

MOIS_COURTS = (
    "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.",
    "oct.", "nov.", "déc.",
)  # fmt: skip

Nombre = int | float | Decimal


def entier(valeur: Nombre) -> str:
    """1234567 -> « 1 234 567 », with narrow no-break spaces."""
    return format_nombre(valeur, 0)


def decimal(valeur: Nombre, chiffres: int = 1) -> str:
    """Rounded half up, as one rounds by hand: 2.25 -> « 2,3 »."""
    return format_nombre(valeur, chiffres)


def nombre(valeur: Nombre) -> str:
    """With its own decimals: 30 -> « 30 », 0.85 -> « 0,85 »."""
    return format_nombre(valeur)


def heures(minutes: Nombre) -> str:
    """Minutes, shown in hours with one decimal, without the unit."""
    return decimal(Decimal(str(minutes)) / 60, 1)


def pourcent(part: Nombre | None) -> str:
    """0.8542 -> « 85,4 % »; None (nothing to divide by) -> a dash."""
    if part is None:
        return TIRET
    return f"{decimal(Decimal(str(part)) * 100, 1)}{FINE}%"


def euros(centimes: Nombre) -> str:
    """Cents -> « 1 234,50 € »."""
    return f"{decimal(Decimal(str(centimes)) / 100, 2)}{INSECABLE}€"


def signe(valeur: Nombre, texte: str) -> str:
    """« + 12 », « − 3 », « = » for a difference whose absolute value reads `texte`."""
    if not valeur:
        return "="
    return f"{MOINS if valeur < 0 else '+'}{FINE}{texte}"


def mot(nombre: Nombre, singulier: str, pluriel: str = "") -> str:
    return (pluriel or f"{singulier}s") if abs(float(nombre)) >= 2 else singulier


def date_courte(iso: str) -> str:
    """« 2026-10-01 » -> « 01/10/2026 »."""
    return f"{dt.date.fromisoformat(iso[:10]):%d/%m/%Y}"


def date_longue(iso: str) -> str:
    """« 2026-10-01 » -> « 1er octobre 2026 »."""
    return format_date(dt.date.fromisoformat(iso[:10]))


def moment(iso: str) -> str:
    """« 2026-11-09T10:12:00+01:00 » -> « 9 novembre 2026 à 10 h 12 », as written in `iso`."""
    quand = dt.datetime.fromisoformat(iso)
    heure = f"{quand.hour}{INSECABLE}h{INSECABLE}{quand.minute:02}"
    return f"{date_longue(iso)} à {heure}"


def mois(iso: str) -> str:
    """« 2026-10 » -> « octobre 2026 »."""
    annee, numero = iso.split("-")[:2]
    return f"{MOIS[int(numero) - 1]}{INSECABLE}{annee}"


def mois_court(iso: str) -> str:
    """« 2026-10 » -> « oct. 26 », for the axis of a chart."""
    annee, numero = iso.split("-")[:2]
    return f"{MOIS_COURTS[int(numero) - 1]} {annee[2:]}"


def de_mois(iso: str) -> str:
    """« d’octobre 2026 », « de mars 2026 »."""
    nom = mois(iso)
    return f"d’{nom}" if nom[0] in "ao" else f"de {nom}"


def que_mois(iso: str) -> str:
    """« qu’en octobre 2026 »: « en » always elides « que »."""
    return f"qu’en {mois(iso)}"


def dernier_jour(iso: str) -> dt.date:
    """Last day of the month « 2026-10 »."""
    annee, numero = (int(n) for n in iso.split("-")[:2])
    suivant = dt.date(annee + numero // 12, numero % 12 + 1, 1)
    return suivant - dt.timedelta(days=1)


def periode(iso: str) -> str:
    """« 2026-10 » -> « du 1er au 31 octobre 2026 »."""
    return f"du{INSECABLE}1er au{INSECABLE}{date_longue(dernier_jour(iso).isoformat())}"


def mois_decale(iso: str, ecart: int) -> str:
    """« 2026-01 », −1 -> « 2025-12 »."""
    annee, numero = (int(n) for n in iso.split("-")[:2])
    rang = annee * 12 + numero - 1 + ecart
    return f"{rang // 12}-{rang % 12 + 1:02}"


def enumere(termes: list[str]) -> str:
    """« a », « a et b », « a, b et c »."""
    if len(termes) <= 1:
        return "".join(termes)
    return f"{', '.join(termes[:-1])} et {termes[-1]}"
