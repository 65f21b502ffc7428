"""Print a new API token for a script. The secret goes to stdout, and nowhere else."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.access import TOKEN_SCOPES
from accounts.errors import DomainError
from accounts.models import Agency
from accounts.queries import agency_id_of, clients_named
from accounts.services import token_create
from accounts.tenancy import tenant_scope


class Command(BaseCommand):
    help = "Create an API token and print its secret, which is shown this once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--agency", required=True, metavar="SLUG")
        parser.add_argument("--client", metavar="SLUG", help="limit the token to one client")
        parser.add_argument("--name", required=True)
        parser.add_argument(
            "--scopes", default="read", help=f"comma-separated; of {', '.join(TOKEN_SCOPES)}"
        )
        parser.add_argument("--days", type=int, help="days until it expires; never without it")

    def handle(self, *args: Any, **options: Any) -> None:
        scopes = [scope.strip() for scope in options["scopes"].split(",") if scope.strip()]
        with transaction.atomic():
            number = agency_id_of(options["agency"])
            if number is None:
                raise CommandError(f"There is no agency {options['agency']}.")
            with tenant_scope(number):
                client = None
                if options["client"]:
                    found = clients_named(Agency(pk=number), [options["client"]])
                    if not found:
                        raise CommandError(f"The agency has no client {options['client']}.")
                    client = found[0]
                try:
                    _token, secret = token_create(
                        Agency(pk=number), options["name"], scopes, client, options["days"]
                    )
                except DomainError as error:
                    raise CommandError(str(error)) from error
        self.stdout.write(secret)
