"""`restore FICHIER --cle CLE`: a backup into an empty instance, whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from reporting.management.arguments import add_backup_arguments, clean_up_when_stopped, read_key
from reporting.services.sauvegarde import SauvegardeImpossible, restore_backup


class Command(BaseCommand):
    help = "Restaure une sauvegarde dans une instance neuve : en entier, ou pas du tout."
    # The database is empty: nothing to check in it before.
    requires_migrations_checks = False
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        add_backup_arguments(parser)
        parser.add_argument(
            "--remplacer",
            metavar="BASE",
            default="",
            help="remplace ce que la base contient : redites son nom",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        clean_up_when_stopped()
        try:
            restauree = restore_backup(
                chemin=options["fichier"],
                cles=read_key(options["cle"]),
                dossier=Path(settings.MEDIA_ROOT),
                remplacer=options["remplacer"],
            )
        except SauvegardeImpossible as erreur:
            raise CommandError(str(erreur)) from erreur
        manifeste = restauree.manifeste
        self.stdout.write(
            f"Restaurée : la sauvegarde de {manifeste['instance']} du {manifeste['faite_le']}, "
            f"{restauree.lignes} lignes, en {restauree.secondes:.0f} s."
        )
        self.stdout.write(
            f"{restauree.fichiers} fichiers de rapports comparés à leur ligne (SHA-256) : tous "
            "identiques."
        )
        for nom in manifeste["manquants"]:
            self.stdout.write(f"Manquait déjà le jour de la sauvegarde : {nom}")
        for chemin in restauree.mis_de_cote:
            self.stdout.write(f"Les anciens fichiers sont gardés : {chemin}")
        self.stdout.write("Tout le monde doit se connecter à nouveau.")
        if restauree.a_migrer:
            self.stdout.write(
                f"Lancez « manage.py migrate » : {len(restauree.a_migrer)} migration(s) à faire."
            )
