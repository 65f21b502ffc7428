"""Two people at the same rows at the same time; the fixture `other` is the second one.

Of two that wait for each other PostgreSQL ends the one that happens to look first. Where a test is about
the one that is ended, `ended_once` has the database end it, for certain.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from django.db import connection

from accounts.models import Client
from accounts.tenancy import tenant_transaction
from tests.databases import owner_connection


def alone(client: Client, act: Callable[[], Any]) -> Any:
    with tenant_transaction(client.agency_id):
        return act()


def stands_waiting(call: "Future[Any]") -> None:
    """Until a session in this test's database waits for a lock; other tests' databases are not meant."""
    statement = "SELECT 1 FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND datname = %s"
    with owner_connection() as owner:
        while not owner.execute(statement, [connection.settings_dict["NAME"]]).fetchone():
            if call.done():
                raise AssertionError(f"it did not have to wait: {call.result()}")


def begun(pool: ThreadPoolExecutor, client: Client, act: Callable[[], Any]) -> Future[Any]:
    """Somebody else begins, and stands waiting for a row that is held."""
    waiting = pool.submit(alone, client, act)
    stands_waiting(waiting)
    return waiting


def ended_once(table: str) -> Callable[[], int]:
    """From now on the first transaction that writes to the table is ended as if it had waited crosswise,
    once its rows are written; the next ones pass. Answers how many statements have written since.

    For a database of the test's own: what is made here stays in it. A sequence counts on when a
    transaction is rolled back.
    """
    name = connection.settings_dict["NAME"]
    with owner_connection(name) as owner:
        owner.execute("CREATE SEQUENCE written_at_once")
        owner.execute(
            "CREATE FUNCTION end_the_first() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
            " SET search_path = public AS $$ BEGIN IF nextval('written_at_once') = 1 THEN"
            " RAISE EXCEPTION 'deadlock detected' USING ERRCODE = 'deadlock_detected'; END IF;"
            " RETURN NULL; END $$"
        )
        owner.execute(
            f"CREATE TRIGGER end_the_first AFTER INSERT OR UPDATE OR DELETE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION end_the_first()"
        )

    def written() -> int:
        statement = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM written_at_once"
        with owner_connection(name) as owner:
            [count] = owner.execute(statement).fetchone() or [0]
        return int(count)

    return written
