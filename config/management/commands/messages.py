"""`manage.py messages`: keep the translations in step with the code, without gettext's programs."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config import messages


class Command(BaseCommand):
    help = "Updates, checks or compiles locale/*/LC_MESSAGES/django.po."
    requires_system_checks = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        for name, text in (
            ("update", "add messages that are new in the code, drop those that are gone"),
            ("check", "fail unless they are up to date and Spanish is complete"),
            ("compile", "write the .mo files"),
        ):
            what.add_argument(
                f"--{name}", dest="action", action="store_const", const=name, help=text
            )

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        if action == "update":
            for language, missing in messages.update_all().items():
                self.stdout.write(f"{language}: {missing} not translated")
        elif action == "compile":
            self.stdout.write(f"{len(messages.compile_all())} compiled")
        elif found := messages.problems():
            lines = (
                f"{problem.path.relative_to(messages.ROOT)}: {problem.text}" for problem in found
            )
            raise CommandError("\n".join(lines))
