"""Celery: what the plan learns by itself."""

from __future__ import annotations

import logging

from celery import shared_task
from django.core.exceptions import ValidationError
from django.utils import timezone

from permanences import services
from permanences.importers.coop_api import run_import_api
from permanences.models import ImportCoop
from permanences.selectors.coop_api import is_done, is_on, last_success
from permanences.services import coop
from permanences.services.coop.fichier import PHRASE_INTERROMPU
from permanences.services.coop_api import start_import_api, sweep_imports_api

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


# --- La Coop, by its API -----------------------------------------------------------------------


@shared_task(acks_late=True)
def import_coop_api(pk: int) -> None:
    """One slice of one run; the next one is queued behind what others wait for."""
    if run_import_api(pk=pk):
        queue_import_coop(pk)


@shared_task
def import_coop_de_la_nuit() -> None:
    """Three times a night: the second and the third do nothing after a success."""
    if not is_on() or is_done(last_success(), timezone.now()):
        return
    try:
        importation = start_import_api(lance_par=None)
    except ValidationError as refus:
        logger.info("%s", refus.messages[0])
        return
    queue_import_coop(importation.pk)


@shared_task
def sweep_echange_coop() -> None:
    """Every minute: a run that its process has left."""
    for pk in sweep_imports_api():
        queue_import_coop(pk)


def queue_import_coop(importation_pk: int) -> None:
    try:
        import_coop_api.delay(importation_pk)
    except import_coop_api.OperationalError:
        logger.warning("No queue for exchange %s: the sweep will take it up", importation_pk)
    except Exception:  # done at once, it raises; the row holds the cause
        logger.exception("Exchange %s failed", importation_pk)
