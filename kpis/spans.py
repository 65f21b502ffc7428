"""Over which days a part of a formula is read, when these are not the days asked for.

Pure. A span is written on an atom (`ORDERS.over("last_12_months")`) and turned here into local
days for each asked range; adding up over them is `kpis.reading`'s business.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kpis.calendar import ONE_DAY, Period, unit_of

CURRENT, COMPARISON = "current", "comparison"
LAST_90_DAYS, LAST_12_MONTHS, MONTH_ENDS = "last_90_days", "last_12_months", "month_ends"
BUDGET_TO_DATE, BUDGET_WHOLE = "budget_to_date", "budget_whole"
OF_BUDGETS = (BUDGET_TO_DATE, BUDGET_WHOLE)

#: Those that are read over days of their own: neither the asked ones nor the compared ones.
OWN_DAYS = (LAST_90_DAYS, LAST_12_MONTHS, MONTH_ENDS, *OF_BUDGETS)
#: How a span is said beside the name of what is read over it.
NAMES: Mapping[str, str | Promise] = {
    COMPARISON: _("period compared with"),
    LAST_90_DAYS: _("last 90 days"),
    LAST_12_MONTHS: _("last 12 whole months"),
    MONTH_ENDS: _("mean of the month ends"),
    BUDGET_TO_DATE: _("since the budget began"),
    BUDGET_WHOLE: _("whole budget period"),
}
MOST_MONTHS, FEWEST_MONTHS = 12, 3
_WINDOW = timedelta(days=90)


@dataclass(frozen=True)
class Stretch:
    """The periods whose totals are put together: added up, or with `is_mean` averaged.

    Periods are in order and do not overlap.
    """

    periods: tuple[Period, ...]
    is_mean: bool = False

    @property
    def hull(self) -> Period:
        return Period(self.periods[0].first, self.periods[-1].last)


def stretch_of(
    span: str, asked: Period, known: Period, budget: Period | None = None
) -> Stretch | None:
    """The days of a span for an asked range; None if there are none.

    `known` are the days on which everything the KPI needs is complete, far into the past; `budget`
    is the budget period that holds the range's last day, whose days to come count as planned.
    """
    anchor = min(asked.last, known.last)
    if anchor < asked.first:
        return None
    if span == LAST_90_DAYS:
        window = nominal_window(anchor).overlap(known)
        return Stretch((window,)) if window else None
    if span == LAST_12_MONTHS:
        months = _months_through(anchor, known.first)
        return Stretch(months) if months else None
    if span == MONTH_ENDS:
        return Stretch(tuple(_month_ends(asked.first, anchor)), is_mean=True)
    if budget is None:
        return None
    if span == BUDGET_WHOLE:
        return Stretch((budget,))
    begun = budget.overlap(Period(date.min, anchor))
    return Stretch((begun,)) if begun else None


def nominal_window(anchor: date) -> Period:
    """The 90 days that end with a day."""
    return Period(anchor - _WINDOW + ONE_DAY, anchor)


def _months_through(anchor: date, first_known: date) -> tuple[Period, ...]:
    """The last whole months up to a day, at most 12, none that begins before the data."""
    months: list[Period] = []
    month = unit_of(anchor, "month")
    if month.last > anchor:
        month = unit_of(month.first - ONE_DAY, "month")
    while len(months) < MOST_MONTHS and month.first >= first_known:
        months.insert(0, month)
        month = unit_of(month.first - ONE_DAY, "month")
    return tuple(months)


def _month_ends(first: date, anchor: date) -> Iterable[Period]:
    """The last day of each month touched; of the running one its last complete day."""
    day = first
    while day <= anchor:
        month = unit_of(day, "month")
        end = min(month.last, anchor)
        yield Period(end, end)
        day = month.last + ONE_DAY


def elementary(periods: Iterable[Period]) -> tuple[Period, ...]:
    """Adjoining pieces from the first day to the last of all, such that every period is some of them.

    Overlapping periods share pieces, so that one scan serves them all.
    """
    periods = tuple(periods)
    starts = {period.first for period in periods}
    ends = {period.last + ONE_DAY for period in periods}
    marks = sorted(starts | ends)
    return tuple(Period(first, after - ONE_DAY) for first, after in pairwise(marks))


def places(pieces: tuple[Period, ...]) -> Mapping[date, int]:
    """At which place the piece that begins on a day stands."""
    return {piece.first: place for place, piece in enumerate(pieces)}
