"""The accessibility declaration: what the law wants said, read from a small file.

The state is never typed: it follows from the audit, and without a valid one it is « non
conforme » (décret 2019-768; accessibilite.numerique.gouv.fr, « Déclaration d'accessibilité »).
"""

from __future__ import annotations

import datetime as dt
import logging
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

ANNEES_DE_VALIDITE = 3
LIVREE = Path(__file__).parent / "data" / "accessibilite.toml"
logger = logging.getLogger(__name__)


class DeclarationIllisible(ValueError):
    """The file cannot be read as a declaration; the text says what to correct."""


class Etat(Enum):
    NON_CONFORME = "non conforme"
    PARTIELLE = "partiellement conforme"
    TOTALE = "totalement conforme"

    @property
    def libelle(self) -> str:
        return self.value


@dataclass(frozen=True)
class Defaut:
    """A criterion that is not met, where, and what replaces it meanwhile."""

    critere: str
    quoi: str
    repli: str = ""


@dataclass(frozen=True)
class Audit:
    date: dt.date
    auditeur: str
    taux: Decimal
    echantillon: tuple[str, ...]

    def est_valable_le(self, jour: dt.date) -> bool:
        """Three years; the 29th of February ends on the 1st of March."""
        try:
            fin = self.date.replace(year=self.date.year + ANNEES_DE_VALIDITE)
        except ValueError:
            fin = dt.date(self.date.year + ANNEES_DE_VALIDITE, 3, 1)
        return self.date <= jour < fin


@dataclass(frozen=True)
class DeclarationAccessibilite:
    etablie_le: dt.date
    referentiel: str
    technologies: tuple[str, ...]
    outils: tuple[str, ...]
    environnements: tuple[str, ...]
    non_conformites: tuple[Defaut, ...]
    a_verifier: tuple[str, ...]
    derogations: tuple[Defaut, ...]
    hors_obligation: tuple[str, ...]
    schema_pluriannuel: str
    audit: Audit | None

    def etat(self, jour: dt.date) -> Etat:
        if self.audit is None or not self.audit.est_valable_le(jour):
            return Etat.NON_CONFORME
        if self.audit.taux == 100:
            return Etat.TOTALE
        return Etat.PARTIELLE if self.audit.taux >= 50 else Etat.NON_CONFORME


def declaration_accessibilite() -> DeclarationAccessibilite:
    return _read_once(Path(settings.DECLARATION_ACCESSIBILITE))


@cache
def _read_once(chemin: Path) -> DeclarationAccessibilite:
    """Every page says the state: a wrong file is told once in the log, and ours is shown."""
    try:
        return read_declaration(chemin)
    except DeclarationIllisible:
        if chemin == LIVREE:
            raise
        logger.exception("Accessibility declaration of the instance")
        return read_declaration(LIVREE)


def read_declaration(chemin: Path) -> DeclarationAccessibilite:
    """Raises DeclarationIllisible."""
    try:
        brut = tomllib.loads(chemin.read_text(encoding="utf-8"))
        return _declaration(brut)
    except OSError as erreur:
        raise DeclarationIllisible(f"Le fichier {chemin} ne s’ouvre pas.") from erreur
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as erreur:
        raise DeclarationIllisible(f"{chemin} n’est pas un fichier TOML : {erreur}") from erreur
    except KeyError as erreur:
        raise DeclarationIllisible(f"{chemin} : il manque « {erreur.args[0]} ».") from erreur
    except (TypeError, ValueError, ArithmeticError) as erreur:
        raise DeclarationIllisible(
            f"{chemin} : une valeur n’est pas comprise, {erreur}"
        ) from erreur


def _declaration(brut: dict[str, Any]) -> DeclarationAccessibilite:
    audit = _audit(brut["audit"]) if "audit" in brut else None
    return DeclarationAccessibilite(
        etablie_le=_date(brut["etablie_le"]),
        referentiel=brut["referentiel"],
        technologies=tuple(brut["technologies"]),
        outils=tuple(brut["outils"]),
        environnements=tuple(brut["environnements"]),
        non_conformites=tuple(Defaut(**ligne) for ligne in brut.get("non_conformites", [])),
        a_verifier=tuple(brut.get("a_verifier", [])),
        derogations=tuple(Defaut(**ligne) for ligne in brut.get("derogations", [])),
        hors_obligation=tuple(brut.get("hors_obligation", [])),
        schema_pluriannuel=brut.get("schema_pluriannuel", ""),
        audit=audit,
    )


def _audit(brut: dict[str, Any]) -> Audit:
    taux = Decimal(str(brut["taux"]))
    if not 0 <= taux <= 100:
        raise ValueError("un taux va de 0 à 100.")
    return Audit(_date(brut["date"]), brut["auditeur"], taux, tuple(brut["echantillon"]))


def _date(valeur: Any) -> dt.date:
    if not isinstance(valeur, dt.date) or isinstance(valeur, dt.datetime):
        raise ValueError(f"{valeur!r} n’est pas une date (2026-11-30, sans guillemets).")
    return valeur
