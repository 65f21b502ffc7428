"""How connections to PostgreSQL behave. Which server they go to is settings' business."""

from typing import Any

from psycopg import Connection

# A worker that was killed is noticed while its statement runs, not after it. No statement of ours is
# worth compiling: a PostgreSQL with LLVM (Debian's) spent seconds on it per table, undoing an import.
APP_OPTIONS = (
    "-c client_connection_check_interval=2000 -c idle_in_transaction_session_timeout=600000"
    " -c jit=off"
)
# A worker has one processor to itself, and the other workers' clients have the others: a statement that
# PostgreSQL spreads over several only takes them away, and starting its helpers takes longer than a client.
WORKER_OPTIONS = " -c max_parallel_workers_per_gather=0"
# A migration that must wait for a table gives up instead of blocking everybody behind it.
OWNER_OPTIONS = "-c lock_timeout=10000 -c jit=off"
# DISCARD ALL without its DISCARD PLANS: what a trigger or a foreign key has compiled knows nothing of a
# request, and compiling it anew for each was a third of what PostgreSQL did for a call that writes.
FORGET = (
    "CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ALL; DEALLOCATE ALL; UNLISTEN *;"
    " SELECT pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES"
)


def forget_session(connection: Connection[Any]) -> None:
    """Leave nothing of one request to the next on a pooled connection (role, settings, temp tables)."""
    connection.autocommit = True
    connection.execute(FORGET)


def as_worker(databases: dict[str, dict[str, Any]]) -> None:
    """From the next connection on, in place: this process is a worker."""
    for each in databases.values():
        its = each["OPTIONS"]
        if WORKER_OPTIONS not in its.get("options", ""):
            its["options"] = its.get("options", "") + WORKER_OPTIONS


def with_behaviour(connection: dict[str, Any], options: str, pool_size: int = 0) -> dict[str, Any]:
    """The same connection settings, with `options` for the server and a pool if it has a size.

    A thread holds its connection for a request, so a process needs no more threads than pool_size.
    """
    merged: dict[str, Any] = {"options": options, "connect_timeout": 10, **connection["OPTIONS"]}
    if pool_size:
        merged["pool"] = {
            "min_size": min(2, pool_size),
            "max_size": pool_size,
            "timeout": 5,
            "reset": forget_session,
        }
    age = 0 if pool_size else 60
    return {**connection, "OPTIONS": merged, "CONN_MAX_AGE": age, "CONN_HEALTH_CHECKS": True}
