"""`migrate`, run as the owner of the tables: the web's own role may not change them."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate as djangos
from django.db import DEFAULT_DB_ALIAS, connections

from accounts.migrating import QuickExecutor
from accounts.roles import table_statements

OWNER_ALIAS = "owner"


class Command(djangos.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        if options["database"] == DEFAULT_DB_ALIAS:
            if OWNER_ALIAS not in connections:
                raise CommandError("Migrations run as rumbo_owner: set DATABASE_OWNER_URL.")
            options["database"] = OWNER_ALIAS
        if not (options["check_unapplied"] or options["plan"]):
            # Before the tables are made, so that they are born with the app's rights.
            with connections[options["database"]].cursor() as cursor:
                for statement in table_statements():
                    cursor.execute(statement)
        # Django's command has no other place for it.
        vars(djangos)["MigrationExecutor"] = QuickExecutor
        super().handle(*args, **options)
