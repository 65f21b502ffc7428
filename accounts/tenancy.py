"""The scope: which agency, which of its clients, and who acts. The only file that says set_config.

Every setting is local to a transaction, so nothing outlives COMMIT on a pooled connection, and a
statement outside a scope meets policies that match nothing.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Literal

from django.db import connection, models, transaction
from psycopg.pq import TransactionStatus

from accounts.errors import ScopeError

ALL_CLIENTS: Literal["*"] = "*"


@dataclass(frozen=True)
class Scope:
    """What the statements of this transaction may touch. `clients` is '*' or sorted ids.

    `remembered` is what was read once within it and is asked for again and again; it ends with it.
    """

    agency_id: int
    clients: Literal["*"] | tuple[int, ...]
    actor_id: int | None = None  # a Membership's id; None is the system itself
    remembered: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    def as_settings(self) -> dict[str, str]:
        clients = self.clients if self.clients == ALL_CLIENTS else ",".join(map(str, self.clients))
        return {
            "rumbo.agency": str(self.agency_id),
            "rumbo.clients": clients,
            "rumbo.actor": "" if self.actor_id is None else str(self.actor_id),
        }


_scope: ContextVar[Scope | None] = ContextVar("rumbo_scope", default=None)
#: Whose door is open.
_person: ContextVar[int | None] = ContextVar("rumbo_person", default=None)
#: Reason and batch that the transaction's settings name already.
_because: ContextVar[tuple[str, int | None] | None] = ContextVar("rumbo_because", default=None)


def current_scope() -> Scope | None:
    return _scope.get()


def digest(secret: str) -> str:
    """SHA-256 of a presented secret, hexadecimal. 256 random bits need no slow hash."""
    return sha256(secret.encode()).hexdigest()


@contextmanager
def tenant_scope(
    agency_id: int,
    clients: Literal["*"] | Sequence[int] = ALL_CLIENTS,
    actor_id: int | None = None,
    *,
    manner: "Manner | None" = None,
    is_last: bool = False,
) -> Iterator[Scope]:
    """Open the wall for one agency, inside a transaction that is already open.

    Re-enters for the same scope without SQL; raises ScopeError for any other, because a nested
    change would outlive its block: settings do not end with a savepoint. is_last: the transaction
    ends with the block, and the settings with it.
    """
    wanted = Scope(
        agency_id, ALL_CLIENTS if clients == ALL_CLIENTS else tuple(sorted(clients)), actor_id
    )
    held = _scope.get()
    if held is not None:
        if (held.agency_id, held.clients) != (wanted.agency_id, wanted.clients):
            raise ScopeError(f"{wanted} asked for inside {held}")
        yield held
        return
    with _settings(wanted.as_settings() | (manner.as_settings() if manner else {}), is_last):
        token = _scope.set(wanted)
        because = _because.set((manner.reason, None) if manner else None)
        try:
            yield wanted
        finally:
            _because.reset(because)
            _scope.reset(token)


@contextmanager
def tenant_transaction(
    agency_id: int,
    clients: Literal["*"] | Sequence[int] = ALL_CLIENTS,
    actor_id: int | None = None,
) -> Iterator[Scope]:
    """A transaction of its own with its scope. For tasks, commands and writes after a refusal."""
    with (
        transaction.atomic(),
        tenant_scope(agency_id, clients, actor_id, is_last=True) as scope,
    ):
        yield scope


@contextmanager
def as_person(user_id: int, *, is_last: bool = False) -> Iterator[None]:
    """The door of a logged-in person: their own memberships and the agencies of these.

    Re-enters for the same person without SQL.
    """
    if _person.get() == user_id:
        yield
        return
    with _settings({"rumbo.user": str(user_id)}, is_last):
        token = _person.set(user_id)
        try:
            yield
        finally:
            _person.reset(token)


@contextmanager
def as_bearer(secret: str) -> Iterator[None]:
    """The door of a presented secret: the one API token or invitation that it opens."""
    with _settings({"rumbo.credential": digest(secret)}):
        yield


def read_as_bearer(secret: str, statement: str) -> list[tuple[Any, ...]]:
    """What a statement without parameters finds at that door: the door opened, passed and closed in one
    message to the server."""
    if not connection.in_atomic_block:
        raise ScopeError("a scope lives inside a transaction")
    opened = "SELECT set_config('rumbo.credential', %s, true)"
    closed = "SELECT set_config('rumbo.credential', '', true)"
    with connection.cursor() as cursor:
        cursor.execute(f"{opened}; {statement}; {closed}", [digest(secret)])
        cursor.nextset()
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


@contextmanager
def as_clock() -> Iterator[None]:
    """The scheduler's door: ids, time zones and days of all agencies, by a role that sees no more."""
    with _settings({"rumbo.clients": ALL_CLIENTS}), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE rumbo_clock")
        try:
            yield
        finally:
            if not _is_aborted():
                cursor.execute("RESET ROLE")


