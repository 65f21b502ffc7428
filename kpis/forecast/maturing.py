"""The rate of a cohort KPI at the end of a period, from what earlier cohorts did at the same age (KPIS C.6).

Cohorts that came in are completed, those still to come are as many a day as of late and convert like
mature ones. Whether that was right in the past is tried on cut-offs, as for every model. Pure.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from math import sqrt

from kpis.forecast.cohorts import Cohort, completed, ripeness
from kpis.forecast.outcome import COVERAGE, Bell

#: Mature days that say how cohorts go on; and the last days, that say how many members come a day.
LOOK_BACK, LATE_DAYS = 365, 28
#: Fewer mature members than these say nothing of the others.
LEAST_MEMBERS = 30
CUTOFFS, APART = 8, 14
LEAST_COVERAGE = 0.65


@dataclass(frozen=True)
class Ages:
    """By the cohorts' days: how many members, and of them how many converted at which age in days.

    Ages run from 0 to the window; what came later does not count. `through`: the last known day.
    """

    through: date
    window_days: int
    members: Mapping[date, int] = field(default_factory=dict)
    hits: Mapping[date, Mapping[int, int]] = field(default_factory=dict)

    @cached_property
    def days(self) -> list[date]:
        """Those with members, the first one first."""
        return sorted(self.members)

    @cached_property
    def _ends(self) -> dict[date, int]:
        return {
            day: sum(n for age, n in found.items() if age <= self.window_days)
            for day, found in self.hits.items()
        }

    def between(self, first: date, last: date) -> list[date]:
        """The days with members from the first to the last."""
        return self.days[bisect_left(self.days, first) : bisect_right(self.days, last)]

    def until(self, day: date, cohort: date) -> int:
        """Conversions of a cohort that had come by the end of a day."""
        reach = (day - cohort).days
        if reach >= self.window_days:
            return self._ends.get(cohort, 0)
        return sum(n for age, n in self.hits.get(cohort, {}).items() if age <= reach)


def rate_at_the_end(ages: Ages, first: date, last: date, as_of: date) -> Bell | None:
    """The rate of all members of the days from first to last once they are mature, as known at the
    end of `as_of`. None while too few have matured or none converted.

    The mature rate is itself an estimate: its own error is added for the members that wait.
    """
    mature = _span(ages, as_of - timedelta(days=ages.window_days), LOOK_BACK)
    grown = sum(ages.members[day] for day in mature)
    by_age: dict[int, int] = {}
    for day in mature:
        for age, n in ages.hits.get(day, {}).items():
            by_age[age] = by_age.get(age, 0) + n
    ripe = ripeness(by_age, ages.window_days)
    if ripe is None or grown < LEAST_MEMBERS:
        return None
    rate = sum(by_age.values()) / grown
    cohorts = [
        Cohort(ages.members[day], ages.until(as_of, day), (as_of - day).days)
        for day in ages.between(first, min(last, as_of))
    ]
    coming = round(_a_day(ages, as_of) * max(0, (last - as_of).days))
    cohorts.append(Cohort(coming, 0, -1))
    found = completed(cohorts, ripe, rate, ages.window_days)
    if found is None:
        return None
    members = sum(each.members for each in cohorts)
    waiting = sum(each.members - each.hits for each in cohorts if each.age_days < ages.window_days)
    error = sqrt(rate * (1 - rate) / grown) * waiting / members
    return Bell(found.value, sqrt(found.sd**2 + error**2))


def _span(ages: Ages, last: date, days: int) -> list[date]:
    return ages.between(last - timedelta(days=days - 1), last)


def _a_day(ages: Ages, as_of: date) -> float:
    """Members a day of late; since the first of all, where that is less long ago."""
    if not ages.days or ages.days[0] > as_of:
        return 0.0
    days = min(LATE_DAYS, (as_of - ages.days[0]).days + 1)
    return sum(ages.members[day] for day in _span(ages, as_of, days)) / days


def is_sound(ages: Ages, first: date, last: date, as_of: date) -> bool:
    """Whether forecasts of this kind were right often enough to go by their chance: of eight
    cut-offs a fortnight apart, whose ends are known, at least 65 % ended inside the 80 % interval."""
    elapsed, ahead = as_of - first, last - as_of
    inside = 0
    if not ages.days:
        return False
    newest = ages.through - timedelta(days=ages.window_days) - ahead
    for number in range(CUTOFFS):
        cut = newest - timedelta(days=APART * number)
        start, end = cut - elapsed, cut + ahead
        members = ages.between(start, end)
        if start < ages.days[0] or not members:
            return False
        found = rate_at_the_end(ages, start, end, cut)
        if found is None:
            return False
        came = sum(ages.until(ages.through, day) for day in members)
        low, high = found.interval(COVERAGE)
        inside += low <= came / sum(ages.members[day] for day in members) <= high
    return inside >= LEAST_COVERAGE * CUTOFFS
