"""`close_mois AAAA-MM`: close a month and build both reports (contrat/formats.md)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from permanences.models.mois import du_mois
from permanences.selectors.coop import derniere_importation
from permanences.selectors.imports_coop import import_en_mots
from reporting import services
from reporting.enums import StatutRapport
from reporting.management.arguments import parse_mois
from reporting.models import Rapport
from reporting.selectors import Verification


class Command(BaseCommand):
    help = "Clôt un mois : fige les chiffres et produit les deux rapports."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("mois", metavar="AAAA-MM")
        parser.add_argument(
            "--accepter-avertissements",
            metavar="MOTIF",
            default="",
            help="accepte les avertissements ; le motif est imprimé dans les rapports",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        mois = parse_mois(options["mois"])
        dernier = import_en_mots(derniere_importation())
        self.stdout.write(f"Dernier import de La Coop : {dernier or 'aucun'}.")
        try:
            rapports = services.close_mois(
                mois=mois,
                utilisateur=None,
                motif_avertissements=options["accepter_avertissements"],
            )
        except services.ClotureRefusee as refus:
            raise CommandError(self._refus(refus)) from refus
        except ValidationError as erreur:
            raise CommandError("\n".join(erreur.messages)) from erreur
        self.stdout.write(f"Mois {du_mois(mois)} clos, version {rapports[0].version}.")
        for rapport in rapports:
            self._render(rapport)

    def _render(self, rapport: Rapport) -> None:
        """Here and now; a worker that was quicker is waited for by the next reading."""
        try:
            services.render_rapport(pk=rapport.pk)
        except Exception as erreur:
            raise CommandError(
                f"{rapport} : les chiffres sont figés, mais le PDF a échoué ({erreur}). "
                "Il peut être relancé depuis l’administration."
            ) from erreur
        rapport.refresh_from_db()
        if rapport.statut == StatutRapport.PRODUIT:
            self.stdout.write(f"{rapport} : {rapport.pdf.name}, SHA-256 {rapport.sha256}")
        else:
            self.stdout.write(f"{rapport} : PDF en cours.")

    def _refus(self, refus: services.ClotureRefusee) -> str:
        titre = (
            "Clôture refusée. À régler d’abord :"
            if refus.bloquants
            else "Clôture en attente. Réglez ces avertissements, ou acceptez-les avec "
            "--accepter-avertissements « motif » :"
        )
        return "\n".join([titre, *(_ligne(v) for v in refus.constats)])


def _ligne(constat: Verification) -> str:
    exemples = "".join(f"\n      {exemple}" for exemple in constat.exemples)
    return f"  - {constat.libelle} : {constat.nombre}{exemples}"
