"""One client of the demo while its story is written."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from accounts.models import Client
from campaigns.models import Campaign, LandingPage, Salesperson
from kpis.calendar import local_date, zone
from kpis.demo.clients import Business


@dataclass
class Stage:
    """One client being written: its rows that facts point at, by name."""

    client: Client
    business: Business
    first: date
    last: date
    campaigns: dict[str, Campaign]
    pages: dict[str, LandingPage]
    salespeople: list[Salesperson]

    def own(self, **columns: Any) -> dict[str, Any]:
        return {"agency_id": self.client.agency_id, "client": self.client, **columns}

    def fact(self, source: str, external_id: str, **columns: Any) -> dict[str, Any]:
        return self.own(source=source, external_id=external_id, tz=self.client.time_zone, **columns)

    def happened(self, at: datetime | None) -> datetime | None:
        """The instant, unless it lies after the story's last day."""
        is_told = at is not None and local_date(at, zone(self.client.time_zone)) <= self.last
        return at if is_told else None
