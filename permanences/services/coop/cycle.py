"""One run of La Coop from its beginning to its end, and what a dead one leaves."""

from __future__ import annotations

import time
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from permanences.enums import EtatImportCoop, OrigineImport
from permanences.models import ImportCoop

# Held by the connection of the run as long as it lives: a dead one lets it go.
VERROU_COOP = 7273
PATIENCE = 3.0
PHRASE_EN_COURS = "Un autre import de La Coop est en cours : attendez sa fin."
PHRASE_INTERROMPU = "L’import s’est interrompu avant la fin : relancez-le."
_RANGS = {OrigineImport.FICHIER: 1, OrigineImport.API: 2}


def hold_run(origine: str) -> None:
    """Hold the runs of this origin for this connection; what a dead run left is said failed.

    Raises ValidationError while another one is at work. `release_run` ends it.
    """
    fin = time.monotonic() + PATIENCE
    while not _take(origine):
        # The server lets go of a killed run once it has finished the order that it was given.
        if time.monotonic() > fin:
            raise ValidationError(PHRASE_EN_COURS)
        time.sleep(0.2)
    for mort in ImportCoop.objects.filter(origine=origine, etat=EtatImportCoop.EN_COURS):
        fail_import_coop(importation=mort, cause=PHRASE_INTERROMPU)


def _take(origine: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_lock(%s, %s)", [VERROU_COOP, _RANGS[OrigineImport(origine)]]
        )
        return bool(cursor.fetchone()[0])


def release_run(origine: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_unlock(%s, %s)", [VERROU_COOP, _RANGS[OrigineImport(origine)]]
        )


def start_import_coop(*, origine: str, **champs: Any) -> ImportCoop:
    """A run at work. Call `hold_run` first."""
    return ImportCoop.objects.create(origine=origine, etat=EtatImportCoop.EN_COURS, **champs)


@transaction.atomic
def finish_import_coop(*, importation: ImportCoop) -> None:
    importation.etat, importation.termine_le = EtatImportCoop.FAIT, timezone.now()
    importation.battement = importation.termine_le
    importation.save()


def fail_import_coop(*, importation: ImportCoop, cause: str) -> None:
    importation.etat, importation.termine_le = EtatImportCoop.ECHEC, timezone.now()
    importation.cause = cause
    importation.save(update_fields=["etat", "termine_le", "cause"])
