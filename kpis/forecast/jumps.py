"""A jump in level: what came before it is brought to the level of what came since. Pure.

A campaign that begins or ends changes a series from one week to the next, and models that learn the
level little by little need months to believe it. A step is believed where the last weeks all lie
on one side of all the weeks before them, far outside their noise, and a straight line through all of
them fits worse. What the same weeks did a year before is the season's, and no jump.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from math import log

from kpis.forecast.series import WEEK, Days, complete_weeks, mean

#: Weeks since the jump, and weeks before it that it is held against.
FEWEST_SINCE, MOST_SINCE, BEFORE = 2, 16, 8
YEAR_WEEKS = 52
#: A smaller change than by a quarter is learned as fast as it matters.
SMALLEST = 1.25
#: Spreads of a week that the levels lie apart.
FAR = 4.0
#: Squares of a straight line over those of a step.
BETTER_THAN_LINE = 2.0


@lru_cache(maxsize=512)
def levelled(days: Days) -> Days:
    """The days with those before the last jump brought to the level since; as they are without one.

    After two weeks by two thirds, after three by three quarters, …: it may have been a week of offers.
    """
    if last_jump(complete_weeks(days, MOST_SINCE + BEFORE), days.is_count) is None:
        return days
    found = last_jump(complete_weeks(days, YEAR_WEEKS + MOST_SINCE + BEFORE), days.is_count)
    if found is None:
        return days
    since, times = found
    at, believed = len(days) - since * WEEK, times ** (since / (since + 1))
    before = tuple(value * believed for value in days.values[:at])
    return replace(days, values=before + days.values[at:])


def last_jump(weeks: Sequence[float], is_count: bool = True) -> tuple[int, float] | None:
    """(weeks since the jump, level since over level before); None without one.

    Counts are as noisy as Poisson at least, however alike the weeks were.
    """
    found = [
        (misfit, since, times)
        for since in range(FEWEST_SINCE, min(MOST_SINCE, len(weeks) - BEFORE) + 1)
        for misfit, times in _step(weeks, since, is_count)
    ]
    return min(found)[1:] if found else None


def _step(weeks: Sequence[float], since: int, is_count: bool) -> list[tuple[float, float]]:
    """[(mean square around both levels, times as high)], or [] where it is no jump."""
    old, new = weeks[-since - BEFORE : -since], weeks[-since:]
    if not (min(new) > max(old) or max(new) < min(old)):
        return []
    low, high = mean(old), mean(new)
    if min(low, high) <= 0:
        return []
    times = high / low
    squares = sum((w - low) ** 2 for w in old) + sum((w - high) ** 2 for w in new)
    noise = max(squares / (len(old) + since - 2), max(low, high) if is_count else 0.0)
    is_near = abs(log(times)) < log(SMALLEST) or (high - low) ** 2 < FAR * FAR * noise
    if is_near or squares_around_line([*old, *new]) < BETTER_THAN_LINE * squares:
        return []
    return [] if _is_season(weeks, since, times) else [(squares / (len(old) + since), times)]


def _is_season(weeks: Sequence[float], since: int, times: float) -> bool:
    """Whether half of it came a year before too."""
    if len(weeks) < YEAR_WEEKS + since + BEFORE:
        return False
    year = weeks[: len(weeks) - YEAR_WEEKS]
    old, new = mean(year[-since - BEFORE : -since]), mean(year[-since:])
    return min(old, new) > 0 and log(new / old) / log(times) > 0.5


def squares_around_line(values: Sequence[float]) -> float:
    """Squares of the deviations from the straight line through the values."""
    count, average = len(values), mean(values)
    middle = (count - 1) / 2
    across = sum((n - middle) ** 2 for n in range(count))
    slope = sum((n - middle) * (v - average) for n, v in enumerate(values)) / across
    return sum((v - average - slope * (n - middle)) ** 2 for n, v in enumerate(values))
