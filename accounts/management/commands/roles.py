"""`manage.py roles --print`: the SQL that a DBA runs once on a server of one's own."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from accounts.roles import script


class Command(BaseCommand):
    help = "Prints the SQL that creates Rumbo's database roles. It runs nothing."
    requires_system_checks = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--print", action="store_true", dest="is_printed", help="print the SQL")
        parser.add_argument(
            "--major",
            type=int,
            choices=range(15, 19),
            help="PostgreSQL version of the server; default: ask the configured one",
        )

    def handle(self, *args: Any, is_printed: bool, major: int | None, **options: Any) -> None:
        if not is_printed:
            raise CommandError(
                "Rumbo changes no roles by itself; use --print and run what it prints."
            )
        if major is None:
            with connection.cursor():
                major = connection.pg_version // 10000  # type: ignore[attr-defined]
        self.stdout.write(script(major, str(connection.settings_dict["NAME"])), ending="")
