"""Rows that are put away rather than deleted: out of the lists since a moment that is kept."""

from typing import Any, Protocol, TypeVar

from django.utils import timezone


class _Kept(Protocol):
    archived_at: Any

    def save(self, *, update_fields: Any = None) -> None: ...


Row = TypeVar("Row", bound=_Kept)


def row_archive(row: Row) -> Row:
    """Put away; who does it twice changes nothing."""
    row.archived_at = row.archived_at or timezone.now()
    row.save(update_fields=["archived_at"])
    return row


def row_restore(row: Row) -> Row:
    """Back in the lists."""
    row.archived_at = None
    row.save(update_fields=["archived_at"])
    return row
