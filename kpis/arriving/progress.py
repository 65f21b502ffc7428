"""How far the check of an archive, or bringing it in, is. In Valkey: its transaction shows nothing yet."""

from contextlib import suppress
from dataclasses import dataclass

from django.core.cache import cache
from redis.exceptions import RedisError

_SECONDS_KEPT = 3600


@dataclass(frozen=True)
class Progress:
    """`stage`: reading, filling or numbers. share: of that stage, 0 to 1; None if nobody can say."""

    stage: str
    share: float | None

    @property
    def percent(self) -> int | None:
        return None if self.share is None else int(self.share * 100)


def progress_of(arrival_id: int) -> Progress | None:
    """None if nobody has said anything yet, or Valkey is away."""
    with suppress(RedisError, OSError):
        if said := cache.get(_key(arrival_id)):
            return Progress(*said)
    return None


def progress_say(arrival_id: int, stage: str, share: float | None) -> None:
    """A silent Valkey stops nothing."""
    with suppress(RedisError, OSError):
        cache.set(_key(arrival_id), (stage, share), _SECONDS_KEPT)


def progress_over(arrival_id: int) -> None:
    with suppress(RedisError, OSError):
        cache.delete(_key(arrival_id))


def _key(arrival_id: int) -> str:
    return f"arrival:{arrival_id}"
