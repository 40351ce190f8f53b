"""`reprint_rapport CODE`: print a report again from its kept page (docs/adr/0009)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from reporting import services
from reporting.models import Rapport


class Command(BaseCommand):
    help = "Réimprime un rapport depuis sa page gardée, et dit si le PDF est identique."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", metavar="CODE", help="code de vérification du rapport")
        parser.add_argument(
            "--vers", metavar="DOSSIER", type=Path, help="écrit aussi le PDF dans ce dossier"
        )
        parser.add_argument(
            "--remettre",
            action="store_true",
            help="si le PDF gardé est perdu, remet celui-ci à sa place quand il est identique",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        rapport = _rapport(options["code"])
        try:
            tirage = services.reprint_rapport(rapport=rapport)
            if options["vers"]:
                self._write(options["vers"] / f"{rapport.nom_fichier}.pdf", tirage.contenu)
            if not tirage.identique:
                raise CommandError(
                    f"Différent : {rapport}, SHA-256 {tirage.sha256} au lieu de {rapport.sha256}. "
                    f"{tirage.explication}"
                )
            self.stdout.write(f"Identique : {rapport}, SHA-256 {tirage.sha256}.")
            if options["remettre"] and rapport.pdf_perdu:
                services.relance_rapport(rapport=rapport, utilisateur=None)
                self.stdout.write(f"PDF remis à sa place : {rapport.pdf.name}.")
        except ValidationError as erreur:
            raise CommandError("\n".join(erreur.messages)) from erreur

    def _write(self, chemin: Path, contenu: bytes) -> None:
        try:
            chemin.parent.mkdir(parents=True, exist_ok=True)
            chemin.write_bytes(contenu)
        except OSError as erreur:
            raise CommandError(
                f"Impossible d’écrire {chemin} : {erreur.strerror}.", returncode=2
            ) from erreur
        self.stdout.write(f"Écrit : {chemin}")


def _rapport(code: str) -> Rapport:
    rapport = Rapport.objects.filter(code=code.strip().upper()).first()
    if rapport is None:
        raise CommandError(
            f"Aucun rapport n’a le code « {code} » : il est imprimé au bas de ses pages.",
            returncode=2,
        )
    return rapport
