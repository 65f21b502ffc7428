"""Say whether the file of a client is whole: hashes, counts, references, and its numbers rebuilt."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.errors import DomainError
from kpis.exports.archive_services import archive_check


class Command(BaseCommand):
    help = "Check a file that export_client wrote; nothing of it stays in the database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = archive_check(options["file"])
        except DomainError as error:
            raise CommandError(str(error)) from error
        for table, rows in sorted(found.rows.items()):
            if rows:
                self.stdout.write(f"{table:>32} {rows:>10,}")
        self.stdout.write(f"{found.client}: whole; {found.totals} totals come out as stated.")
