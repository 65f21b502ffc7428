"""A KPI's complete days as a forecast reads them. Pure; floats, for statistics."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WEEK = 7


@dataclass(frozen=True)
class Days:
    """One value per day from `first`, without gaps; a complete day without a row is a zero.

    `is_count`: whole things that arrive, hence at least as noisy as Poisson.
    """

    first: date
    values: tuple[float, ...]
    is_count: bool = True

    def __len__(self) -> int:
        return len(self.values)

    @property
    def last(self) -> date:
        return self.first + timedelta(days=len(self.values) - 1)

    def until(self, length: int) -> "Days":
        """The first `length` days: what was known then."""
        return Days(self.first, self.values[:length], self.is_count)

    def since(self, day: date) -> "Days":
        """The days from one on."""
        skipped = max(0, (day - self.first).days)
        return Days(self.first + timedelta(days=skipped), self.values[skipped:], self.is_count)

    def total(self, first: date, last: date) -> float:
        """The sum over those of these days that are known."""
        begin = max(0, (first - self.first).days)
        return sum(self.values[begin : max(0, (last - self.first).days + 1)])


def weekday_counts(after: date, horizon: int) -> list[int]:
    """How often each weekday (Monday first) comes in the `horizon` days after a day."""
    whole, rest = divmod(horizon, WEEK)
    counts = [whole] * WEEK
    for step in range(1, rest + 1):
        counts[(after.weekday() + step) % WEEK] += 1
    return counts


def complete_months(days: Days) -> tuple[date, list[float]]:
    """(first day of the first whole month, the sums of the whole months)."""
    first = days.first
    if first.day > 1:
        first = _after_month(first.year, first.month)
    sums: list[float] = []
    month, begin = first, (first - days.first).days
    while True:
        end = begin + month_days(month.year, month.month)
        if end > len(days.values):
            return (first if sums else days.first), sums
        sums.append(sum(days.values[begin:end]))
        month, begin = _after_month(month.year, month.month), end


def _after_month(year: int, month: int) -> date:
    """The first day of the month after."""
    return date(year + month // 12, month % 12 + 1, 1)


def complete_weeks(days: Days, most: int) -> list[float]:
    """The sums of the last runs of seven days, oldest first; the last run ends on the last day."""
    count = min(most, len(days) // WEEK)
    begin = len(days) - count * WEEK
    return [sum(days.values[begin + n * WEEK : begin + (n + 1) * WEEK]) for n in range(count)]


def month_days(year: int, month: int) -> int:
    return monthrange(year, month)[1]


def month_shares(after: date, horizon: int) -> list[float]:
    """Of each month that is not complete yet, the share of its days within the `horizon`.

    After 21 June: [0.3] for nine days, [0.3, 1.0] with July. After 30 June July is the first.
    """
    shares: list[float] = []
    day, left = after + timedelta(days=1), horizon
    while left > 0:
        length = month_days(day.year, day.month)
        taken = min(left, length - day.day + 1)
        shares.append(taken / length)
        left -= taken
        day += timedelta(days=taken)
    return shares


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
