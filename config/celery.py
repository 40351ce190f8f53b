"""The Celery application. Tasks live in <app>/tasks.py; the calendar in settings.PLANIFICATION."""

import ctypes
import gc
from contextlib import suppress
from typing import Any

from celery import Celery, Task
from celery.schedules import crontab
from celery.signals import worker_init, worker_process_init
from django.conf import settings

from territoires.enums import Porte
from territoires.journal import entree

M_MMAP_THRESHOLD = -3  # malloc.h


class TacheJournalisee(Task):
    """What a task writes is noted under its name."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with entree(Porte.TACHE, self.name):
            return super().__call__(*args, **kwargs)


app = Celery("conseillers", task_cls=TacheJournalisee)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(lambda: settings.INSTALLED_APPS)


@app.on_after_finalize.connect
def plan(sender: Celery, **_kwargs: object) -> None:
    """One beat entry per line of PLANIFICATION: seconds between two runs, or crontab fields."""
    sender.conf.beat_schedule = {
        task: {"task": task, "schedule": crontab(**when) if isinstance(when, dict) else when}
        for task, when in settings.PLANIFICATION.items()
    }


@worker_init.connect
def get_ready(**_kwargs: object) -> None:
    """Before it forks: what draws is imported once, for all its processes."""
    from territoires.pdf import preload

    preload()


@worker_process_init.connect
def settle(**_kwargs: object) -> None:
    """Give memory back between reports, and let the collector skip what was imported.

    glibc raises by itself the size above which a freed block goes back to the system; held low,
    a worker that drew sixteen reports peaks at 186 MB instead of 193, and waits at 170.
    """
    with suppress(OSError, AttributeError):  # not glibc
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, 64 * 1024)
    gc.collect()
    gc.freeze()
