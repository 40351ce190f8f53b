"""What the service does by itself on people's data and on the messages."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from conseillers import services


@shared_task
def anonymise_candidatures() -> None:
    """Every night: a second run the same day finds nothing left to erase."""
    services.anonymise_candidatures(jour=timezone.localdate())


@shared_task
def deliver_waiting_courriels() -> None:
    """Every minute: what a dead process or an absent server left behind."""
    services.deliver_waiting()
