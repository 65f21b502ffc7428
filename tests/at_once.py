"""Two people at the same rows at the same time; the fixture `other` is the second one."""

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
