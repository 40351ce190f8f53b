"""The run of a file from its beginning to its end, and what a dead one leaves.

That of an exchange lasts longer than a connection: it is held otherwise (services.coop_api).
"""

from __future__ import annotations

import time
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from permanences.enums import EtatImportCoop, OrigineImport
from permanences.models import ImportCoop

# Held by the connection of the run as long as it lives: a dead one lets it go.
VERROU_COOP = (7273, 1)
PATIENCE = 3.0
PHRASE_EN_COURS = "Un autre import de La Coop est en cours : attendez sa fin."
PHRASE_INTERROMPU = "L’import s’est interrompu avant la fin : relancez-le."


def hold_run() -> None:
    """Hold the runs of files for this connection; what a dead run left is said failed.

    Raises ValidationError while another one is at work. `release_run` ends it.
    """
    fin = time.monotonic() + PATIENCE
    while not _take():
        # The server lets go of a killed run once it has finished the order that it was given.
        if time.monotonic() > fin:
            raise ValidationError(PHRASE_EN_COURS)
        time.sleep(0.2)
    en_cours = {"origine": OrigineImport.FICHIER, "etat": EtatImportCoop.EN_COURS}
    for mort in ImportCoop.objects.filter(**en_cours):
        fail_import_coop(importation=mort, cause=PHRASE_INTERROMPU)


def _take() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", VERROU_COOP)
        return bool(cursor.fetchone()[0])


def release_run() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", VERROU_COOP)


def open_run(**champs: Any) -> ImportCoop:
    """A run at work. Call `hold_run` first."""
    return ImportCoop.objects.create(
        origine=OrigineImport.FICHIER, etat=EtatImportCoop.EN_COURS, **champs
    )


@transaction.atomic
def finish_import_coop(*, importation: ImportCoop) -> None:
    importation.etat, importation.termine_le = EtatImportCoop.FAIT, timezone.now()
    importation.battement = importation.termine_le
    importation.save()


def fail_import_coop(*, importation: ImportCoop, cause: str) -> None:
    importation.etat, importation.termine_le = EtatImportCoop.ECHEC, timezone.now()
    importation.cause = cause
    importation.save(update_fields=["etat", "termine_le", "cause"])
