"""Whether the rows of an act still stand as it left them: else it cannot be undone, and who changed them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import AuditEntry, Client
from campaigns.facts.copies import COPIED
from campaigns.models import Lead, Refund, Sale, SaleLine
from campaigns.records.errors import RecordConflict
from campaigns.records.images import (
    TABLES,
    Image,
    RowChange,
    changes_in,
    entries_of,
    image_of,
)
from campaigns.records.kinds import kind_of
from campaigns.records.people import people_named
from campaigns.records.restoring import columns_of

#: Columns that follow from other rows: kept again after an undo, whoever changed them meanwhile.
FOLLOWS: Mapping[Any, frozenset[str]] = {
    Sale: frozenset({"is_first", "second_on"}),
    Refund: frozenset({"is_first"}),
    Lead: frozenset({"first_sale_on", "was_customer"}),
    SaleLine: frozenset({"sold_on"}),
}


@dataclass(frozen=True)
class Since:
    """A change of a row after the act: by whom and when, as far as the audit knows."""

    actor_id: int | None
    at: datetime | None


def still_standing(client: Client, rows: list[RowChange]) -> None:
    """Raises RecordConflict (changed_since) unless every row is as the act left it. Rows are locked.

    Other columns of a row count too: what was changed afterwards rests on what the act did.
    """
    now = _as_they_are(client, rows)
    later = _later(client, rows)
    for row in rows:
        stands = now.get((row.table, row.row_id))
        since = later.get((row.table, row.row_id))
        if since is None and not _is_as_left(row, stands):
            since = Since(None, None)
        if since is not None:
            raise _conflict(client, row, since)


def _is_as_left(row: RowChange, stands: Image | None) -> bool:
    if row.became is None or stands is None:
        return row.became is None and stands is None
    kept = _compared(row, {**row.became, **stands})
    return all(stands.get(name) == row.became[name] for name in kept if name in row.became)


def _compared(row: RowChange, image: Image) -> set[str]:
    """The columns that nobody else's row decides."""
    model = TABLES[row.table]
    follows = FOLLOWS.get(model, frozenset())
    if (model is Sale and image.get("lead_id")) or (model is Refund and image.get("sale_id")):
        follows = follows | frozenset(COPIED)
    return set(columns_of(model)) - follows


def _later(client: Client, rows: list[RowChange]) -> dict[tuple[str, int], Since]:
    """The rows whose later changes, taken together, left something other than the act did."""
    last = {(row.table, row.row_id): row for row in rows}
    by_table: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        by_table[row.table].append(row.row_id)
    found: dict[tuple[str, int], Since] = {}
    for table, ids in by_table.items():
        entries = AuditEntry.objects.filter(
            pk__gt=min(last[table, number].last_entry for number in ids),
            agency_id=client.agency_id, client_id=client.pk, table_name=table, row_id__in=ids,
        )  # fmt: skip
        after = [
            entry
            for entry in entries_of(entries)
            if entry.pk > last[table, entry.row_id].last_entry
        ]
        latest = {entry.row_id: entry for entry in after}
        for change in changes_in(after):
            image = {**(change.was or {}), **(change.became or {})}
            stayed = change.was is not None and change.became is not None
            if stayed and not change.columns & _compared(last[table, change.row_id], image):
                continue
            entry = latest[change.row_id]
            found[table, change.row_id] = Since(entry.actor_id, entry.at)
    return found


def _as_they_are(client: Client, rows: list[RowChange]) -> dict[tuple[str, int], Image]:
    """The rows as images, locked in one order: table by table, by id."""
    found: dict[tuple[str, int], Image] = {}
    for table in TABLES:
        ids = [row.row_id for row in rows if row.table == table]
        if not ids:
            continue
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT id, to_jsonb(t)::text FROM {table} t WHERE agency_id = %s AND client_id = %s"
                " AND id = ANY(%s) ORDER BY id FOR UPDATE",
                [client.agency_id, client.pk, ids],
            )
            found |= {(table, number): image_of(image) for number, image in cursor.fetchall()}
    return found


def image_now(client: Client, table: str, row_id: int) -> Image | None:
    """A row as it is, in the form of the audit's images; None if it is not there."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT to_jsonb(t)::text FROM {table} t WHERE agency_id = %s AND client_id = %s"
            " AND id = %s",
            [client.agency_id, client.pk, row_id],
        )
        found = cursor.fetchone()
    return image_of(found[0]) if found else None


def _conflict(client: Client, row: RowChange, since: Since) -> RecordConflict:
    """In words: who changed it, and when; an import leaves no name."""
    kind = kind_of(TABLES[row.table])
    data = {"kind": kind.key if kind else row.table, "id": row.row_id, "by": None, "at": None}
    if since.at is None:
        message = _("It has been changed since, by an import. Nothing was undone.")
        return RecordConflict("changed_since", message, data)
    who = people_named(client.agency_id, [since.actor_id])[since.actor_id]
    at = since.at.astimezone(ZoneInfo(client.time_zone))
    message = _("It has been changed since by %(who)s, on %(day)s at %(time)s. Nothing was undone.")
    words = {"who": who, "day": date_format(at, "j M Y"), "time": f"{at:%H:%M}"}
    return RecordConflict(
        "changed_since", message % words, data | {"by": who, "at": since.at.isoformat()}
    )
