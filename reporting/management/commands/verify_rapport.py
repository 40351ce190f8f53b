"""`verify_rapport FICHIER`: is this PDF one that was transmitted, byte for byte?"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reporting.selectors.portail import rapport_of_file


class Command(BaseCommand):
    help = "Dit si un PDF est un rapport transmis, et s’il est en vigueur."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("fichier", metavar="FICHIER", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        chemin: Path = options["fichier"]
        try:
            with chemin.open("rb") as flux:
                sha256 = hashlib.file_digest(flux, "sha256").hexdigest()
        except OSError as erreur:
            raise CommandError(
                f"Impossible de lire {chemin} : {erreur.strerror}.", returncode=2
            ) from erreur
        rapport = rapport_of_file(sha256)
        if rapport is None:
            raise CommandError(
                f"Inconnu : {chemin.name} n’est aucun des rapports transmis (SHA-256 {sha256})."
            )
        etat = (
            f"remplacé par la version {rapport.remplace_par}"
            if rapport.remplace_par
            else "en vigueur"
        )
        self.stdout.write(
            f"Authentique, {etat} : {rapport}, transmis le {rapport.transmis_le:%d/%m/%Y}."
        )
