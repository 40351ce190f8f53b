"""`import_csv TYPE FICHIER`: the files of docs/imports.md."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError

from reporting.importers.registre import IMPORTEURS
from territoires.importers.bilan import Bilan
from territoires.importers.moteur import import_file


class Command(BaseCommand):
    help = "Importe un fichier CSV, entier ou pas du tout (voir docs/imports.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("type", metavar="TYPE", help=", ".join(IMPORTEURS))
        parser.add_argument("fichier", metavar="FICHIER", type=Path)
        parser.add_argument("--simulation", action="store_true", help="ne rien écrire")
        parser.add_argument(
            "--rejets",
            metavar="FICHIER",
            type=Path,
            help="écrire les lignes bonnes, mettre les autres dans ce fichier avec leurs erreurs",
        )
        parser.add_argument("--format", choices=["texte", "json"], default="texte")

    def handle(self, *_args: Any, **options: Any) -> None:
        importeur = IMPORTEURS.get(options["type"])
        if importeur is None:
            raise CommandError(
                f"« {options['type']} » n’est pas un type de fichier. Types : "
                f"{', '.join(IMPORTEURS)}.",
                returncode=2,
            )
        chemin, rejets = options["fichier"], options["rejets"]
        if rejets and rejets.resolve() == chemin.resolve():
            raise CommandError("Le fichier des rejets doit être un autre fichier.", returncode=2)
        try:
            bilan = import_file(
                importeur(),
                chemin,
                simulation=options["simulation"],
                rejets=rejets,
                progres=self._progress if sys.stderr.isatty() else None,
            )
        except OSError as erreur:
            raise CommandError(_phrase(erreur), returncode=2) from erreur
        except OperationalError as erreur:
            raise CommandError(
                "La base de données s’est interrompue, rien n’a été écrit : relancez la commande. "
                f"({str(erreur).strip().splitlines()[0]})"
            ) from erreur
        if sys.stderr.isatty():
            self.stderr.write("\r\033[K", ending="")
        self._tell(bilan, options["format"])
        if not bilan.accepte:
            # The reasons are told already: only the exit code is left to give.
            sys.exit(1)

    def _tell(self, bilan: Bilan, forme: str) -> None:
        if forme == "json":
            self.stdout.write(json.dumps(bilan.as_dict(), ensure_ascii=False, indent=2))
            return
        for erreur in bilan.erreurs:
            self.stderr.write(str(erreur), self.style.ERROR if sys.stderr.isatty() else None)
        for phrase in bilan.sentences():
            self.stdout.write(phrase)

    def _progress(self, lignes: int) -> None:
        self.stderr.write(f"\r{lignes} lignes lues", ending="")
        self.stderr.flush()


def _phrase(erreur: OSError) -> str:
    if isinstance(erreur, FileNotFoundError):
        return f"{erreur.filename} : ce fichier ou ce dossier n’existe pas."
    if isinstance(erreur, IsADirectoryError):
        return f"{erreur.filename} : c’est un dossier, pas un fichier."
    if isinstance(erreur, PermissionError):
        return f"{erreur.filename} : accès refusé."
    return f"{erreur.filename} : {erreur.strerror}."
