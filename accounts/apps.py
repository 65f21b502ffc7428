"""Wires the role check to the first connection of each process, and what is noted of logins."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.module_loading import autodiscover_modules

from accounts.checks import refuse_powerful_role


class AccountsConfig(AppConfig):
    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        autodiscover_modules("receivers")  # signals of models, hence not before all are loaded
        connection_created.connect(refuse_powerful_role, dispatch_uid="rumbo.role")
