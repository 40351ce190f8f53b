"""`seed_demo [--mois N] [--exemples DOSSIER]`: a believable demonstration (docs/demo.md)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from reporting import demo

MOIS_MAX = 36


class Command(BaseCommand):
    help = "Remplit une base vide de données de démonstration, entièrement fictives."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--mois",
            type=int,
            default=12,
            metavar="N",
            help=f"mois d’activité avant le mois en cours, de 1 à {MOIS_MAX} (défaut : 12)",
        )
        parser.add_argument(
            "--exemples",
            type=Path,
            metavar="DOSSIER",
            help="où laisser l’export de La Coop qu’un visiteur peut importer",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1 <= options["mois"] <= MOIS_MAX:
            raise CommandError(f"--mois va de 1 à {MOIS_MAX}.", returncode=2)
        try:
            demo.seed(
                aujourd_hui=timezone.localdate(),
                nombre_mois=options["mois"],
                suivi=self._suivi,
                exemples=options["exemples"],
            )
        except demo.DejaLa:
            self.stdout.write("Les données de démonstration sont déjà là : rien n’a été changé.")
        except demo.BaseOccupee as refus:
            raise CommandError(
                "Cette base contient de vraies données : la démonstration ne s’y mélange pas. "
                "Choisissez une base vide (DATABASE_URL)."
            ) from refus
        except demo.TerritoiresAbsents as refus:
            raise CommandError(
                "Chargez d’abord les territoires : python manage.py load_territoires"
            ) from refus
        except demo.RapportImpossible as echec:
            raise CommandError(
                f"Les données sont prêtes, mais un PDF n’a pas pu être produit. {echec}\n"
                "Relancez-le depuis l’administration une fois la cause réglée."
            ) from echec
        else:
            self.stdout.write("Données de démonstration prêtes.")

    def _suivi(self, etape: str) -> None:
        if self.stdout.isatty():
            self.stdout.write(etape)
