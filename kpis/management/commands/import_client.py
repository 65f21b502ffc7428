"""Bring a client in from the file that `export_client` wrote: all of it, or nothing."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.errors import DomainError
from accounts.models import Agency
from accounts.queries import agency_id_of
from kpis.exports.archive_services import client_import


class Command(BaseCommand):
    help = "Bring in a client that export_client wrote, as a new client of an agency."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--agency", required=True, metavar="SLUG")
        parser.add_argument("--name", default="", help="What to call the client here.")

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            number = agency_id_of(options["agency"])
        if number is None:
            raise CommandError(f"There is no agency {options['agency']}.")
        try:
            found = client_import(Agency(pk=number), options["file"], options["name"].strip())
        except DomainError as error:
            hint = " (--name NAME)" if error.code == "client_there" else ""
            raise CommandError(f"{error}{hint}") from error
        for met in found.met:
            self.stdout.write(str(met))
        if found.rates_differ:
            self.stdout.write(
                f"{found.rates_differ} exchange rates differ from the agency's, which stand:"
                " converted amounts may be others than before."
            )
        client = found.client
        self.stdout.write(f"{client.name}: /a/{options['agency']}/c/{client.slug}/")
