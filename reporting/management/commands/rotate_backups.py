"""`rotate_backups`: keeps the last backup of so many days, weeks and months, erases the others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from reporting.services.sauvegarde import rotate_backups


class Command(BaseCommand):
    help = "Efface les sauvegardes anciennes : garde la dernière de chaque jour, semaine, mois."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dossier", metavar="DOSSIER", type=Path, default=settings.SAUVEGARDE_DOSSIER
        )
        parser.add_argument("--jours", type=int, default=7)
        parser.add_argument("--semaines", type=int, default=5)
        parser.add_argument("--mois", type=int, default=12)
        parser.add_argument("--simulation", action="store_true", help="dit, n’efface rien")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            gardees, de_trop = rotate_backups(
                dossier=options["dossier"],
                jours=options["jours"],
                semaines=options["semaines"],
                mois=options["mois"],
                effacer=not options["simulation"],
            )
        except OSError as erreur:
            raise CommandError(f"{options['dossier']} : {erreur.strerror}.") from erreur
        verbe = "serait effacée" if options["simulation"] else "effacée"
        for chemin in de_trop:
            self.stdout.write(f"{verbe} : {chemin.name}")
        self.stdout.write(f"{len(gardees)} sauvegarde(s) gardée(s), {len(de_trop)} {verbe}(s).")
