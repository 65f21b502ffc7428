"""Wires the role check to the first connection of each process."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created

from accounts.checks import refuse_powerful_role


class AccountsConfig(AppConfig):
    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        connection_created.connect(refuse_powerful_role, dispatch_uid="rumbo.role")
