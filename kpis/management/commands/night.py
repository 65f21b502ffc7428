"""manage.py night: run the nights that are due now, here and one after the other."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from kpis.clock import due
from kpis.night import night_run


class Command(BaseCommand):
    help = "Run every client's night that is due now."

    def handle(self, *args: Any, **options: Any) -> None:
        for agency_id, client_id, day in due(timezone.now()).nights:
            run = night_run(agency_id, client_id, day)
            if run is None:
                self.stdout.write(f"client {client_id}, {day}: somebody else is at it")
            else:
                self.stdout.write(
                    f"client {client_id}, {day}: {run.state} {run.found or run.error}"
                )
