"""What is the matter when a machine behind us is: told from the exception, in words for its reader.

An outage is nobody's mistake and goes by itself; everything else that breaks is a defect of ours.
"""

import errno
from dataclasses import dataclass
from typing import Any

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext_lazy as _
from kombu.exceptions import OperationalError as BrokerAway
from psycopg import OperationalError as PostgresError
from redis.exceptions import RedisError

from accounts.errors import DomainError

#: What sending a message to the workers, or asking the cache, raises where Valkey is away.
VALKEY_AWAY = (RedisError, BrokerAway, OSError)


@dataclass(frozen=True)
class Outage:
    """What is away, in one sentence, and in how many seconds to come again."""

    code: str
    message: Any
    retry_seconds: int


DATABASE = Outage(
    "database_unavailable",
    _(
        "The database does not answer, so nothing can be read or saved just now. What was saved before"
        " is safe. Try again in a moment; if you were saving something, look first whether it is there."
    ),
    10,
)
BUSY = Outage(
    "busy",
    _("Somebody else is changing the same data. Nothing was saved; try again in a moment."),
    5,
)
DISK = Outage(
    "storage_full",
    _(
        "There is no room left on the server's disk. Nothing of this was saved, and what was there is"
        " safe. Tell the people who run Rumbo, and try again when they have made room."
    ),
    20,
)
VALKEY = Outage(
    "cache_unavailable",
    _(
        "A part of Rumbo that counts attempts and passes on work does not answer, so this cannot be done"
        " just now. Nothing was saved; try again in a moment."
    ),
    10,
)

#: PostgreSQL's error codes, by their beginnings; the longest that fits decides.
SQLSTATES = {
    "08": DATABASE,  # connection lost
    "25006": DATABASE,  # read only: another server is taking over
    "40001": BUSY,  # somebody else changed what was read
    "40P01": BUSY,  # deadlock
    "53": DATABASE,  # too many connections, out of memory
    "53100": DISK,
    "55P03": BUSY,  # a lock that did not come in time
    "57P": DATABASE,  # shutting down, starting up, crashed
    "58030": DISK,  # input or output failed
}
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class StorageFull(DomainError):
    """A file could not be kept because the disk is full."""

    status = 503

    def __init__(self) -> None:
        super().__init__(DISK.code, DISK.message)


def outage_of(error: BaseException | None) -> Outage | None:
    """The outage that an exception tells of, or None if it is something else."""
    if isinstance(error, PostgresError):
        return _by_sqlstate(error.sqlstate)
    if isinstance(error, OperationalError | InterfaceError):
        cause = error.__cause__
        return _by_sqlstate(cause.sqlstate if isinstance(cause, PostgresError) else None)
    if isinstance(error, RedisError | BrokerAway):
        return VALKEY
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return DISK
    return None


def _by_sqlstate(state: str | None) -> Outage | None:
    if state is None:  # nobody was there to send one
        return DATABASE
    fitting = [begin for begin in SQLSTATES if state.startswith(begin)]
    return SQLSTATES[max(fitting, key=len)] if fitting else None
