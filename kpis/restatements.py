"""Which closed days of a number were restated since, by how much and why: reading the ledger."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Sum

from accounts.models import Client
from campaigns.measures import Measure
from kpis.calendar import Period
from kpis.models import Restatement

MOST = 50


@dataclass(frozen=True)
class Correction:
    """The difference that one recording made to one day's total of one measure."""

    day: date
    measure: str
    difference: Decimal
    recorded_at: datetime
    reasons: tuple[str, ...]


def corrections_for(client: Client, measures: Iterable[Measure], days: Period) -> list[Correction]:
    """Over all channels and campaigns, the newest first; what cancels out inside a day is left out."""
    rows = (
        Restatement.objects.filter(
            agency_id=client.agency_id,
            client=client,
            measure__in=[each.key for each in measures],
            day__range=(days.first, days.last),
        )
        .values("day", "measure", "recorded_at", "reasons")
        .annotate(total=Sum("difference"))
        .order_by("-recorded_at", "-day")
    )
    return [
        Correction(
            row["day"], row["measure"], row["total"], row["recorded_at"], tuple(row["reasons"])
        )
        for row in rows[:MOST]
        if row["total"]
    ]
