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
FIRST_YEAR, LAST_YEAR = 1970, 2100


@dataclass(frozen=True)
class AsOf:
    """A moment as of which numbers are read: an instant, or the end of a local day.

    Neither: as first reported, each day as it was first closed.
    """

    at: datetime | None = None
    day: date | None = None

    @property
    def is_first(self) -> bool:
        return self.at is None and self.day is None

    def in_zone(self, time_zone: str) -> "AsOf":
        """With a day as the instant at which it ends there."""
        if self.day is None:
            return self
        return AsOf(datetime.combine(self.day + timedelta(days=1), time.min, ZoneInfo(time_zone)))

    @property
    def text(self) -> str:
        """As it is asked for in an address."""
        if self.is_first:
            return FIRST_REPORTED
        return (self.day or self.at).isoformat()  # type: ignore[union-attr]


def as_of_from(text: str) -> AsOf:
    """`first_reported`, a date for the end of that day, or an instant with its offset.

    Raises ValueError for anything else.
    """
    if text == FIRST_REPORTED:
        return AsOf()
    if len(text) == 10:
        day = date.fromisoformat(text)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValueError(text)
        return AsOf(day=day)
    at = datetime.fromisoformat(text)
    if at.tzinfo is None or not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise ValueError(text)
    return AsOf(at)
