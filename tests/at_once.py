"""Two people at the same rows at the same time; the fixture `other` is the second one."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from accounts.models import Client
from accounts.tenancy import tenant_transaction
from tests.databases import owner_connection


def alone(client: Client, act: Callable[[], Any]) -> Any:
    with tenant_transaction(client.agency_id):
        return act()


def begun(pool: ThreadPoolExecutor, client: Client, act: Callable[[], Any]) -> Future[Any]:
    """Somebody else begins, and stands waiting for a row that is held."""
    waiting = pool.submit(alone, client, act)
    with owner_connection() as owner:
        while not owner.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone():
            if waiting.done():
                waiting.result()
                raise AssertionError("it did not have to wait")
    return waiting
