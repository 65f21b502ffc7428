"""webhooks: what happened, sent to an agency's own programs, signed, until they have it."""

from importlib import import_module

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "webhooks"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("webhooks.notice_kinds")
        import_module("webhooks.resealing")
