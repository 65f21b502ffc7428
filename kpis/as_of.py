"""The three readings of a number: current, as of a moment, and as first reported (KPIS G.3).

Pure. A closed day's total as of a moment is today's less every restatement recorded after it; the
ledger knows channel and campaign, so other splits and filters cannot be read back, nor can counts
that are made anew from the facts.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FIRST_REPORTED = "first_reported"
#: What the ledger tells apart.
DIMENSIONS = frozenset(("channel", "campaign"))


@dataclass(frozen=True)
class AsOf:
    """The moment as of which numbers are read; without one, each day as it was first closed."""

    at: datetime | None = None

    @property
    def is_first(self) -> bool:
        return self.at is None


def as_of_from(text: str, time_zone: str) -> AsOf:
    """`first_reported`, an instant with its offset, or a date: the end of that day in the zone.

    Raises ValueError for anything else.
    """
    if text == FIRST_REPORTED:
        return AsOf()
    zone = ZoneInfo(time_zone)
    if len(text) == 10:
        day = date.fromisoformat(text)
        return AsOf(datetime.combine(day + timedelta(days=1), time.min, zone))
    at = datetime.fromisoformat(text)
    return AsOf(at if at.tzinfo else at.replace(tzinfo=zone))
