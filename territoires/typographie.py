"""French numbers, dates and durations as people read them. Pure."""

import datetime as dt
import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal

FINE = "\u202f"  # narrow no-break space
INSECABLE = "\u00a0"

MOIS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet",
    "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
MOIS_ABREGES = (
    "janv.", "févr.", "mars", "avril", "mai", "juin", "juil.",
    "août", "sept.", "oct.", "nov.", "déc.",
)  # fmt: skip
VOYELLES = set("aeiouyhœæ")
JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


def format_nombre(valeur: int | float | Decimal, decimales: int | None = None) -> str:
    """12345.6 -> « 12 345,6 »: comma, narrow no-break space, true minus sign.

    Without `decimales`, an integer has none and another number keeps its own.
    """
    exact = Decimal(str(valeur))
    if decimales is not None:
        exact = exact.quantize(Decimal(1).scaleb(-decimales), ROUND_HALF_UP)
    texte = f"{abs(exact):,f}".replace(",", FINE).replace(".", ",")
    return f"−{texte}" if exact < 0 else texte


def format_pourcentage(part: int | float | Decimal, decimales: int = 0) -> str:
    """0.873 -> « 87 % »."""
    return f"{format_nombre(Decimal(str(part)) * 100, decimales)}{FINE}%"


def format_euros(montant: int | Decimal) -> str:
    """1234.5 -> « 1 234,50 € »."""
    return f"{format_nombre(montant, 2)}{INSECABLE}€"


def format_mois(jour: dt.date) -> str:
    """« octobre 2026 »."""
    return f"{MOIS[jour.month - 1]}{INSECABLE}{jour.year}"


def format_jour(jour: dt.date) -> str:
    """« mardi 13 octobre 2026 », « jeudi 1er octobre 2026 »."""
    return f"{JOURS[jour.weekday()]} {format_date(jour)}"


def format_jour_court(jour: dt.date) -> str:
    """« mardi 13 oct. », « jeudi 1er oct. »: in a column, beside its month."""
    quantieme = "1er" if jour.day == 1 else str(jour.day)
    return f"{JOURS[jour.weekday()]} {quantieme}{INSECABLE}{MOIS_ABREGES[jour.month - 1]}"


def format_date(jour: dt.date) -> str:
    """« 13 octobre 2026 », « 1er octobre 2026 »."""
    quantieme = "1er" if jour.day == 1 else str(jour.day)
    return f"{quantieme}{INSECABLE}{format_mois(jour)}"


def format_heure(heure: dt.time) -> str:
    """« 9 h », « 13 h 30 »."""
    minutes = f"{INSECABLE}{heure.minute:02d}" if heure.minute else ""
    return f"{heure.hour}{INSECABLE}h{minutes}"


def format_duree(minutes: int) -> str:
    """« 45 min », « 1 h », « 1 h 30 », « 1 240 h »."""
    heures, reste = divmod(minutes, 60)
    if not heures:
        return f"{reste}{INSECABLE}min"
    suite = f"{INSECABLE}{reste:02d}" if reste else ""
    return f"{format_nombre(heures)}{INSECABLE}h{suite}"


def format_telephone(numero: str) -> str:
    """« 0261910000 » -> « 02 61 91 00 00 »."""
    return INSECABLE.join(numero[i : i + 2] for i in range(0, len(numero), 2))


def say_de(nom: str) -> str:
    """« de Brûlon », « d’Allonnes », « du Mans », « des Mées », « de La Flèche »."""
    for article, contracte in (("Le ", "du "), ("Les ", "des ")):
        if nom.startswith(article):
            return contracte + nom.removeprefix(article)
    voyelle = unicodedata.normalize("NFD", nom[:1]).lower()[:1]
    return f"d’{nom}" if voyelle in VOYELLES else f"de {nom}"


def accorde(nombre: int, singulier: str, pluriel: str = "") -> str:
    """« 1 séance », « 0 séance », « 2 séances »: French counts zero as singular."""
    mot = singulier if abs(nombre) < 2 else pluriel or f"{singulier}s"
    return f"{format_nombre(nombre)}{INSECABLE}{mot}"


_AVANT = re.compile(r"[ \u00a0](?=[;:!?%»])")
_APRES = re.compile(r"(?<=«)[ \u00a0]")


def espace_ponctuation(texte: str) -> str:
    """Narrow no-break spaces before « ; : ! ? % » and inside the guillemets."""
    return _APRES.sub(FINE, _AVANT.sub(FINE, texte))
