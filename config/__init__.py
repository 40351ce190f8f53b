# Tasks declared with shared_task must find the application in every process.
from config.celery import app as celery_app

__all__ = ["celery_app"]
