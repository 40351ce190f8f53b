"""`import_coop_api [--depuis AAAA-MM-JJ] [--simulation]`: the exchange with La Coop, at once."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from permanences.enums import EtatImportCoop
from permanences.importers.coop_api import connect, run_import_api
from permanences.importers.coop_client import EchecCoop
from permanences.importers.coop_essai import preview_import_api
from permanences.models import ImportCoop
from permanences.services.coop_api import start_import_api, sweep_imports_api
from territoires.typographie import accorde, format_nombre


class Command(BaseCommand):
    help = "Lit les comptes rendus de La Coop par son API (voir docs/la-coop-api.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--depuis",
            metavar="AAAA-MM-JJ",
            type=_jour,
            help="relire ce qui a été modifié depuis ce jour (par défaut : la suite)",
        )
        parser.add_argument("--simulation", action="store_true", help="compter, ne rien écrire")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            client = connect()
            if options["simulation"]:
                for phrase in preview_import_api(client, depuis=options["depuis"]):
                    self.stdout.write(phrase)
                return
        except EchecCoop as echec:
            raise CommandError(str(echec)) from None
        # One that a dead process left is taken up again rather than waited for.
        abandonnes = sweep_imports_api()
        try:
            pk = abandonnes[0] if abandonnes else start_import_api(
                lance_par=None, depuis=options["depuis"]
            ).pk  # fmt: skip
        except ValidationError as refus:
            raise CommandError(refus.messages[0]) from None
        while run_import_api(pk=pk, client=client):
            self._progress(ImportCoop.objects.get(pk=pk))
        self._tell(ImportCoop.objects.get(pk=pk))

    def _progress(self, importation: ImportCoop) -> None:
        lus = format_nombre(importation.parcourus)
        self.stderr.write(f"{lus} comptes rendus du pays parcourus")

    def _tell(self, importation: ImportCoop) -> None:
        for phrase in importation.phrases:
            self.stdout.write(phrase)
        if importation.etat != EtatImportCoop.FAIT:
            raise CommandError(importation.cause or "L’échange n’est pas allé à son terme.")
        lus = accorde(importation.lus, "compte rendu de nos conseillers", "comptes rendus de nos "
                      "conseillers")  # fmt: skip
        self.stdout.write(
            f"{lus} sur {format_nombre(importation.parcourus)} parcourus : "
            f"{accorde(importation.crees, 'séance créée', 'séances créées')}, "
            f"{accorde(importation.modifies, 'modifiée')}, "
            f"{accorde(importation.inchanges, 'inchangée')}, "
            f"{accorde(importation.supprimes, 'supprimée')}, "
            f"{accorde(importation.ecartes, 'mise de côté', 'mises de côté')}."
        )


def _jour(texte: str) -> dt.date:
    try:
        return dt.date.fromisoformat(texte)
    except ValueError:
        raise CommandError(
            f"« {texte} » n’est pas une date : attendu AAAA-MM-JJ, par exemple 2026-09-01.",
            returncode=2,
        ) from None
