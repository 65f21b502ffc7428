"""Write everything of a client to one file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.models import Agency, Client
from accounts.queries import agency_id_of, clients_named
from accounts.tenancy import tenant_scope
from kpis.exports.archive_services import client_export


class Command(BaseCommand):
    help = "Write everything of a client (facts, definitions, goals, audit) to one zip file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("agency", metavar="AGENCY")
        parser.add_argument("client", metavar="CLIENT")
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["file"].exists():
            raise CommandError(f"{options['file']} is there already.")
        if not options["file"].absolute().parent.is_dir():
            raise CommandError(f"There is no folder {options['file'].parent}.")
        with transaction.atomic():
            number = agency_id_of(options["agency"])
            if number is None:
                raise CommandError(f"There is no agency {options['agency']}.")
            with tenant_scope(number):
                found = clients_named(Agency(pk=number), [options["client"]])
        if not found:
            raise CommandError(f"The agency has no client {options['client']}.")
        manifest = self._written(found[0], options["file"])
        rows = sum(each["rows"] for each in manifest["files"].values())
        self.stdout.write(f"{options['file']}: {rows} rows, {len(manifest['totals'])} totals.")

    def _written(self, client: Client, path: Path) -> dict[str, Any]:
        """Under another name until it is whole: what was broken off is not taken for an export."""
        part = path.with_name(f"{path.name}.part")
        try:
            manifest = client_export(client, part)
            part.rename(path)
        except OSError as error:
            raise CommandError(f"{path} could not be written: {error.strerror}.") from error
        finally:
            part.unlink(missing_ok=True)
        return manifest
