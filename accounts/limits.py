"""How many calls an integration may make: GCRA in Valkey, decided atomically by one Lua script.

GCRA keeps one instant per caller (when its debt will be paid off), so a burst is allowed and the
rate holds without windows at whose edge twice as many would pass. If Valkey does not answer, calls
pass: a limit protects the house from haste, not from an attack, and must not close it.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

#: KEYS[1] the caller; ARGV: microseconds per call, burst. Answers allowed, remaining, µs to wait
#: until the next call, µs until the whole burst is there again. The clock is the server's own.
SCRIPT = """
local now = redis.call('TIME')
now = now[1] * 1000000 + now[2]
local interval, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local paid_off = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
local wait = paid_off + interval - now - interval * burst
if wait > 0 then
    return {0, 0, wait, paid_off - now}
end
paid_off = paid_off + interval
redis.call('SET', KEYS[1], string.format('%.0f', paid_off), 'PX', math.ceil((paid_off - now) / 1000) + 1)
return {1, math.floor((now - paid_off) / interval) + burst, 0, paid_off - now}
"""


@dataclass(frozen=True)
class Limit:
    """`calls` per `seconds`; as many may come at once."""

    calls: int
    seconds: int


@dataclass(frozen=True)
class Verdict:
    """Whether a call passes; how many more would; seconds to wait, and until all is paid off."""

    limit: Limit
    is_allowed: bool
    remaining: int
    retry_after: int
    reset: int

    def headers(self) -> dict[str, str]:
        found = {
            "RateLimit-Limit": str(self.limit.calls),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset),
            "RateLimit-Policy": f"{self.limit.calls};w={self.limit.seconds}",
        }
        return found if self.is_allowed else {**found, "Retry-After": str(self.retry_after)}


def limit_take(caller: str, limit: Limit) -> Verdict | None:
    """Count one call of `caller`. None if Valkey does not answer."""
    interval = limit.seconds * 1_000_000 // limit.calls
    try:
        script = _script(str(settings.CACHES["default"]["LOCATION"]))
        allowed, remaining, wait, debt = script(
            keys=[f"rumbo:limit:{caller}"], args=[interval, limit.calls]
        )
    except RedisError:
        return None
    return Verdict(limit, bool(allowed), remaining, _seconds(wait), _seconds(debt))


def _seconds(microseconds: int) -> int:
    return math.ceil(microseconds / 1_000_000)


@lru_cache
def _script(url: str) -> Any:
    """With its client and a pool per address, kept for the process."""
    client = Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1)
    return client.register_script(SCRIPT)
