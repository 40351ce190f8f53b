"""Celery: what the plan learns by itself."""

from __future__ import annotations

import logging

from celery import shared_task

from permanences import services
from permanences.models import ImportCoop
from permanences.services import coop
from permanences.services.coop.fichier import PHRASE_INTERROMPU

logger = logging.getLogger(__name__)


@shared_task
def load_vacances() -> None:
    """Once a month: the school holidays that were published since."""
    if nombre := services.load_vacances():
        logger.info("%s periods of school holidays added", nombre)


# --- La Coop's file, sent in the browser -------------------------------------------------------

# Some hundred activities are passed through while the person waits, in a second or two.
LIGNES_SUR_LE_CHAMP = 300
PHRASE_SANS_FILE = (
    "Le service des tâches ne répond pas : rien n’a été écrit. Recommencez dans un moment."
)


@shared_task(acks_late=True)
def preview_import_coop(pk: int) -> None:
    coop.preview_import_coop(pk=pk)


@shared_task(acks_late=True)
def write_import_coop(pk: int) -> None:
    coop.write_import_coop(pk=pk)


@shared_task
def sweep_imports_coop() -> None:
    coop.sweep_imports_coop()


def start_import_coop(recu: ImportCoop) -> None:
    """The next step of this file: at once for a small one, else by a worker."""
    tache = write_import_coop if recu.confirme_le else preview_import_coop
    try:
        if recu.lignes <= LIGNES_SUR_LE_CHAMP:
            tache(recu.pk)
        else:
            tache.delay(recu.pk)
    except tache.OperationalError:
        coop.fail_reading(pk=recu.pk, cause=PHRASE_SANS_FILE)
    except Exception:  # done at once, it raises; the row holds the cause
        logger.exception("Import %s of La Coop failed", recu.pk)
        coop.fail_reading(pk=recu.pk, cause=PHRASE_INTERROMPU)
