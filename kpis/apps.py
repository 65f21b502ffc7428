"""kpis: what it means."""

from importlib import import_module

from django.apps import AppConfig
from django.core.checks import register

from campaigns.signals import facts_changed
from kpis import heartbeat
from kpis.checks import check_catalogue


class KpisConfig(AppConfig):
    name = "kpis"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        register(check_catalogue, "kpis")
        import_module("kpis.notice_kinds")
        import_module("kpis.arriving.notice_kinds")
        import_module("kpis.event_kinds")
        facts_changed.connect(
            import_module("kpis.tasks").on_facts_changed, dispatch_uid="rumbo.refresh"
        )
        heartbeat.connect()
