"""When a failed try is repeated, and when an endpoint is given up. Pure; moments are arguments.

The steps are those of the Standard Webhooks specification: ten tries within 75 hours and a half.
"""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256

#: From each failure to the next try. After the last one there is no other.
WAITS = (
    timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2),
    timedelta(hours=5), timedelta(hours=10), timedelta(hours=14), timedelta(hours=20),
    timedelta(hours=24),
)  # fmt: skip
#: A wait is longer by up to this part, so that what failed together does not come back together.
JITTER = 10  # per cent
#: What a receiver may ask for with Retry-After; it makes a wait longer, never shorter.
LONGEST = timedelta(hours=24)
#: An endpoint that took nothing for so long is switched off.
PATIENCE = timedelta(days=3)
#: After a failure an endpoint rests for a tenth of the time since which it fails.
SHORTEST_REST, LONGEST_REST = timedelta(seconds=5), timedelta(hours=1)


def next_try(name: str, tries: int, at: datetime, retry_after: str = "") -> datetime | None:
    """When an event is tried again after its try number `tries` failed; None: it is given up.

    name: of the event at the endpoint; the same name and try always wait equally long.
    """
    if tries > len(WAITS):
        return None
    wait = WAITS[tries - 1]
    drawn = int.from_bytes(sha256(f"{name}:{tries}".encode()).digest()[:4]) / 2**32
    longer = wait + wait * drawn * JITTER / 100
    return at + max(longer, min(asked_wait(retry_after, at), LONGEST))


def asked_wait(text: str, at: datetime) -> timedelta:
    """What a Retry-After asks for: seconds, or a date (RFC 9110, 10.2.3). Nonsense asks for nothing."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=int(text[:9]))
    try:
        until = parsedate_to_datetime(text)
        return max(until - at, timedelta())
    except (
        ValueError,
        TypeError,
        OverflowError,
        IndexError,
    ):  # a date without a zone is nonsense too
        return timedelta()


def rest_until(failing_since: datetime, at: datetime, retry_after: str = "") -> datetime:
    """Until when an endpoint is left alone after a failure, whatever waits for it."""
    wanted = max((at - failing_since) / 10, asked_wait(retry_after, at), SHORTEST_REST)
    return at + min(wanted, LONGEST_REST)


def is_given_up(failing_since: datetime, at: datetime) -> bool:
    return at - failing_since >= PATIENCE
