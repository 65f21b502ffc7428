"""What the check of an archive saw, kept as JSON and read again for the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from kpis.archive.meeting import Met
from kpis.archive.reading import Archive
from kpis.archive.tables import RESTORED, RESTORED_LAST
from kpis.exports.archive_services import BroughtIn

#: What the rows of an archive are, in the words of the lists; the rest is told as one number.
_ROWS = (
    (_("Campaigns"), ("campaigns_campaign",)),
    (_("Leads"), ("campaigns_lead",)),
    (_("Salespeople"), ("campaigns_salesperson",)),
    (_("Customers"), ("campaigns_customer",)),
    (_("Products"), ("campaigns_product",)),
    (_("Sales"), ("campaigns_sale",)),
    (_("Refunds"), ("campaigns_refund",)),
    (_("Costs"), ("campaigns_cost",)),
    (_("Budgets"), ("campaigns_budget",)),
    (_("Daily figures"), ("campaigns_dailyfact", "campaigns_visitorday")),
    (_("Own figures"), ("campaigns_ownvalue", "campaigns_manualmonth")),
    (_("Imports"), ("campaigns_importbatch",)),
    (_("Goals"), ("kpis_goal",)),
    (_("Notes"), ("kpis_annotation",)),
    (_("Comments"), ("steering_comment",)),
    (_("Exchange rates"), ("kpis_exchangerate",)),
)


@dataclass(frozen=True)
class Finding:
    """An archive as it was found to be. first, last: the days that its numbers cover, if it has any;
    totals: how many came out as stated; rates: how many exchange rates the agency has otherwise."""

    client: str
    currency: str
    time_zone: str
    written_on: date | None
    first: date | None
    last: date | None
    rows: list[tuple[Any, int]]
    others: int
    totals: int
    met: list[Met]
    rates: int


def found_of(archive: Archive, brought: BroughtIn) -> dict[str, Any]:
    """Within the transaction that brought it in, before that is taken back."""
    manifest = archive.manifest
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(day), max(day) FROM kpis_dailytotal"
            " WHERE agency_id = %s AND client_id = %s AND day <= %s",
            [brought.client.agency_id, brought.client.pk, manifest["through"]],
        )
        first, last = cursor.fetchone()
    return {
        "client": manifest["client"],
        "currency": brought.client.currency,
        "time_zone": brought.client.time_zone,
        "written_on": _day_of(manifest.get("written_at")),
        "first": first and first.isoformat(),
        "last": last and last.isoformat(),
        "rows": {
            table: manifest["files"][f"{table}.jsonl"]["rows"]
            for table in (*RESTORED, *RESTORED_LAST)
            if f"{table}.jsonl" in manifest["files"]
        },
        "totals": len(manifest["totals"]),
        "met": [[met.table, met.name, met.became] for met in brought.met],
        "rates": brought.rates_differ,
    }


def finding_of(found: Mapping[str, Any]) -> Finding | None:
    """None while nothing has been found."""
    if not found:
        return None
    counts = dict(found["rows"])
    rows = [(words, sum(counts.pop(table, 0) for table in tables)) for words, tables in _ROWS]
    return Finding(
        client=found["client"],
        currency=found["currency"],
        time_zone=found["time_zone"],
        written_on=_day(found["written_on"]),
        first=_day(found["first"]),
        last=_day(found["last"]),
        rows=[(words, number) for words, number in rows if number],
        others=sum(counts.values()),
        totals=found["totals"],
        met=[Met(*each) for each in found["met"]],
        rates=found["rates"],
    )


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def _day_of(written: Any) -> str | None:
    """The day of an instant that a stranger wrote; None if it is none."""
    try:
        return datetime.fromisoformat(str(written)).date().isoformat()
    except ValueError:
        return None
