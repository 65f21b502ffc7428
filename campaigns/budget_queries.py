"""Over which days a client's budgets run."""

from collections.abc import Sequence
from datetime import date

from accounts.models import Client
from campaigns.models import Budget

#: First and last day, both included.
Span = tuple[date, date]


def budget_spans(client: Client, first: date, last: date) -> list[Span]:
    """The days of every budget that touches a range. Inside a scope that holds the client."""
    rows = Budget.objects.filter(
        agency_id=client.agency_id, client=client, starts_on__lte=last, ends_on__gte=first
    )
    return list(rows.values_list("starts_on", "ends_on").distinct())


def span_around(spans: Sequence[Span], day: date) -> Span | None:
    """From the first to the last day of the budgets that run on a day; None if there is none."""
    running = [span for span in spans if span[0] <= day <= span[1]]
    return (min(running)[0], max(last for _first, last in running)) if running else None
