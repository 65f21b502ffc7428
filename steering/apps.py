"""steering: what people do about their goals: warnings, reviews, plans."""

from importlib import import_module

from django.apps import AppConfig


class SteeringConfig(AppConfig):
    name = "steering"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("steering.notice_kinds")
        import_module("steering.plan_notice_kinds")
        import_module("steering.event_kinds")
        import_module("steering.receivers")
