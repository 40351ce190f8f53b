"""`new_backup_key FICHIER`: a pair of keys in the age format; the private one stays elsewhere."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reporting.services.sauvegarde import new_key


class Command(BaseCommand):
    help = "Crée une clé de sauvegarde : la privée dans un fichier à mettre à l’abri, la publique."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("fichier", metavar="FICHIER", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        chemin: Path = options["fichier"]
        contenu, publique = new_key()
        try:
            descripteur = os.open(chemin, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with open(descripteur, "w") as flux:
                flux.write(contenu)
        except FileExistsError as erreur:
            raise CommandError(
                f"{chemin} existe déjà : une clé ne s’écrase pas, ses sauvegardes seraient perdues."
            ) from erreur
        except OSError as erreur:
            raise CommandError(f"Impossible d’écrire {chemin} : {erreur.strerror}.") from erreur
        self.stdout.write(f"Clé privée : {chemin}. Mettez-la à l’abri, hors de ce serveur.")
        self.stdout.write(f"Clé publique, à mettre dans SAUVEGARDE_CLE_PUBLIQUE : {publique}")
