"""What an act did to each row, from the audit's images: how the row was, and what it became."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from accounts.models import AuditEntry
from campaigns.models import (
    Budget,
    Campaign,
    Cost,
    Customer,
    CustomerTerm,
    DailyFact,
    Interaction,
    Lead,
    ManualMonth,
    OwnValue,
    Product,
    Refund,
    ReportedRange,
    Sale,
    SaleLine,
    Salesperson,
    SourceSync,
    StageChange,
    VisitorDay,
)

Image = dict[str, Any]

#: What may be brought back, each after what it points at.
ORDER: tuple[Any, ...] = (
    Salesperson, Campaign, Product, Customer, Lead, StageChange, Sale, SaleLine, Refund,
    Interaction, CustomerTerm, Cost, Budget, DailyFact, ManualMonth, VisitorDay, ReportedRange,
    OwnValue,
)  # fmt: skip
TABLES: Mapping[str, Any] = {model._meta.db_table: model for model in ORDER}
SYNCS = SourceSync._meta.db_table


@dataclass(frozen=True)
class Entry:
    """A line of the audit, its numbers exact: JSON's own reader would round an amount."""

    pk: int
    at: datetime
    actor_id: int | None
    act_id: int | None
    action: str
    table: str
    row_id: int
    before: Image
    after: Image


def entries_of(rows: QuerySet[AuditEntry]) -> Iterator[Entry]:
    """In the order in which they were written."""
    told = rows.order_by("pk").values_list(
        "pk", "at", "actor_id", "act_id", "action", "table_name", "row_id",
        Cast("before", TextField()), Cast("after", TextField()),
    )  # fmt: skip
    for *named, before, after in told:
        pk, at, actor_id, act_id, action, table, row_id = named
        yield Entry(
            pk, at, actor_id, act_id, action, table, row_id, image_of(before), image_of(after)
        )


def image_of(text: str) -> Image:
    found: Image = json.loads(text, parse_float=Decimal)
    return found


@dataclass
class RowChange:
    """The net change of one row. was: None if the act made it; became: None if it removed it.

    Of a row that stayed, both hold only the columns that changed.
    """

    table: str
    row_id: int
    last_entry: int
    was: Image | None = field(default_factory=dict)
    became: Image | None = field(default_factory=dict)

    def follow(self, entry: Entry) -> None:
        """Take the next entry of the row into account."""
        self.last_entry = entry.pk
        if entry.action == "insert":
            self.became = dict(entry.after)
            return
        if self.was is not None and self.became is not None:
            for name, value in entry.before.items():
                self.was.setdefault(name, value)
        if entry.action == "delete":
            self.became = None
        elif self.became is not None:
            self.became |= entry.after

    @property
    def is_insert(self) -> bool:
        return self.was is None and self.became is not None

    @property
    def is_delete(self) -> bool:
        return self.was is not None and self.became is None

    @property
    def columns(self) -> set[str]:
        """Of a row that stayed: the columns that are others now."""
        if self.was is None or self.became is None:
            return set()
        return {name for name, value in self.was.items() if self.became.get(name) != value}

    def seen(self, name: str) -> set[Any]:
        """The values that a column has had on the way, without None."""
        images = [image for image in (self.was, self.became) if image]
        return {image[name] for image in images if image.get(name) is not None}


def changes_in(entries: Iterable[Entry]) -> list[RowChange]:
    """The net changes, from entries in the order in which they were written."""
    found: dict[tuple[str, int], RowChange] = {}
    for entry in entries:
        key = (entry.table, entry.row_id)
        if key not in found:
            is_new = entry.action == "insert"
            found[key] = RowChange(*key, last_entry=entry.pk, was=None if is_new else {})
        found[key].follow(entry)
    return [row for row in found.values() if row.is_insert or row.is_delete or row.columns]
