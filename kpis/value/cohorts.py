"""Customers by the month of their first sale, and what each such cohort has left since (KPIS E.1).

Ages are calendar months: 0 is the month of the first sale. A month counts once it is complete.
Exact: fractions in, fractions out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import accumulate

#: E.1: a chained value needs so many cohorts of so many customers.
ENOUGH_COHORTS, ENOUGH_CUSTOMERS = 3, 30


@dataclass(frozen=True, slots=True)
class Cohort:
    """Customers who first bought in a month: per complete age, what they left up to its end.

    `active` are those who bought in the month of that age.
    """

    month: date
    customers: int
    cumulative: tuple[Fraction, ...]
    active: tuple[int, ...] = ()

    def per_customer(self, age: int) -> Fraction | None:
        return self.cumulative[age] / self.customers if age < len(self.cumulative) else None

    def share_active(self, age: int) -> Fraction | None:
        return Fraction(self.active[age], self.customers) if age < len(self.active) else None


@dataclass(frozen=True, slots=True)
class Age:
    """An age of the chain: what it adds per customer, over the customers of how many cohorts."""

    age: int
    increment: Fraction
    value: Fraction
    customers: int
    cohorts: int


def months_between(first: date, later: date) -> int:
    """Calendar months from one month to another."""
    return (later.year - first.year) * 12 + later.month - first.month


def month_after(month: date, count: int = 1) -> date:
    index = month.year * 12 + month.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)


def last_complete_month(as_of: date) -> date:
    """The first day of the last month that is over at the end of the day `as_of`."""
    month = as_of.replace(day=1)
    return (
        month if month_after(month).toordinal() == as_of.toordinal() + 1 else month_after(month, -1)
    )


def cohorts_of(
    customers: Mapping[date, int],
    profits: Mapping[tuple[date, int], Fraction],
    active: Mapping[tuple[date, int], int],
    as_of: date,
) -> tuple[Cohort, ...]:
    """One cohort per complete month with new customers, oldest first.

    `customers` by first month; `profits` and `active` by (first month, age). What falls into a
    month that is still running is left out: it would be compared with whole ones.
    """
    newest = last_complete_month(as_of)
    found = []
    for month in sorted(each for each in customers if each <= newest):
        ages = range(months_between(month, newest) + 1)
        increments = [profits.get((month, age), Fraction(0)) for age in ages]
        found.append(
            Cohort(
                month,
                customers[month],
                tuple(accumulate(increments)),
                tuple(active.get((month, age), 0) for age in ages),
            )
        )
    return tuple(found)


def chained(cohorts: Sequence[Cohort]) -> tuple[Age, ...]:
    """The value of a customer by age: the mean increments of the cohorts that reached it, added up.

    Each increment is a ratio of sums over the cohorts that reached the age: a young cohort counts
    in the ages it has, and nobody in ages that no cohort has reached.
    """
    found: list[Age] = []
    value = Fraction(0)
    for age in range(max((len(cohort.cumulative) for cohort in cohorts), default=0)):
        old = [cohort for cohort in cohorts if len(cohort.cumulative) > age]
        added = sum(
            (c.cumulative[age] - (c.cumulative[age - 1] if age else 0) for c in old), Fraction(0)
        )
        size = sum(cohort.customers for cohort in old)
        if not size:
            break
        value += added / size
        found.append(Age(age, added / size, value, size, len(old)))
    return tuple(found)


def is_chain_sound(cohorts: Sequence[Cohort]) -> bool:
    """Whether E.1 lets the chained value be used: at least 3 cohorts of at least 30 customers."""
    return sum(cohort.customers >= ENOUGH_CUSTOMERS for cohort in cohorts) >= ENOUGH_COHORTS
