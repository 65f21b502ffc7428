"""Makes the Celery application known to every process that runs Django."""

from django.apps import AppConfig

from config.celery import app
from config.logs import follow_tasks

__all__ = ["Config", "app"]


class Config(AppConfig):
    name = "config"
    verbose_name = "Rumbo"

    def ready(self) -> None:
        follow_tasks()
