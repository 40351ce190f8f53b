"""How each version of the layout looks: digests of the example's pages, kept in gabarits.json.

    .venv/bin/python -m reporting.tests.gabarits

records those of today under the present GABARIT. A version that never printed a transmitted
report may be recorded again; once one did, the look changes with a new GABARIT only.
"""

import hashlib
import json
import os
from pathlib import Path

FICHIER = Path(__file__).with_suffix(".json")


def empreintes_du_jour() -> dict[str, str]:
    """{type and version: SHA-256 of the page}: provisional, first, rectificative."""
    from django.test import override_settings

    from reporting.pdf import render_page
    from reporting.tests import exemple

    with override_settings(SITE_URL="https://exemple.fr"):
        return {
            f"{fabrique.__name__} {version}": hashlib.sha256(
                render_page(fabrique(version), code="7K3QD-9XW2M", carte=exemple.carte()).encode()
            ).hexdigest()
            for fabrique in (exemple.couverture, exemple.frequentation)
            for version in (0, 1, 2)
        }


def record() -> None:
    from reporting.selectors import GABARIT

    connues = json.loads(FICHIER.read_text()) if FICHIER.exists() else {}
    connues[GABARIT] = empreintes_du_jour()
    FICHIER.write_text(json.dumps(connues, indent=1) + "\n")
    print(f"{FICHIER.name} : {GABARIT} enregistré.")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    import django

    django.setup()
    record()
