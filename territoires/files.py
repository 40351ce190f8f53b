"""The files of `territoires/data/`, read into dataclasses: no database, no Django.

`docs/territoires.md` gives their columns and says how another département makes its own.
"""

import csv
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from territoires.codes import (
    CODE_INSEE,
    CODE_INSEE_ANCIEN,
    CODE_INSEE_INVALIDE,
    SIREN,
    SIREN_INVALIDE,
)

DATA = Path(__file__).resolve().parent / "data"

Ligne = TypeVar("Ligne")
Nombre = TypeVar("Nombre", int, float)


class FichierRefuse(ValueError):
    """A file is missing or wrong; the message says which, where and what to do."""


@dataclass(frozen=True)
class Departement:
    code: str
    nom: str
    nom_complet: str
    de: str
    dans: str

    def __str__(self) -> str:
        return self.nom


@dataclass(frozen=True)
class Millesimes:
    """Years of the official geographic code, of the list of EPCI and of the populations."""

    cog: int
    epci: int
    population: int


@dataclass(frozen=True)
class LigneCommune:
    code: str
    nom: str
    epci: str | None
    canton: str | None
    canton_nom: str
    arrondissement: str | None
    arrondissement_nom: str
    population: int | None
    latitude: float
    longitude: float
    codes_postaux: list[str]
    contour: dict[str, Any] | None


@dataclass(frozen=True)
class LigneEPCI:
    siren: str
    nom: str
    type: str
    communes_total: int
    population_totale: int
    departements: list[str]


@dataclass(frozen=True)
class LigneAncienne:
    ancien_code: str
    ancien_nom: str
    code: str


@dataclass(frozen=True)
class Territoire:
    """Everything the files say of one département."""

    departement: str
    millesimes: Millesimes
    communes: list[LigneCommune]
    epcis: list[LigneEPCI]
    anciennes: list[LigneAncienne]


def read_departement(code: str, folder: Path = DATA) -> Departement:
    """The name of one of the 101 départements, with its article, genitive and locative."""
    for row in _rows(folder / "departements.csv"):
        if row["code"] == code:
            return Departement(**row)
    raise FichierRefuse(
        f"« {code} » n’est pas le code d’un des 101 départements : "
        "deux caractères (72, 2A), trois outre-mer (971)."
    )


def read_millesimes(code: str, folder: Path = DATA) -> Millesimes:
    path = folder / f"departement-{code}.json"
    content = _json(path)
    try:
        return Millesimes(content["cog"], content["epci"], content["population"])
    except (KeyError, TypeError) as error:
        raise _unreadable(path) from error


def read_territoire(code: str, folder: Path = DATA) -> Territoire:
    contours = _contours(folder / f"communes-{code}.geojson")
    return Territoire(
        departement=code,
        millesimes=read_millesimes(code, folder),
        communes=_parsed(folder / f"communes-{code}.csv", lambda row: _commune(row, contours)),
        epcis=_parsed(folder / f"epci-{code}.csv", _epci),
        anciennes=_parsed(folder / f"communes-anciennes-{code}.csv", _ancienne),
    )


def _existing(path: Path) -> Path:
    if path.is_file():
        return path
    raise FichierRefuse(
        f"Le fichier {path.name} manque dans {path.parent.name}/ : préparez ce département avec "
        "la commande prepare_territoires (voir docs/territoires.md)."
    )


def _rows(path: Path) -> Iterator[dict[str, str]]:
    try:
        with _existing(path).open(encoding="utf-8-sig", newline="") as stream:
            yield from csv.DictReader(stream)
    except (UnicodeDecodeError, csv.Error) as error:
        raise _unreadable(path) from error


def _json(path: Path) -> Any:
    try:
        return json.loads(_existing(path).read_text("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise _unreadable(path) from error


def _unreadable(path: Path) -> FichierRefuse:
    return FichierRefuse(
        f"Le fichier {path.name} est abîmé : préparez-le de nouveau avec la commande "
        "prepare_territoires (voir docs/territoires.md)."
    )


def _parsed(path: Path, parse: Callable[[dict[str, str]], Ligne]) -> list[Ligne]:
    lines = []
    # Line 1 is the header.
    for number, row in enumerate(_rows(path), start=2):
        try:
            lines.append(parse(row))
        except (KeyError, TypeError, ValueError) as error:
            raise FichierRefuse(f"{path.name}, ligne {number} : {_reason(error)}") from error
    return lines


def _reason(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"il manque la colonne {error.args[0]}."
    return str(error) or "une valeur ne se lit pas."


def _contours(path: Path) -> dict[str, dict[str, Any]]:
    content = _json(path)
    try:
        return {f["properties"]["code"]: f["geometry"] for f in content["features"]}
    except (KeyError, TypeError) as error:
        raise _unreadable(path) from error


def _commune(row: dict[str, str], contours: dict[str, dict[str, Any]]) -> LigneCommune:
    if not re.fullmatch(CODE_INSEE, row["code"]):
        raise ValueError(CODE_INSEE_INVALIDE)
    return LigneCommune(
        code=row["code"],
        nom=row["nom"],
        epci=row["epci"] or None,
        canton=row["canton"] or None,
        canton_nom=row["canton_nom"],
        arrondissement=row["arrondissement"] or None,
        arrondissement_nom=row["arrondissement_nom"],
        population=_number(row, "population", int) if row["population"] else None,
        latitude=_number(row, "lat", float),
        longitude=_number(row, "lon", float),
        codes_postaux=_list(row["codes_postaux"]),
        contour=contours.get(row["code"]),
    )


def _epci(row: dict[str, str]) -> LigneEPCI:
    if not re.fullmatch(SIREN, row["siren"]):
        raise ValueError(SIREN_INVALIDE)
    return LigneEPCI(
        siren=row["siren"],
        nom=row["nom"],
        type=row["type"],
        communes_total=_number(row, "communes_total", int),
        population_totale=_number(row, "population_epci", int),
        departements=_list(row["departements"]),
    )


def _ancienne(row: dict[str, str]) -> LigneAncienne:
    if not re.fullmatch(CODE_INSEE_ANCIEN, row["ancien_code"]):
        raise ValueError(CODE_INSEE_INVALIDE)
    return LigneAncienne(row["ancien_code"], row["ancien_nom"], row["code"])


def _number(row: dict[str, str], column: str, kind: Callable[[str], Nombre]) -> Nombre:
    try:
        return kind(row[column])
    except ValueError as error:
        raise ValueError(f"« {row[column]} » n’est pas un nombre (colonne {column}).") from error


def _list(cell: str) -> list[str]:
    return [part for part in cell.split("|") if part]
