"""How far a running import is. In Valkey: its own transaction shows nothing until it is over."""

import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from redis.exceptions import RedisError

_SECONDS_KEPT = 3600
_EVERY_SECONDS = 0.5


@dataclass(frozen=True)
class Progress:
    """`stage`: reading (share of the file's bytes) or writing (no share: one statement)."""

    stage: str
    rows: int
    share: float

    @property
    def percent(self) -> int:
        return int(self.share * 100)


def _key(batch_id: int) -> str:
    return f"import:{batch_id}"


def progress_of(batch_id: int) -> Progress | None:
    """None if nobody has said anything yet, or Valkey is away."""
    with suppress(RedisError, OSError):
        if said := cache.get(_key(batch_id)):
            return Progress(said["stage"], said["rows"], said["share"])
    return None


class ProgressReport:
    """Says how far it is, at most twice a second. A silent Valkey does not stop an import."""

    def __init__(self, batch_id: int, total_bytes: int) -> None:
        self.batch_id, self.total = batch_id, max(total_bytes, 1)
        self._next = 0.0
        self._rows = 0

    def read(self, rows: int, bytes_read: int) -> None:
        self._rows = rows
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _EVERY_SECONDS
            self._say(
                {"stage": "reading", "rows": rows, "share": min(bytes_read / self.total, 1.0)}
            )

    def writing(self) -> None:
        self._say({"stage": "writing", "rows": self._rows, "share": 1.0})

    def over(self) -> None:
        with suppress(RedisError, OSError):
            cache.delete(_key(self.batch_id))

    def _say(self, said: dict[str, Any]) -> None:
        with suppress(RedisError, OSError):
            cache.set(_key(self.batch_id), said, _SECONDS_KEPT)