@contextmanager
def writing_because(reason: str, batch_id: int | None = None) -> Iterator[None]:
    """Name why facts change, for the dirty-day log and the restatement ledger."""
    if _because.get() == (reason, batch_id):
        yield
        return
    with _settings(_reason_settings(reason, batch_id)):
        token = _because.set((reason, batch_id))
        try:
            yield
        finally:
            _because.reset(token)


@contextmanager
def writing_in_act(act_id: int) -> Iterator[None]:
    """Name the act that changes of rows belong to: the audit keeps it with each of them."""
    with _settings({"rumbo.act": str(act_id)}):
        yield


def _reason_settings(reason: str, batch_id: int | None) -> dict[str, str]:
    return {"rumbo.reason": reason, "rumbo.batch": "" if batch_id is None else str(batch_id)}


@dataclass(frozen=True)
class Manner:
    """How a call of the API writes, said with its scope in one statement: why facts change
    (`writing_because`), and for how long it waits for anybody's lock."""

    reason: str
    wait_seconds: int

    def as_settings(self) -> dict[str, str]:
        return _reason_settings(self.reason, None) | {"lock_timeout": f"{self.wait_seconds}s"}


@contextmanager
def _settings(values: dict[str, str], is_last: bool = False) -> Iterator[None]:
    if not connection.in_atomic_block:
        raise ScopeError("a scope lives inside a transaction")
    before = _set(values)
    try:
        yield
    finally:
        # Local settings end with the transaction; a block within another one has to undo them.
        is_over = is_last and not connection.savepoint_ids
        if not is_over and not _is_aborted():
            _set(before)


def _set(values: dict[str, str]) -> dict[str, str]:
    """Set local settings in one statement; answer what stood there before ('' if nothing)."""
    columns = ", ".join("current_setting(%s, true), set_config(%s, %s, true)" for _ in values)
    parameters: list[Any] = [part for key, value in values.items() for part in (key, key, value)]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns}", parameters)
        row = cursor.fetchone()
    return {key: row[2 * index] or "" for index, key in enumerate(values)}


def _is_aborted() -> bool:
    """True when the server would refuse any statement: the rollback undoes the settings by itself."""
    if connection.needs_rollback or connection.connection is None or connection.connection.closed:
        return True
    return connection.connection.info.transaction_status != TransactionStatus.INTRANS


class TenantManager(models.Manager[Any]):
    """Refuses to build a query outside a scope: the wall would answer it with silence."""

    def get_queryset(self) -> models.QuerySet[Any]:
        if _scope.get() is None:
            raise ScopeError(f"{self.model.__name__} is read inside tenant_scope() only")
        return super().get_queryset()

    def none(self) -> models.QuerySet[Any]:
        """Asks the database nothing, so it needs no scope."""
        return super().get_queryset().none()
