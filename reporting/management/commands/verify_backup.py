"""`verify_backup FICHIER --cle CLE`: restored for good beside the service, compared, dropped."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reporting.management.arguments import add_backup_arguments, clean_up_when_stopped, read_key
from reporting.services.sauvegarde import SauvegardeImpossible, verify_backup


class Command(BaseCommand):
    help = "Restaure une sauvegarde dans une base temporaire, compare tout, puis retire la base."

    def add_arguments(self, parser: CommandParser) -> None:
        add_backup_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        clean_up_when_stopped()
        try:
            essai = verify_backup(chemin=options["fichier"], cles=read_key(options["cle"]))
        except SauvegardeImpossible as erreur:
            raise CommandError(f"Cette sauvegarde ne servirait pas. {erreur}") from erreur
        manifeste = essai.manifeste
        self.stdout.write(
            f"Bonne : la sauvegarde de {manifeste['instance']} du {manifeste['faite_le']} se "
            f"restaure en {essai.secondes:.0f} s. {len(manifeste['tables'])} tables et "
            f"{essai.lignes} lignes retrouvées, {essai.fichiers} fichiers de rapports identiques "
            "à leur ligne (SHA-256)."
        )
        if manifeste["manquants"]:
            raise CommandError(f"Elle est incomplète, sans : {', '.join(manifeste['manquants'])}.")
