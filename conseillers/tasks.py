"""What the service does by itself on people's data and on the messages."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone

from conseillers import services

logger = logging.getLogger(__name__)


@shared_task
def watch_securite() -> None:
    """Every minute: a burst of refused sign-ins is told once."""
    services.watch_securite()


@shared_task
def deliver_waiting_courriels() -> None:
    """Every minute: what a dead process or an absent server left behind."""
    services.deliver_waiting()


@shared_task
def send_mot_de_passe(courriel: str) -> None:
    """Out of the request: how long it takes would tell whether the account exists."""
    services.send_mot_de_passe(courriel=courriel, jour=timezone.localdate())


def queue_mot_de_passe(courriel: str) -> None:
    """For any address. Without a queue the message leaves at once: better late than never."""
    try:
        send_mot_de_passe.delay(courriel)
    except send_mot_de_passe.OperationalError:
        logger.warning("queue away: a password message is sent within its request")
        send_mot_de_passe(courriel)
