"""kpis: what it means."""

from django.apps import AppConfig
from django.core.checks import register

from kpis.checks import check_catalogue


class KpisConfig(AppConfig):
    name = "kpis"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        register(check_catalogue, "kpis")
