"""Local days and the instants they begin at; periods of whole local days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ONE_DAY = timedelta(days=1)


class PeriodError(ValueError):
    """A period that cannot be: `code` for machines, a translatable message, `data` for both."""

    def __init__(self, code: str, message: "str | Promise", **data: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data

    def __str__(self) -> str:
        return str(self.message) % self.data if self.data else str(self.message)


@lru_cache(maxsize=20_000)
def day_start(day: date, tz: tzinfo) -> datetime:
    """The first instant of a local day, in UTC (KPIS G.1: by the zone's rules, never "+24 h")."""
    midnight = datetime.combine(day, time.min, tz)
    start = midnight.astimezone(UTC)
    if start.astimezone(tz).replace(tzinfo=None) == midnight.replace(tzinfo=None):
        return start
    # No local midnight: the day begins where the clock jumped over it. Before the jump the
    # offset was fold=0's, after it fold=1's, so the jump lies between these two readings.
    before, after = midnight.replace(fold=1).astimezone(UTC), start
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(tz).date() < day:
            before = middle
        else:
            after = middle
    return after


def day_bounds(day: date, tz: tzinfo) -> tuple[datetime, datetime]:
    """[first instant of the day, first instant of the next) in UTC."""
    return day_start(day, tz), day_start(day + ONE_DAY, tz)


def local_date(at: datetime, tz: tzinfo) -> date:
    """The local day an instant belongs to. A naive instant is refused."""
    if at.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    return at.astimezone(tz).date()


def last_complete_day(at: datetime, tz: tzinfo, complete_through: date | None = None) -> date:
    """The last local day wholly past at an instant; no later than what the sources delivered."""
    yesterday = local_date(at, tz) - ONE_DAY
    return yesterday if complete_through is None else min(yesterday, complete_through)


def zone(name: str) -> ZoneInfo:
    """The zone of an IANA name; PeriodError `unknown_zone` when there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise PeriodError("unknown_zone", _("Unknown time zone: %(zone)s."), zone=name) from error


@dataclass(frozen=True, order=True)
class Period:
    """Local days from `first` to `last`, both included; never empty."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise PeriodError(
                "from_after_to",
                _("The period ends (%(to)s) before it begins (%(from)s)."),
                **{"from": self.first.isoformat(), "to": self.last.isoformat()},
            )

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(days=n) for n in range(self.days))

    def shifted(self, days: int) -> "Period":
        return Period(self.first + timedelta(days=days), self.last + timedelta(days=days))

    def overlap(self, other: "Period") -> "Period | None":
        first, last = max(self.first, other.first), min(self.last, other.last)
        return Period(first, last) if first <= last else None

    def bounds(self, tz: tzinfo) -> tuple[datetime, datetime]:
        """Half-open range of instants in UTC."""
        return day_start(self.first, tz), day_start(self.last + ONE_DAY, tz)
