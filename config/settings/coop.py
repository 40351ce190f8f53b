"""La Coop by its API (docs/la-coop-api.md): off until the two parts of a key are given."""

import datetime as dt
from typing import Any

from django.core.exceptions import ImproperlyConfigured


def coop_settings(env: Any) -> dict[str, Any]:
    return {
        "COOP_URL": env("COOP_URL", default="https://coop-numerique.anct.gouv.fr/api/v1").strip(),
        "COOP_CLIENT_ID": env("COOP_CLIENT_ID", default="").strip(),
        "COOP_CLIENT_SECRET": env("COOP_CLIENT_SECRET", default="").strip(),
        # Where the very first exchange begins; empty: after the last closed month.
        "COOP_DEPUIS": _jour(env("COOP_DEPUIS", default="").strip()),
    }


def _jour(texte: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(texte) if texte else None
    except ValueError as erreur:
        raise ImproperlyConfigured(
            "COOP_DEPUIS s’écrit AAAA-MM-JJ, par exemple 2026-09-01."
        ) from erreur
