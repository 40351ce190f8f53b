"""Arguments that several commands read the same way."""

from __future__ import annotations

import datetime as dt
import re
import signal
import sys
from pathlib import Path

from django.core.management.base import CommandError, CommandParser

from reporting.services.sauvegarde import SauvegardeImpossible, read_private
from reporting.services.sauvegarde.cles import Privee
from reporting.services.sauvegarde.erreurs import cause_of


def parse_mois(texte: str) -> dt.date:
    """« 2026-10 » -> 1 October 2026. Raises CommandError with exit code 2 (wrong usage)."""
    trouve = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", texte.strip())
    if trouve:
        return dt.date(int(trouve[1]), int(trouve[2]), 1)
    raise CommandError(
        f"« {texte} » n’est pas un mois : attendu AAAA-MM, par exemple 2026-10.", returncode=2
    )


def add_backup_arguments(parser: CommandParser) -> None:
    parser.add_argument("fichier", metavar="FICHIER", type=Path)
    parser.add_argument(
        "--cle",
        metavar="CLE",
        required=True,
        help="fichier de la clé privée ; « - » pour la lire sur l’entrée",
    )


def read_key(nom: str) -> list[Privee]:
    try:
        return read_private(sys.stdin.read() if nom == "-" else Path(nom).read_text())
    except UnicodeDecodeError as erreur:
        raise CommandError(
            f"{nom} n’est pas une clé : ce n’est pas du texte.", returncode=2
        ) from erreur
    except OSError as erreur:
        raise CommandError(
            f"La clé {nom} est illisible : {cause_of(erreur)}.", returncode=2
        ) from erreur
    except SauvegardeImpossible as erreur:
        raise CommandError(str(erreur), returncode=2) from erreur


def clean_up_when_stopped() -> None:
    """« kill » leaves through the doors too: what was written in clear meanwhile is removed."""
    signal.signal(signal.SIGTERM, lambda _numero, _cadre: sys.exit(143))
