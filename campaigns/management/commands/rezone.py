"""manage.py rezone: count a client's old facts by the time zone that it has now."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import Client
from accounts.queries import agency_id_of
from accounts.tenancy import tenant_transaction
from campaigns.rezoning import facts_rezone


class Command(BaseCommand):
    help = "After a client moved: count its old facts by its new time zone. Its days are refreshed next."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--agency", required=True, help="its address (slug)")
        parser.add_argument("--client", required=True, help="its address (slug)")

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            agency_id = agency_id_of(options["agency"])
        if agency_id is None:
            raise CommandError(f"There is no agency {options['agency']}.")
        with tenant_transaction(agency_id):
            client = Client.objects.filter(agency_id=agency_id, slug=options["client"]).first()
            if client is None:
                raise CommandError(f"{options['agency']} has no client {options['client']}.")
            changed = facts_rezone(client)
        self.stdout.write(f"{client.slug}: {changed} facts now count by {client.time_zone}")
