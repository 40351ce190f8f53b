"""`apply_conservation [REGLE…] [--simulation]`: erase what was kept its time."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from reporting.services import apply_conservation
from reporting.services.conservation import APPLICATIONS
from territoires.typographie import accorde


class Command(BaseCommand):
    help = "Applique les durées de conservation, comme chaque nuit (docs/conservation.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "regles", nargs="*", metavar="REGLE", choices=[[], *APPLICATIONS],
            help="une ou plusieurs des règles ; toutes par défaut : " + ", ".join(APPLICATIONS),
        )  # fmt: skip
        parser.add_argument(
            "--simulation", action="store_true", help="dit ce qui serait effacé, n’écrit rien"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        simulation = options["simulation"]
        effets = apply_conservation(
            jour=timezone.localdate(), codes=options["regles"], simulation=simulation
        )
        mots = ("ligne à effacer", "lignes à effacer") if simulation else (
            "ligne effacée", "lignes effacées",
        )  # fmt: skip
        for effet in effets:
            dit = f"échec ({effet.echec})" if effet.echec else accorde(effet.lignes, *mots)
            self.stdout.write(f"{effet.regle.code} : {dit} ({effet.regle.quoi.lower()})")
        if simulation:
            self.stdout.write("Simulation : rien n’a été écrit.")
        if echecs := [effet.regle.code for effet in effets if effet.echec]:
            raise CommandError(
                f"Ces règles n’ont rien effacé : {', '.join(echecs)}. Voyez le journal du serveur."
            )
