"""`anonymise_candidatures [--simulation]`: erase the identities whose time is over."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from conseillers.enums import EtatCandidature
from conseillers.services import anonymise_candidatures
from territoires.typographie import accorde


class Command(BaseCommand):
    help = "Efface l’identité des candidatures dont la durée de conservation est passée."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--simulation", action="store_true", help="dit ce qui serait effacé, n’écrit rien"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        effacements = anonymise_candidatures(
            jour=timezone.localdate(), simulation=options["simulation"]
        )
        for e in effacements:
            self.stdout.write(
                f"n° {e.pk} : {EtatCandidature(e.etat).label.lower()}, reçue le "
                f"{e.recue_le:%d/%m/%Y}, à garder jusqu’au {e.garder_jusqu_au:%d/%m/%Y}"
            )
        suite = " à anonymiser (simulation : rien n’est écrit)." if options["simulation"] else "."
        mots = (
            ("candidature",)
            if options["simulation"]
            else ("candidature anonymisée", "candidatures anonymisées")
        )
        self.stdout.write(accorde(len(effacements), *mots) + suite)
