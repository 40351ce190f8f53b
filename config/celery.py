"""The Celery application. Tasks live in <app>/tasks.py; the calendar in settings.PLANIFICATION."""

import gc

from celery import Celery
from celery.schedules import crontab
from celery.signals import worker_process_init
from django.conf import settings

app = Celery("conseillers")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(lambda: settings.INSTALLED_APPS)


@app.on_after_finalize.connect
def plan(sender: Celery, **_kwargs: object) -> None:
    """One beat entry per line of PLANIFICATION: seconds between two runs, or crontab fields."""
    sender.conf.beat_schedule = {
        task: {"task": task, "schedule": crontab(**when) if isinstance(when, dict) else when}
        for task, when in settings.PLANIFICATION.items()
    }


@worker_process_init.connect
def freeze(**_kwargs: object) -> None:
    """What was imported stays: the collector need not walk through it for each report."""
    gc.collect()
    gc.freeze()
