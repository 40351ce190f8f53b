"""La Coop by its API (docs/la-coop-api.md): off until the two parts of a key are given."""

import datetime as dt
from typing import Any


def coop_settings(env: Any) -> dict[str, Any]:
    depuis = env("COOP_DEPUIS", default="")
    return {
        "COOP_URL": env("COOP_URL", default="https://coop-numerique.anct.gouv.fr/api/v1"),
        "COOP_CLIENT_ID": env("COOP_CLIENT_ID", default=""),
        "COOP_CLIENT_SECRET": env("COOP_CLIENT_SECRET", default=""),
        # Where the very first exchange begins; empty: after the last closed month.
        "COOP_DEPUIS": dt.date.fromisoformat(depuis) if depuis else None,
    }
