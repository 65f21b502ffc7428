"""Advisory locks keyed by a kind of work and a row: who holds one is at work, and a dead one is not.

They end with the transaction, so a killed worker's lock is free as soon as PostgreSQL notices.
"""

from enum import IntEnum

from django.db import connection


class Work(IntEnum):
    """Kinds of work that one worker at a time does for a row."""

    REFRESH = 7301  # of a client
    IMPORT = 7302  # of a batch
    NIGHT = 7303  # of a client
    IMPORTS = 7304  # of a client: one import, or the undoing of one, at a time
    VALUE = 7305  # of a fit of a client's repeat buying
    ERASE = 7308  # of a client that is being deleted
    EXPORT = 7309  # of an export of a client
    RATES = 7306  # of an agency: one writer of exchange rates at a time
    ARRIVAL = 7314  # of an archive that is brought in
    DEFINITIONS = 7310  # of an agency: own measures and custom KPIs get their keys one by one
    WEBHOOK = 7312  # of an endpoint: one event on its way to it at a time
    OWN_VALUES = 7311  # of a client: its own measures are entered by one writer at a time
    DAILY = 7315  # of a client: its daily figures are entered by one writer at a time
    GOALS = 7313  # of a client: goals that come by the row are put by one writer at a time


def lock(work: Work, row_id: int) -> None:
    """Hold the lock until the transaction ends, waiting for whoever holds it."""
    _ask("SELECT pg_advisory_xact_lock(%s, %s)", work, row_id)


def try_lock(work: Work, row_id: int) -> bool:
    """The same without waiting; False if somebody else holds it."""
    return bool(_ask("SELECT pg_try_advisory_xact_lock(%s, %s)", work, row_id))


def held(work: Work) -> set[int]:
    """The rows (as keys, see row_key) whose lock somebody holds, without taking any."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND granted"
            " AND classid = %s AND objsubid = 2"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [int(work)],
        )
        return {row[0] for row in cursor.fetchall()}


def row_key(row_id: int) -> int:
    """Locks have room for 31 bits; two rows that share them only wait for each other."""
    return row_id & 0x7FFFFFFF


def _ask(statement: str, work: Work, row_id: int) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement, [int(work), row_key(row_id)])
        return cursor.fetchone()[0]
