"""What draws PDFs takes seconds to import: whoever draws does it at the start, nobody else does."""

from __future__ import annotations

import subprocess
import sys

import pytest
from django.conf import settings

COMMANDE = "import django; django.setup(); import config.urls"
WEB = "import config.wsgi"
WORKER = (
    "import django; django.setup(); import config.celery; "
    "from celery.signals import worker_init; worker_init.send(None)"
)


@pytest.mark.pdf
@pytest.mark.parametrize(
    ("qui", "demarrage", "dessine"),
    [("commande", COMMANDE, False), ("web", WEB, True), ("worker", WORKER, True)],
)
def test_who_draws_is_ready_and_who_does_not_starts_light(
    qui: str, demarrage: str, dessine: bool
) -> None:
    code = f"{demarrage}; import sys; print('weasyprint' in sys.modules)"
    fait = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=settings.BASE_DIR, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert fait.stdout.strip() == str(dessine), qui
