"""`manage.py rotate_secrets`: seal secrets at rest again with the newest key of SECRET_RING."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.services.secrets import SEALED


class Command(BaseCommand):
    help = (
        "Seal again, with the newest key, what older keys have sealed. May run while Rumbo serves."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="count only; write nothing")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        verb, broken = "to be sealed again" if check else "sealed again", 0
        for name, rotate in SEALED.items():
            found = rotate(check)
            broken += found.broken
            self.stdout.write(
                f"{name}: {found.sealed} {verb}, {found.current} had the newest key already."
            )
        if broken:
            raise CommandError(
                f"{broken} do not open with any key of the ring: keep the old keys in it."
            )
