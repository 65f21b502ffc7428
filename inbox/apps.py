"""inbox: who hears of what happened, in the portal and by e-mail."""

from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "inbox"
    default_auto_field = "django.db.models.BigAutoField"
