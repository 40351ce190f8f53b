"""Load or update the communes, EPCI, cantons and arrondissements of a département."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from territoires.files import FichierRefuse, read_departement, read_territoire
from territoires.services import Bilan, Compte, TerritoireRefuse, load_territoire


class Command(BaseCommand):
    help = "Charge ou met à jour les communes, EPCI, cantons et arrondissements."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--departement",
            default=settings.DEPARTEMENT,
            metavar="CODE",
            help="code du département, par exemple 72 ou 2A (défaut : %(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            departement = read_departement(options["departement"])
        except FichierRefuse as error:
            raise CommandError(str(error), returncode=2) from error
        self._progress(f"Lecture des fichiers {departement.de}…")
        try:
            territoire = read_territoire(departement.code)
            self._progress("Écriture…")
            bilan = load_territoire(territoire=territoire)
        except (FichierRefuse, TerritoireRefuse) as error:
            raise CommandError(f"Rien n’a été écrit.\n{error}") from error
        self._report(bilan)

    def _progress(self, text: str) -> None:
        if self.stdout.isatty():
            self.stdout.write(text)

    def _report(self, bilan: Bilan) -> None:
        self.stdout.write(_line("communes", bilan.communes, "e"))
        self.stdout.write(_line("EPCI", bilan.epcis))
        self.stdout.write(_line("cantons", bilan.cantons))
        self.stdout.write(_line("arrondissements", bilan.arrondissements))
        self.stdout.write(_line("anciens codes", bilan.anciennes))
        for commune, absorbante in bilan.fusions:
            self.stdout.write(
                f"{commune.nom} ({commune.code}) a rejoint {absorbante.nom} ({absorbante.code})."
            )


def _line(table: str, compte: Compte, feminine: str = "") -> str:
    counts = [
        (compte.creees, "créé"),
        (compte.modifiees, "modifié"),
        (compte.fusionnees, "fusionné"),
        (compte.inchangees, "inchangé"),
    ]
    words = [f"{n} {word}{feminine}{'s' if n > 1 else ''}" for n, word in counts]
    return f"{table} : {', '.join(words)}"
