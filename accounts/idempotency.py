"""A write that is sent twice happens once: the key, the body's fingerprint and the answer, stored.

The key's row is written in the transaction of the write itself. So a second call with the same key
waits until the first has committed and then gets its answer; and a call that was killed or refused
leaves nothing behind, the key included.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.db import OperationalError, connection
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg.errors import LockNotAvailable
from psycopg.types.json import Jsonb

from accounts.errors import DomainError
from accounts.models import IdempotencyKey

KEPT = timedelta(hours=48)
_SWEPT_AT_ONCE = 200
_KEY = re.compile(r"[\x21-\x7e]{1,200}\Z")


class KeyRefused(DomainError):
    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code, message)
        self.status = status


@dataclass(frozen=True)
class Place:
    """Where a key counts: a client's data, or (without a client) what is the whole agency's.

    Keys of the agency can only be claimed and seen in a scope that holds all of its clients.
    """

    agency_id: int
    client_id: int | None


@dataclass(frozen=True)
class Answer:
    """What a write answered: an HTTP status and a JSON document."""

    status: int
    body: Any
    is_replay: bool = False


def fingerprint(method: str, path: str, body: bytes) -> str:
    return sha256(b"\n".join((method.encode(), path.encode(), body))).hexdigest()


def once(place: Place, caller: str, key: str, mark: str, write: Callable[[], Answer]) -> Answer:
    """Run `write` unless `caller` has used `key` in this place; then its stored answer.

    1. Claim the key. A concurrent claim makes this one wait for the other's commit or rollback.
    2. Claimed: write, and store the answer in the same transaction.
    3. Taken: the same fingerprint gets the stored answer, another is refused (422).
    KeyRefused 400 for a key that is none, 409 if the other call takes longer than the
    transaction's lock_timeout allows.
    """
    if not _KEY.match(key):
        raise KeyRefused(
            400,
            "bad_idempotency_key",
            _("An Idempotency-Key is 1 to 200 visible ASCII characters."),
        )
    claimed = _claim(place, caller, key, mark)
    if claimed is None:
        return _stored(place, caller, key, mark)
    answer = write()
    _keep(place, claimed, answer)
    return answer


def _claim(place: Place, caller: str, key: str, mark: str) -> int | None:
    """The id of the key's new row; None if there is one already."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO accounts_idempotencykey"
                " (agency_id, client_id, caller, key, fingerprint, created_at)"
                " VALUES (%s, %s, %s, %s, %s, %s)"
                " ON CONFLICT (agency_id, client_id, caller, key) DO NOTHING RETURNING id",
                [place.agency_id, place.client_id, caller, key, mark, timezone.now()],
            )
            row = cursor.fetchone()
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            message = _("The first call with this Idempotency-Key is still being answered.")
            raise KeyRefused(409, "idempotency_in_progress", message) from error
        raise
    return row[0] if row else None


def _stored(place: Place, caller: str, key: str, mark: str) -> Answer:
    row = IdempotencyKey.objects.get(
        agency_id=place.agency_id, client_id=place.client_id, caller=caller, key=key
    )
    if row.fingerprint != mark:
        raise KeyRefused(
            422,
            "idempotency_key_reused",
            _("This Idempotency-Key was used for another request. Take a new one."),
        )
    return Answer(row.status, row.answer, is_replay=True)


def _keep(place: Place, claimed: int, answer: Answer) -> None:
    """Store the answer, and forget some of this place's old keys, in one statement.

    Whoever else is forgetting them is not waited for. The place is compared by what an index knows,
    which IS NOT DISTINCT FROM is not: the keys of two days may be hundreds of thousands.
    """
    is_here = "client_id IS NULL" if place.client_id is None else "client_id = %(client)s"
    given: dict[str, Any] = {
        "agency": place.agency_id,
        "client": place.client_id,
        "before": timezone.now() - KEPT,
        "most": _SWEPT_AT_ONCE,
        "status": answer.status,
        "answer": Jsonb(answer.body),
        "claimed": claimed,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH old AS (SELECT id FROM accounts_idempotencykey"
            f"  WHERE agency_id = %(agency)s AND {is_here}"
            "    AND created_at < %(before)s LIMIT %(most)s FOR UPDATE SKIP LOCKED),"
            " forgotten AS (DELETE FROM accounts_idempotencykey WHERE id IN (SELECT id FROM old))"
            " UPDATE accounts_idempotencykey SET status = %(status)s, answer = %(answer)s"
            "  WHERE id = %(claimed)s",
            given,
        )
