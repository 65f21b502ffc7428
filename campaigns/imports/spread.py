"""A figure of a period, by day: exact, by largest remainder, equal remainders to the first days."""

from datetime import date, timedelta
from decimal import Decimal


def spread_evenly(total: Decimal, days: int, step: Decimal) -> list[Decimal]:
    """`days` figures in multiples of `step` whose sum is `total`, which is a multiple of it.

    1,000.00 over 30 days in cents: 33.34 on the first 10 days, 33.33 on the other 20.
    """
    units = int(total / step)
    each, left = divmod(units, days)
    return [(each + (1 if index < left else 0)) * step for index in range(days)]


def days_between(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
