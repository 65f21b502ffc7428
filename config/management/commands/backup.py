"""`manage.py backup DIR`: everything that is needed to have it all back, but the keys."""

import argparse
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.backups import BackupInvalid, backup


class Command(BaseCommand):
    help = "Saves the database, the files to be imported, and a manifest with counts and hashes."
    requires_system_checks = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("directory", type=Path, help="a directory that is not there yet")

    def handle(self, *args: Any, directory: Path, **options: Any) -> None:
        if not settings.BACKUP_DATABASE:
            raise CommandError("Set DATABASE_BACKUP_URL to the database as rumbo_backup.")
        try:
            made = backup(directory.resolve(), settings.BACKUP_DATABASE)
        except BackupInvalid as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{directory}: {sum(made.rows.values())} rows of {len(made.rows)} tables and"
            f" {len(made.files) - 1} files, as of {made.made_at}, in {made.seconds} s.\n"
            f"Its secrets are sealed with the keys {', '.join(made.keys)}: keep these apart from it."
        )
