"""A small refresh before a reader's request, in a short transaction of its own."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection

from accounts.models import Client
from accounts.tenancy import tenant_transaction
from kpis.parameters import sql_versions
from kpis.snapshots import (
    Mark,
    marks_of,
    reaches_of,
    snapshot_refresh,
    snapshot_state,
    spread,
)
from kpis.tasks import refresh_soon

log = logging.getLogger(__name__)
MOST_DAYS = 5
TIMEOUT_MILLISECONDS = 300


class _TooMuch(Exception):
    """More is dirty than a reader should wait for."""


def refresh_before_request(client: Client) -> bool:
    """Whether the client's snapshot now follows from its facts; outside any scope.

    Refreshes at most MOST_DAYS days within TIMEOUT_MILLISECONDS per statement if nobody else is at
    it. Otherwise a worker is asked to, and the reader is told how fresh the figures are.
    """
    try:
        with tenant_transaction(client.agency_id):
            marks = marks_of(client)
            if not marks:
                return True
            if not _is_little(client, marks):
                raise _TooMuch
            with _time_limit():
                if snapshot_refresh(client, is_patient=False) is not None:
                    return True
    except _TooMuch:
        pass
    except DatabaseError as error:
        log.info("Client %s was not refreshed before a request: %s", client.pk, error)
    refresh_soon(client.agency_id, client.pk)
    return False


def _is_little(client: Client, marks: list[Mark]) -> bool:
    dirt = spread(marks, snapshot_state(client).stock_through, reaches_of(sql_versions(client)))
    days = {day for each in dirt.values() for day in each.days}
    return len(days) <= MOST_DAYS and not any(each.is_whole for each in dirt.values())


@contextmanager
def _time_limit() -> Iterator[None]:
    """Ends with the transaction, or here if that goes on; a rollback takes it back by itself."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = {TIMEOUT_MILLISECONDS}")
        yield
        cursor.execute("SET LOCAL statement_timeout = DEFAULT")
