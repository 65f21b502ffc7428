"""The figures by day that were entered by hand, who changed them, and who else delivers them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.dateparse import parse_date

from accounts.models import AuditEntry, Client
from accounts.numbers import written_here
from campaigns.announcing import MANUAL
from campaigns.daily_by_hand.places import KIND, Place
from campaigns.facts.daily import DAILY_FAMILIES, DAILY_MEASURES
from campaigns.measures import MEASURES
from campaigns.models import Act, DailyFact, SourceSync
from campaigns.own_months import Month
from campaigns.records.images import RowChange, changes_in, entries_of
from campaigns.records.people import people_named

_ACTS, _LINES = 10, 12
_TABLE = DailyFact._meta.db_table
_KEYS = tuple(key for family in DAILY_FAMILIES for key in DAILY_MEASURES[family])


def rows_of(client: Client, place: Place, days: Sequence[date]) -> QuerySet[DailyFact]:
    """The rows of these days at this place, by their days."""
    return DailyFact.objects.filter(
        agency_id=client.agency_id,
        client=client,
        source=MANUAL,
        family=place.family,
        external_id__in=[place.external_id(day) for day in days],
    ).order_by("day", "pk")


def standing_of(
    client: Client, place: Place, month: Month
) -> tuple[dict[date, dict[str, Any]], dict[date, str]]:
    """(the figures by their days; the currency of days whose amounts are not in the client's: it had
    another one when they were entered, and they keep theirs)."""
    rows = list(rows_of(client, place, month.days))
    others = {row.day: row.currency for row in rows if row.currency not in ("", client.currency)}
    return {row.day: {key: getattr(row, key) for key in place.keys} for row in rows}, others


def others_of(client: Client, family: str) -> list[str]:
    """The other sources that deliver this family: what is entered is added to theirs."""
    syncs = SourceSync.objects.filter(agency_id=client.agency_id, client=client, family=family)
    return list(syncs.exclude(source=MANUAL).order_by("source").values_list("source", flat=True))


@dataclass(frozen=True)
class Moved:
    """A figure that became another; '' is nothing."""

    day: date | None
    label: Any
    before: str
    after: str


@dataclass(frozen=True)
class Entered:
    """What somebody did in one go. more: how many changed figures are not listed."""

    act: Act
    who: str
    at: datetime
    moved: tuple[Moved, ...]
    more: int


def history_of(client: Client) -> list[Entered]:
    """The last acts, the newest first, with the figures that each of them changed."""
    acts = list(
        Act.objects.filter(agency_id=client.agency_id, client=client, kind=KIND, count__gt=0)
        .order_by("-pk")[:_ACTS]
    )  # fmt: skip
    audit = AuditEntry.objects.filter(
        agency_id=client.agency_id, client_id=client.pk, table_name=_TABLE,
        act_id__in=[act.pk for act in acts],
    )  # fmt: skip
    entries: dict[int, list[Any]] = {act.pk: [] for act in acts}
    for entry in entries_of(audit):
        entries[entry.act_id or 0].append(entry)
    changes = {number: changes_in(found) for number, found in entries.items()}
    days = _days(client, [row for rows in changes.values() for row in rows])
    people = people_named(client.agency_id, (act.actor_id for act in acts))
    found = []
    for act in acts:
        moved = [one for row in changes[act.pk] for one in _moved(row, days.get(row.row_id))]
        who = people[act.actor_id]
        found.append(Entered(act, who, act.at, tuple(moved[:_LINES]), len(moved[_LINES:])))
    return found


def _moved(row: RowChange, day: date | None) -> list[Moved]:
    was, became = row.was or {}, row.became or {}
    return [
        Moved(day, MEASURES[key].name, _said(was.get(key)), _said(became.get(key)))
        for key in _KEYS
        if was.get(key) != became.get(key)
    ]


def _said(value: Any) -> str:
    return written_here(None if value is None else Decimal(value))


def _days(client: Client, rows: Sequence[RowChange]) -> dict[int, date | None]:
    """The day of each row: as it is, else as the audit saw it come or go."""
    ids = {row.row_id for row in rows}
    there = DailyFact.objects.filter(agency_id=client.agency_id, client=client, pk__in=ids)
    found: dict[int, date | None] = dict(there.values_list("pk", "day"))
    gone = AuditEntry.objects.filter(
        agency_id=client.agency_id, client_id=client.pk, table_name=_TABLE, action="delete",
        row_id__in=ids - set(found),
    )  # fmt: skip
    for number, before in gone.values_list("row_id", "before"):
        found[number] = parse_date(str(before.get("day")))
    return found
