"""`backup`: the database and the reports' files, together, encrypted (docs/sauvegardes.md)."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from reporting.management.arguments import clean_up_when_stopped
from reporting.services.sauvegarde import SauvegardeImpossible, read_public, write_backup


class Command(BaseCommand):
    help = "Sauvegarde la base et les fichiers des rapports, ensemble, dans un fichier chiffré."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dossier", metavar="DOSSIER", type=Path, default=settings.SAUVEGARDE_DOSSIER
        )
        parser.add_argument(
            "--malgre-manques",
            action="store_true",
            help="sauvegarde aussi quand le fichier d’un rapport manque ou a changé ; code 1",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        clean_up_when_stopped()
        debut = time.monotonic()
        hote = urlsplit(settings.SITE_URL).hostname or "service"
        try:
            ecrite = write_backup(
                dossier=options["dossier"],
                cles=read_public(settings.SAUVEGARDE_CLE_PUBLIQUE),
                instance=f"{settings.DEPARTEMENT}-{hote}",
                malgre_manques=options["malgre_manques"],
            )
        except SauvegardeImpossible as erreur:
            raise CommandError(str(erreur)) from erreur
        self.stdout.write(
            f"Sauvegarde écrite : {ecrite.chemin}, {ecrite.taille // 1000} ko, "
            f"{ecrite.lignes} lignes, {ecrite.fichiers} fichiers de rapports, "
            f"en {time.monotonic() - debut:.0f} s."
        )
        if ecrite.manquants:
            raise CommandError(
                "Elle est incomplète, sans ces fichiers de rapports : "
                f"{', '.join(ecrite.manquants)}."
            )
