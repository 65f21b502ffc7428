"""`manage.py restore DIR`: a backup into an empty database, checked row by row."""

import argparse
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.backups import BackupInvalid, restore


class Command(BaseCommand):
    help = "Brings a backup back into an empty database, and counts what came."
    requires_system_checks = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("directory", type=Path, help="what `manage.py backup` made")

    def handle(self, *args: Any, directory: Path, **options: Any) -> None:
        owner = settings.DATABASES.get("owner")
        if not owner or not settings.BACKUP_DATABASE:
            raise CommandError("Set DATABASE_OWNER_URL and DATABASE_BACKUP_URL.")
        began = time.monotonic()
        try:
            found, heed = restore(directory.resolve(), owner, settings.BACKUP_DATABASE)
        except BackupInvalid as error:
            raise CommandError(str(error)) from error
        for line in heed:
            self.stderr.write(line)
        self.stdout.write(
            f"{sum(found.rows.values())} rows of {len(found.rows)} tables are back, as of"
            f" {found.made_at}, in {time.monotonic() - began:.1f} s. Now run manage.py migrate."
        )
