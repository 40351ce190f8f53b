"""Celery: what the plan learns by itself."""

from __future__ import annotations

import logging

from celery import shared_task

from permanences import services

logger = logging.getLogger(__name__)


@shared_task
def load_vacances() -> None:
    """Once a month: the school holidays that were published since."""
    if nombre := services.load_vacances():
        logger.info("%s periods of school holidays added", nombre)
