"""How far the manual source is live, after an act was undone: from the first row that is still there."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Min
from django.utils.dateparse import parse_date

from accounts.models import Client
from campaigns.models import SourceSync
from campaigns.records.images import SYNCS, RowChange
from campaigns.records.kinds import KINDS


def sources_undo(client: Client, rows: Iterable[RowChange]) -> None:
    """Take back what the act did to sources, as far as no other row needs it.

    A source that the act made goes with its last row; one whose beginning it moved gets it back. One
    that an undone act had taken away comes again when its rows do.
    """
    for row in rows:
        if row.table != SYNCS:
            continue
        if row.is_delete and row.was is not None:
            _bring_back(client, row)
        elif row.is_insert or "complete_from" in row.columns:
            _withdraw(client, row)


def _withdraw(client: Client, row: RowChange) -> None:
    mine = SourceSync.objects.filter(agency_id=client.agency_id, client=client, pk=row.row_id)
    sync = mine.select_for_update(of=("self",)).first()
    if sync is None or not sync.is_live:
        return
    first = _first_day(client, sync)
    before = _day((row.was or {}).get("complete_from"))
    if row.is_insert and first is None and sync.settle_days is None:
        sync.delete()
    else:
        sync.complete_from = min(filter(None, (first, before)), default=sync.complete_from)
        sync.save(update_fields=["complete_from"])


def _bring_back(client: Client, row: RowChange) -> None:
    was = row.was or {}
    sync, is_new = SourceSync.objects.get_or_create(
        agency_id=client.agency_id, client=client, family=was["family"], source=was["source"],
        defaults={"is_live": True, "last_success_at": was.get("last_success_at")},
    )  # fmt: skip
    before, first = _day(was.get("complete_from")), _first_day(client, sync)
    if is_new:
        sync.complete_from = before
    elif sync.is_live:
        sync.complete_from = min(filter(None, (sync.complete_from, first)), default=None)
    sync.save(update_fields=["complete_from"])


def _first_day(client: Client, sync: SourceSync) -> date | None:
    """The first day of the rows of this source and family that are there."""
    days: list[Any] = []
    for kind in KINDS.values():
        if kind.family and kind.family == sync.family:
            mine = kind.model.objects.filter(
                agency_id=client.agency_id, client=client, source=sync.source
            )
            days.append(mine.aggregate(first=Min(kind.day))["first"])
    return min(filter(None, days), default=None)


def _day(text: str | None) -> date | None:
    return parse_date(text) if text else None
