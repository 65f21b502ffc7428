"""What the frame of every page learns from the machinery: whether a process is missing."""

from collections.abc import Callable

from django.http import HttpRequest
from redis.exceptions import RedisError

from kpis.heartbeat import SCHEDULER, WORKER, missing_processes


def machinery(request: HttpRequest) -> dict[str, Callable[[], tuple[str, ...]]]:
    """Context processor: `missing_processes`, asked only by templates that show it."""
    return {"missing_processes": _missing}


def _missing() -> tuple[str, ...]:
    try:
        return missing_processes()
    except (RedisError, OSError):
        # Without its signs of life nobody knows; without the broker neither can do anything.
        return (SCHEDULER, WORKER)
