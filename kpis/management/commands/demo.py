"""`demo`: make the demo agency, and print its logins."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.models import Agency
from accounts.tenancy import tenant_transaction
from kpis.calendar import ONE_DAY, add_months
from kpis.demo.clients import CLIENTS
from kpis.demo.rates import rates_tell
from kpis.demo.stage import (
    MONTHS,
    PASSWORD,
    PEOPLE,
    VIEWER,
    agencies_make,
    agency_there,
    client_tell,
    is_told,
)


class Command(BaseCommand):
    """Goes on where an interrupted run stopped; a second run writes nothing and prints the logins."""

    help = "Make the demo agency with six clients and eighteen months of data ending yesterday."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--only", metavar="SLUG", help="tell the story of this client only")
        parser.add_argument("--months", type=int, default=MONTHS, help="how far back it begins")

    def handle(self, *args: Any, **options: Any) -> None:
        agency = agency_there() or agencies_make()[0]
        self.rates(agency, options["months"])
        for business in CLIENTS:
            if options["only"] in (None, business.slug) and not is_told(agency, business):
                count = client_tell(agency, business, options["months"])
                self.stderr.write(f"{business.name}: {count} facts")
        for email, _name, role in PEOPLE:
            self.stdout.write(f"{email}  {PASSWORD}  ({role})")
        self.stdout.write(f"{VIEWER[0]}  {PASSWORD}  (viewer of {CLIENTS[0].name})")

    def rates(self, agency: Agency, months: int) -> None:
        last = timezone.localdate() - ONE_DAY
        with tenant_transaction(agency.pk):
            rates_tell(agency, add_months(last, -months - 1), last)
