"""What happened to a client, in an order that skips nothing: changes of rows, imports, restatements.

Changes come from the audit, which the database writes; restatements from the ledger, one event for
each refresh and family.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import GeneratedField, Max, Min, Model, Q

from accounts.horizon import horizon
from accounts.models import AuditEntry, Client
from campaigns.models import DailyFact, ImportBatch, OwnValue
from campaigns.models.batches import BatchState, Family
from campaigns.records import KINDS
from kpis.models import Annotation, Experiment, Goal, Restatement

#: What the rows are called in the API, and the capability to see them.
_SEEN: tuple[tuple[type[Model], str, str], ...] = (
    *((kind.model, key, kind.sees) for key, kind in KINDS.items()),
    (Client, "clients", "see_numbers"),
    (DailyFact, "daily-facts", "see_data"),
    (OwnValue, "own-values", "see_data"),
    (ImportBatch, "imports", "see_data"),
    (Goal, "goals", "see_numbers"),
    (Experiment, "experiments", "see_numbers"),
    # Notes may be the agency's only: which, is in the row and may change.
    (Annotation, "annotations", "see_costs"),
)
RESOURCES = {model._meta.db_table: (name, needed) for model, name, needed in _SEEN}
#: Columns that the database fills from others: their change is no news.
DERIVED = frozenset(
    field.column
    for model, _name, _needed in _SEEN
    for field in model._meta.concrete_fields
    if isinstance(field, GeneratedField)
)
RESTATEMENTS = "restatements"
ACTIONS = {"insert": "created", "update": "changed", "delete": "removed"}
ENDS = (BatchState.DONE, BatchState.REFUSED, BatchState.FAILED, BatchState.UNDONE)
#: Families whose very days are the agency's business.
_AGENCY_ONLY = (Family.COSTS, Family.BUDGET)


@dataclass(frozen=True, order=True)
class Position:
    """Where a reader is: behind this event. `source` 0 is the audit, 1 the ledger."""

    number: int
    source: int
    row: int


@dataclass(frozen=True)
class Event:
    """`fields` are names, not values: whoever may see them reads the row."""

    position: Position
    at: datetime
    resource: str
    action: str
    row: int | None
    fields: tuple[str, ...] = ()
    days: tuple[date, date] | None = None
    family: str = ""


@dataclass(frozen=True)
class Stretch:
    """Events in order, and where the next ones begin. `is_all`: there are no more for now."""

    events: tuple[Event, ...]
    position: Position
    is_all: bool


def resources_seen(capabilities: Iterable[str]) -> set[str]:
    """The names of what a caller with these capabilities is told of."""
    held = set(capabilities)
    seen = {name for name, needed in RESOURCES.values() if needed in held}
    return seen | ({RESTATEMENTS} if "see_numbers" in held else set())


def the_present() -> Position:
    """Behind everything that is over; what is still open comes after it."""
    return Position(horizon().number, -1, 0)


def events_after(
    client: Client, position: Position, resources: set[str], sees_costs: bool, most: int
) -> Stretch:
    """Up to `most` events behind the position. Inside a scope.

    1. The horizon first: what both queries then see holds at least everything below it. 2. As many
    of each source as could be asked for. 3. In one order, cut where the page ends.
    """
    end = horizon().number
    found = [
        *_changes(client, position, resources, end, most + 1),
        *(_restated(client, position, sees_costs, end, most + 1) if RESTATEMENTS in resources else ()),
    ]  # fmt: skip
    found.sort(key=lambda event: event.position)
    page = tuple(found[:most])
    last = page[-1].position if page else position
    return Stretch(page, last, len(found) <= most)


def _changes(
    client: Client, after: Position, resources: set[str], end: int, most: int
) -> list[Event]:
    tables = [table for table, (name, _) in RESOURCES.items() if name in resources]
    later = Q(written_in__gt=after.number) | Q(written_in=after.number, pk__gt=after.row)
    if after.source != 0:  # behind all of the audit's entries of that transaction, or before them
        later = (
            Q(written_in__gt=after.number) if after.source > 0 else Q(written_in__gte=after.number)
        )
    imports = ImportBatch._meta.db_table
    rows = (
        AuditEntry.objects.filter(
            later, agency_id=client.agency_id, client_id=client.pk, table_name__in=tables,
            written_in__lt=end,
        )
        .exclude(Q(table_name=imports) & ~Q(after__state__in=ENDS))
        .order_by("written_in", "pk")[:most]
    )  # fmt: skip
    return [_change(entry) for entry in rows]


def _change(entry: AuditEntry) -> Event:
    name, _ = RESOURCES[entry.table_name]
    action = ACTIONS[entry.action]
    fields: tuple[str, ...] = ()
    if name == "imports":
        action = entry.after["state"]
    elif action == "changed":
        fields = tuple(sorted(set(entry.after) - DERIVED))
    return Event(
        Position(entry.written_in, 0, entry.pk), entry.at, name, action, entry.row_id, fields
    )


def _restated(
    client: Client, after: Position, sees_costs: bool, end: int, most: int
) -> list[Event]:
    rows = Restatement.objects.filter(
        agency_id=client.agency_id, client=client, written_in__gte=after.number, written_in__lt=end
    )
    if not sees_costs:
        rows = rows.exclude(family__in=_AGENCY_ONLY)
    groups = (
        rows.values("written_in", "family")
        .annotate(row=Min("pk"), first=Min("day"), last=Max("day"), at=Min("recorded_at"))
        .order_by("written_in", "row")
    )
    if after.source == 1:  # families of one refresh may be on both sides of a page's end
        groups = groups.filter(Q(written_in__gt=after.number) | Q(row__gt=after.row))
    return [
        Event(
            Position(group["written_in"], 1, group["row"]),
            group["at"],
            RESTATEMENTS,
            "restated",
            None,
            days=(group["first"], group["last"]),
            family=group["family"],
        )
        for group in groups[:most]
    ]
