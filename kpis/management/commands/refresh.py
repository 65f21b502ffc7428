"""manage.py refresh: bring a client's snapshot up to its facts now, or rebuild it whole."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import Client
from accounts.queries import agency_id_of
from accounts.tenancy import tenant_transaction
from kpis.models import DirtyDay
from kpis.snapshots import snapshot_refresh


class Command(BaseCommand):
    help = "Refresh the snapshot of a client, or of every client of an agency."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--agency", required=True, help="its address (slug)")
        parser.add_argument("--client", help="its address (slug); without it, every client")
        parser.add_argument("--all", action="store_true", help="all days, whether marked or not")

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            agency_id = agency_id_of(options["agency"])
        if agency_id is None:
            raise CommandError(f"There is no agency {options['agency']}.")
        with tenant_transaction(agency_id):
            named = {"slug": options["client"]} if options["client"] else {}
            clients = list(Client.objects.filter(agency_id=agency_id, **named).order_by("pk"))
        if not clients:
            raise CommandError(f"{options['agency']} has no client {options['client'] or ''}.")
        for client in clients:
            self.refresh(agency_id, client, options["all"])

    def refresh(self, agency_id: int, client: Client, is_whole: bool) -> None:
        with tenant_transaction(agency_id):
            if is_whole:
                DirtyDay.objects.create(agency_id=agency_id, client=client, reason="rebuilt")
            done = snapshot_refresh(client)
        days = done.days.items() if done else ()
        counts = ", ".join(f"{name} {'all' if n is None else n}" for name, n in days)
        self.stdout.write(f"{client.slug}: {counts or 'nothing to do'}")
