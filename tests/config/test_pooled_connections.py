"""What a request leaves on its connection is gone before the next one gets it."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connections

from config.database import forget_session

LEFT = """
SELECT current_user = session_user, current_setting('rumbo.agency', true), current_setting('work_mem'),
       to_regclass('pg_temp.left_behind')::text, (SELECT count(*) FROM pg_cursors),
       (SELECT count(*) FROM pg_prepared_statements), (SELECT count(*) FROM pg_listening_channels()),
       (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid())
"""


@pytest.fixture
def pooled(db: None) -> Iterator[psycopg.Connection[Any]]:
    """A connection of its own, as the pool hands them out."""
    fresh = connections.create_connection("default")
    fresh.ensure_connection()
    try:
        yield fresh.connection
    finally:
        fresh.close()


def left(pooled: psycopg.Connection[Any]) -> tuple[Any, ...]:
    row: tuple[Any, ...] | None = pooled.execute(LEFT).fetchone()
    assert row is not None
    return row


def test_nothing_of_a_session_is_left(pooled: psycopg.Connection[Any]) -> None:
    clean = left(pooled)
    assert (clean[0], clean[3:]) == (True, (None, 0, 0, 0, 0))
    pooled.execute(
        "SELECT set_config('rumbo.agency', '7', false); SET work_mem = '64kB';"
        " CREATE TEMP TABLE left_behind (id int); DECLARE held CURSOR WITH HOLD FOR SELECT 1;"
        " PREPARE kept AS SELECT 1; LISTEN news; SELECT pg_advisory_lock(7); SET ROLE rumbo_clock"
    )
    assert pooled.execute("SELECT current_user").fetchone() == ("rumbo_clock",)
    pooled.execute("RESET ROLE")
    assert left(pooled)[1:] == ("7", "64kB", "left_behind", 1, 1, 1, 1)
    pooled.execute("SET ROLE rumbo_clock")
    pooled.autocommit = False
    forget_session(pooled)
    # A setting that was once made is '' from then on, which no policy matches (accounts.rls).
    assert pooled.autocommit and left(pooled) == (True, "", *clean[2:])
