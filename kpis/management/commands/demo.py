"""`demo`: make the demo agency, and print its logins."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.queries import person_exists
from kpis.demo.clients import CLIENTS
from kpis.demo.stage import PASSWORD, PEOPLE, VIEWER, agencies_make, client_tell


class Command(BaseCommand):
    help = "Make the demo agency with six clients and eighteen months of data ending yesterday."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--only", metavar="SLUG", help="tell the story of this client only")

    def handle(self, *args: Any, **options: Any) -> None:
        if person_exists(PEOPLE[0][0]):
            raise CommandError("The demo agency is already there.")
        agency, _users = agencies_make()
        for business in CLIENTS:
            if options["only"] in (None, business.slug):
                count = client_tell(agency, business)
                self.stderr.write(f"{business.name}: {count} facts")
        for email, _name, role in PEOPLE:
            self.stdout.write(f"{email}  {PASSWORD}  ({role})")
        self.stdout.write(f"{VIEWER[0]}  {PASSWORD}  (viewer of {CLIENTS[0].name})")
