"""Forecasts over runs of seven days: the period before again, a smoothed level, a level and its drift.

A week has no weekday pattern left, so that a level is learned from what is level (temporal
aggregation: Nikolopoulos et al., "An aggregate-disaggregate intermittent demand approach", 2011).
The weekdays come back as shares of a week.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from math import ceil

from kpis.forecast.outcome import Bell
from kpis.forecast.run_rate import MOST_WEEKS
from kpis.forecast.series import WEEK, Days, complete_weeks, mean
from kpis.forecast.smoothing import best_weight, smooth, variance_of_sum

#: A year of weeks: older ones say little of the level.
RECENT_WEEKS = 52
#: A drift is believed by half, as the Theta method does.
DRIFT_SHARE = 0.5


def week_parts(days: Days, horizon: int) -> list[float]:
    """Of each coming week the part within the horizon: [1.0, 1.0, 0.3], by the weekdays' shares."""
    whole, rest = divmod(horizon, WEEK)
    parts = [1.0] * whole
    if rest:
        recent = days.values[-min(MOST_WEEKS, len(days) // WEEK) * WEEK :]
        total = sum(recent)
        first = [value for place, value in enumerate(recent) if place % WEEK < rest]
        parts.append(sum(first) / total if total > 0 else rest / WEEK)
    return parts


def again(days: Days, so_far: float, horizon: int) -> Bell | None:
    """As many whole weeks as lie ahead, again: naive, and the weekdays fall where they belong.

    The errors of the sum of n weeks told by the sum of the n weeks before are those of the sum
    itself and of its guess: 2·n·s², with s² half the mean square of changes from week to week.
    """
    length = max(1, round(horizon / WEEK))
    weeks = complete_weeks(days, max(RECENT_WEEKS, 2 * length))
    if len(weeks) < 2:
        return None
    level = mean(weeks[-length:])
    coming = level * sum(week_parts(days, horizon))
    changes = [(b - a) ** 2 for a, b in pairwise(weeks)]
    return Bell(so_far + coming, (mean(changes) * length) ** 0.5)


def smoothed(weight: float, days: Days, so_far: float, horizon: int) -> Bell:
    """Simple exponential smoothing (KPIS C.6 b) of weekly sums."""
    last = smooth(complete_weeks(days, RECENT_WEEKS), weight)
    return Bell(
        so_far + last.level * sum(week_parts(days, horizon)),
        (last.variance * _growth(weight, horizon)) ** 0.5,
    )


def weight_of(days: Days) -> float:
    return _best_weight(tuple(complete_weeks(days, RECENT_WEEKS)))


@lru_cache(maxsize=1024)
def _best_weight(weeks: tuple[float, ...]) -> float:
    """Two models ask for it, at every cut-off and for every horizon."""
    return best_weight(weeks)


def drifting(weight: float, days: Days, so_far: float, horizon: int) -> Bell:
    """Smoothing with half of the linear trend as its drift: the Theta method.

    Assimakopoulos & Nikolopoulos (2000) won the M3 competition with it; Hyndman & Billah (2003)
    showed that it is this.
    """
    weeks = complete_weeks(days, RECENT_WEEKS)
    last, drift = smooth(weeks, weight), DRIFT_SHARE * slope(weeks)
    lag = (1 - (1 - weight) ** len(weeks)) / weight
    coming = sum(
        part * max(0.0, last.level + drift * (step + lag))
        for step, part in enumerate(week_parts(days, horizon))
    )
    return Bell(so_far + coming, (last.variance * _growth(weight, horizon)) ** 0.5)


def _growth(weight: float, horizon: int) -> float:
    """Variance of the sum of the coming days, in variances of a week; of a part of a week its share."""
    count = ceil(horizon / WEEK)
    return variance_of_sum(weight, count) * horizon / (count * WEEK)


def slope(values: Sequence[float]) -> float:
    """Of the straight line through the values, by least squares."""
    length = len(values)
    middle, average = (length - 1) / 2, mean(values)
    squares = length * (length * length - 1) / 12
    return sum((n - middle) * (v - average) for n, v in enumerate(values)) / squares
