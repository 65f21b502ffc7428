"""Makes the Celery application known to every process that runs Django."""

from django.apps import AppConfig

from config.celery import app

__all__ = ["Config", "app"]


class Config(AppConfig):
    name = "config"
    verbose_name = "Rumbo"
