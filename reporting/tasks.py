"""Celery: a message carries an id, the Rapport row says what is to be done (docs/adr)."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable

from celery import shared_task
from django.core.exceptions import ValidationError
from django.utils import timezone

from conseillers.enums import EtatImport
from conseillers.models import ImportFichier
from permanences import calendrier
from permanences.models.mois import premier_du_mois
from reporting import services
from reporting.importers.registre import IMPORTEURS
from reporting.models import Rapport
from territoires.importers.importeur import Importeur

logger = logging.getLogger(__name__)


def start_rendering(rapports: Iterable[Rapport]) -> bool:
    """Ask for the PDFs; False when no queue answers: beat asks again, nothing is lost."""
    for rapport in rapports:
        try:
            build_rapport.delay(rapport.pk)
        except build_rapport.OperationalError:
            # Not asked again for the next one: each try waits some seconds for the queue.
            logger.warning("No queue for report %s: the sweep will take it up", rapport.pk)
            return False
        except Exception:  # eager mode raises what the rendering raised; the row holds the cause
            logger.exception("Report %s was not drawn", rapport.pk)
    return True


@shared_task(acks_late=True)
def build_rapport(pk: int) -> None:
    """Draw one report. Not retried here: a failure is on its row, with its cause."""
    services.render_rapport(pk=pk)


@shared_task
def sweep_rapports() -> None:
    """Start again what waits or what a dead worker held (every fifteen seconds)."""
    silence = timezone.now() - services.SILENCE_MAX
    for pk in (
        Rapport.objects.a_reprendre(battement_avant=silence)
        .order_by("fige_le", "pk")
        .values_list("pk", flat=True)
    ):
        try:
            services.render_rapport(pk=pk)
        except Exception:
            logger.exception("Report %s was not drawn", pk)


@shared_task
def build_rapports_provisoires() -> None:
    """On the 1st: provisional reports of the month that ended."""
    mois = calendrier.mois_decale(premier_du_mois(timezone.localdate()), -1)
    build_provisoires(mois)


def build_provisoires(mois: dt.date) -> bool:
    try:
        rapports = services.build_provisoires(mois=mois)
    except ValidationError as erreur:
        logger.info("%s", erreur.messages[0])
        return True
    return start_rendering(rapports)


@shared_task
def send_relances() -> None:
    """Every morning: what the calendar of the reminders has for that working day."""
    envoyees = services.relance_du_jour(jour=timezone.localdate())
    if envoyees:
        logger.info("%s reminders sent", len(envoyees))


@shared_task
def apply_conservation() -> None:
    """Every night: what was kept its time; a second run the same night finds nothing left."""
    services.apply_conservation(jour=timezone.localdate())


# --- Files sent in the browser ----------------------------------------------------------------

# About a thousand lines: read while the person waits, in a second or two.
OCTETS_SUR_LE_CHAMP = 150_000
PHRASE_SANS_FILE = (
    "Le service des tâches ne répond pas : rien n’a été écrit. Renvoyez le fichier dans un moment."
)


@shared_task(acks_late=True)
def read_import(pk: int) -> None:
    services.read_import(pk=pk, importeur=_importeur(pk))


@shared_task(acks_late=True)
def write_import(pk: int) -> None:
    services.write_import(pk=pk, importeur=_importeur(pk))


@shared_task
def sweep_imports() -> None:
    services.sweep_imports()


def _importeur(pk: int) -> Importeur:
    return IMPORTEURS[ImportFichier.objects.values_list("type", flat=True).get(pk=pk)]()


def start_import(recu: ImportFichier) -> None:
    """The next step of this file: at once for a small one, else by a worker."""
    tache = write_import if recu.etat == EtatImport.ECRITURE else read_import
    try:
        if recu.taille <= OCTETS_SUR_LE_CHAMP:
            tache(recu.pk)
        else:
            tache.delay(recu.pk)
    except tache.OperationalError:
        services.fail_import(pk=recu.pk, cause=PHRASE_SANS_FILE)
    except Exception:  # done at once, it raises; the row holds the cause
        logger.exception("Import %s failed", recu.pk)
