"""Arguments that several commands read the same way."""

from __future__ import annotations

import datetime as dt
import re

from django.core.management.base import CommandError


def parse_mois(texte: str) -> dt.date:
    """« 2026-10 » -> 1 October 2026. Raises CommandError with exit code 2 (wrong usage)."""
    trouve = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", texte.strip())
    if trouve:
        return dt.date(int(trouve[1]), int(trouve[2]), 1)
    raise CommandError(
        f"« {texte} » n’est pas un mois : attendu AAAA-MM, par exemple 2026-10.", returncode=2
    )
