"""`convert_lieux SOURCE FICHIER`: a public list of places, rewritten for `import_csv lieux`."""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from permanences.importers.conversions import ENTETE, SOURCES, lieux_of
from territoires.csv_out import ENCODAGE, write_csv
from territoires.files import FichierRefuse


class Command(BaseCommand):
    help = "Convertit une liste publique de lieux en fichier « lieux » (voir docs/imports.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", metavar="SOURCE", help=", ".join(SOURCES))
        parser.add_argument("fichier", metavar="FICHIER", type=Path)
        parser.add_argument(
            "--sortie", metavar="FICHIER", type=Path, help="sans elle, sur la sortie standard"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        source, sortie = options["source"], options["sortie"]
        if source not in SOURCES:
            raise CommandError(
                f"« {source} » n’est pas une source connue : {', '.join(SOURCES)}.", returncode=2
            )
        try:
            # Read whole before anything is written: such a list has a few thousand lines.
            lieux = list(lieux_of(source, options["fichier"]))
            with ExitStack() as pile:
                flux = (
                    pile.enter_context(sortie.open("w", encoding=ENCODAGE, newline=""))
                    if sortie
                    else self.stdout
                )
                write_csv(flux, ENTETE, lieux)
        except FichierRefuse as erreur:
            raise CommandError(f"{options['fichier'].name} : {erreur}") from erreur
        except OSError as erreur:
            raise CommandError(f"{erreur.filename} : {erreur.strerror}.", returncode=2) from erreur
        if sortie and sys.stdout.isatty():
            self.stdout.write(f"{sortie} : {len(lieux)} lieux.")
