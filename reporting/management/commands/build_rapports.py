"""`build_rapports AAAA-MM`: write both reports of a month as files (contrat/formats.md)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from permanences.models.mois import du_mois
from reporting import services
from reporting.management.arguments import parse_mois


class Command(BaseCommand):
    help = "Écrit les deux rapports d’un mois : PDF, JSON et CSV."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("mois", metavar="AAAA-MM")
        parser.add_argument(
            "--provisoire",
            action="store_true",
            help="accepte un mois qui n’est pas clos : chiffres du moment, filigrane PROVISOIRE",
        )
        parser.add_argument("--sortie", metavar="DOSSIER", required=True, type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        mois = parse_mois(options["mois"])
        sortie: Path = options["sortie"]
        try:
            sortie.mkdir(parents=True, exist_ok=True)
            for nom, contenu in services.files_of_month(
                mois=mois, provisoire=options["provisoire"]
            ):
                (sortie / nom).write_bytes(contenu)
                self.stdout.write(str(sortie / nom))
        except ValidationError as erreur:
            raise CommandError("\n".join(erreur.messages)) from erreur
        except OSError as erreur:
            raise CommandError(
                f"Impossible d’écrire dans {sortie} : {erreur.strerror}. "
                "Choisissez un autre dossier avec --sortie."
            ) from erreur
        self.stdout.write(f"Rapports {du_mois(mois)} écrits.")
