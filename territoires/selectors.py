"""Reading territories: the instance's département, its vintages, INSEE codes of files."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Q

from territoires.codes import CODE_INSEE, CODE_INSEE_INVALIDE, departement_of
from territoires.files import (
    Departement,
    FichierRefuse,
    Millesimes,
    read_departement,
    read_millesimes,
)
from territoires.models import Commune, CommuneAncienne

_CODE_INSEE = re.compile(CODE_INSEE)


class CodeInseeRefuse(ValueError):
    """No commune can be given to this code; the message says why, in French."""


@dataclass(frozen=True)
class ResolvedCommune:
    """What an INSEE code of a file or a form stands for today.

    `commune` is None only for another département's code, accepted without being known.
    `code` is the current code; `ancien` says that `code_saisi` was an old one.
    """

    commune: Commune | None
    code: str
    ancien: bool
    hors_departement: bool
    code_saisi: str

    @property
    def note(self) -> str:
        """The sentence that an importer reports for an old code, else empty."""
        if not self.ancien or self.commune is None:
            return ""
        return f"{self.code_saisi} est un ancien code : repris comme {self.commune} ({self.code})."


def departement_de_l_instance() -> Departement:
    """The département that this instance serves. Never touches the database."""
    return _departement(settings.DEPARTEMENT)


def millesimes() -> Millesimes:
    """Years of the reference data of the instance. Never touches the database."""
    return _millesimes(settings.DEPARTEMENT)


def attribution() -> str:
    """The sentence to show wherever territories are shown (Licence Ouverte)."""
    annees = millesimes()
    return (
        f"Source : INSEE (COG {annees.cog}, populations de référence {annees.population}), "
        f"DGCL (EPCI {annees.epci}), IGN (Admin Express), DILA (annuaire de l'administration)"
        " — Licence Ouverte. Contours généralisés, sans valeur officielle."
    )


@cache
def _departement(code: str) -> Departement:
    try:
        return read_departement(code)
    except FichierRefuse as error:
        raise ImproperlyConfigured(f"Réglage DEPARTEMENT : {error}") from error


@cache
def _millesimes(code: str) -> Millesimes:
    return read_millesimes(code)


def resolve_code_insee(code: str) -> ResolvedCommune:
    """The commune of today for one code; for a file, load a `CommuneIndex` once instead.

    Raises CodeInseeRefuse (a ValueError) for a malformed code, or one of the instance's
    own département that is neither a commune nor an old code.
    """
    return _resolve(code, _find_in_database)


class CommuneIndex:
    """Every commune and old code in memory, for files of tens of thousands of lines.

    Two queries at construction, none afterwards; contours are not loaded.
    """

    def __init__(self) -> None:
        self._communes = {
            commune.code: commune
            for commune in Commune.objects.select_related("epci").defer("contour")
        }
        self._anciennes = dict(CommuneAncienne.objects.values_list("code", "commune_id"))
        self._resolved: dict[str, ResolvedCommune] = {}

    def resolve(self, code: str) -> ResolvedCommune:
        """As `resolve_code_insee`."""
        if code not in self._resolved:
            self._resolved[code] = _resolve(code, self._find)
        return self._resolved[code]

    def _find(self, code: str) -> Commune | None:
        commune = self._communes.get(self._anciennes.get(code, code))
        while commune is not None and commune.absorbee_par_id:
            commune = self._communes[commune.absorbee_par_id]
        return commune


def _find_in_database(code: str) -> Commune | None:
    commune = (
        Commune.objects.select_related("epci")
        .filter(Q(code=code) | Q(anciennes__code=code))
        .first()
    )
    while commune is not None and commune.absorbee_par_id:
        commune = Commune.objects.select_related("epci").get(pk=commune.absorbee_par_id)
    return commune


def _resolve(code_saisi: str, find: Callable[[str], Commune | None]) -> ResolvedCommune:
    code = code_saisi.strip().upper()
    instance = settings.DEPARTEMENT
    commune = find(code)
    if commune is not None:
        return ResolvedCommune(
            commune=commune,
            code=commune.code,
            ancien=commune.code != code,
            hors_departement=commune.departement != instance,
            code_saisi=code_saisi,
        )
    _check_form(code_saisi, code)
    if departement_of(code) == instance:
        raise CodeInseeRefuse(
            f"Le code INSEE {code} n’existe pas dans le département {instance}, "
            "ni aujourd’hui ni parmi les anciens codes : vérifiez-le."
        )
    return ResolvedCommune(None, code, ancien=False, hors_departement=True, code_saisi=code_saisi)


def _check_form(code_saisi: str, code: str) -> None:
    if _CODE_INSEE.fullmatch(code):
        return
    # A spreadsheet that took 01004 for a number gives back 1004.
    hint = (
        " Un tableur a peut-être retiré le zéro du début." if re.fullmatch(r"\d{4}", code) else ""
    )
    raise CodeInseeRefuse(f"« {code_saisi} » n’est pas un code INSEE. {CODE_INSEE_INVALIDE}{hint}")
