"""A goal's milestones by shape (KPIS C.2), and what is expected by a day (C.3).

Exact: linear and seasonal milestones are fractions, compounding ones have 40 digits, and
cumulative milestones always add to the target to the last digit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Context, Decimal
from fractions import Fraction
from itertools import accumulate

from kpis.calendar import ONE_DAY, Period
from kpis.compare import Number
from kpis.formats import round_half_away
from kpis.goals.terms import (
    COMPOUNDING,
    CUMULATIVE,
    LEVEL,
    MAINTAIN,
    MANUAL,
    PERIOD,
    SEASONAL,
    GoalTerms,
)

_DIGITS = Context(prec=45)


@dataclass(frozen=True)
class Milestone:
    """What one grain asks for: an amount of its own (cumulative), or the level to be at."""

    period: Period
    value: Fraction


def milestones(terms: GoalTerms) -> list[Milestone]:
    """One per grain, unrounded; none for `maintain`. Needs terms without `problems()`.

    Manual milestones are written by people; until then they are the linear ones.
    """
    if terms.kind == MAINTAIN or terms.target is None:
        return []
    periods = [grain.period for grain in terms.grains]
    if terms.accumulation == PERIOD:
        values = [Fraction(terms.target)] * len(periods)
    elif terms.shape == MANUAL and terms.by_hand:
        values = _by_hand(terms)
    elif terms.accumulation == LEVEL:
        values = _levels(terms, len(periods))
    else:
        values = _amounts(terms, periods)
    return [Milestone(period, value) for period, value in zip(periods, values, strict=True)]


def _by_hand(terms: GoalTerms) -> list[Fraction]:
    values = [_exact(value) for value in terms.by_hand]
    if terms.accumulation == CUMULATIVE:  # to the last digit, whatever people rounded
        values[-1] = _exact(terms.target) - sum(values[:-1])
    return values


def _levels(terms: GoalTerms, n: int) -> list[Fraction]:
    base, target = _exact(terms.baseline), _exact(terms.target)
    if terms.shape == COMPOUNDING:
        ratio = _decimal(target / base)
        steps = [_DIGITS.power(ratio, _decimal(Fraction(k, n))) for k in range(1, n)]
        return [base * Fraction(step) for step in steps] + [target]
    if terms.shape == SEASONAL:
        last_year = [_exact(value) for value in terms.last_year]
        first, last = base / last_year[0], target / last_year[-1]
        uplifts = [first + (last - first) * Fraction(k, n) for k in range(1, n + 1)]
        return [value * uplift for value, uplift in zip(last_year[1:], uplifts, strict=True)]
    return [base + (target - base) * Fraction(k, n) for k in range(1, n + 1)]


def _amounts(terms: GoalTerms, periods: list[Period]) -> list[Fraction]:
    target = _exact(terms.target)
    if terms.shape == COMPOUNDING:
        factor = _growth_factor(_exact(terms.baseline), target, len(periods))
        steps = [Fraction(_DIGITS.power(factor, k)) for k in range(1, len(periods))]
        amounts = [_exact(terms.baseline) * step for step in steps]
        return [*amounts, target - sum(amounts)]
    if terms.shape == SEASONAL:
        known = [Fraction(value) for value in terms.last_year if value is not None]
        mean = sum(known, Fraction(0)) / len(known)
        weights = [mean if value is None else Fraction(value) for value in terms.last_year]
    else:
        weights = [Fraction(period.days) for period in periods]
    return [target * weight / sum(weights) for weight in weights]


def growth(terms: GoalTerms) -> Fraction:
    """The growth per grain of a compounding goal, e.g. 0.122462 for 12.2462 % a month."""
    base, target, n = _exact(terms.baseline), _exact(terms.target), len(terms.grains)
    if terms.accumulation == CUMULATIVE:
        return Fraction(_growth_factor(base, target, n)) - 1
    return Fraction(_DIGITS.power(_decimal(target / base), _decimal(Fraction(1, n)))) - 1


def _growth_factor(base: Fraction, target: Fraction, n: int) -> Decimal:
    """x with base·(x + x² + … + xⁿ) = target, by bisection: the sum only grows with x."""
    wanted, low, high = _decimal(target / base), Decimal(0), Decimal(1)

    def total(x: Decimal) -> Decimal:
        result = Decimal(0)
        for _term in range(n):
            result = _DIGITS.multiply(_DIGITS.add(result, 1), x)
        return result

    while total(high) < wanted:
        high *= 2
    for _step in range(150):
        middle = _DIGITS.divide(_DIGITS.add(low, high), 2)
        low, high = (middle, high) if total(middle) < wanted else (low, middle)
    return high


def _exact(value: Number | None) -> Fraction:
    if value is None:
        raise ValueError("the goal lacks a number: look at problems() first")
    return Fraction(value)


def _decimal(value: Fraction) -> Decimal:
    return _DIGITS.divide(Decimal(value.numerator), Decimal(value.denominator))


# --- reading the path ------------------------------------------------------------------------


def running_totals(stones: Sequence[Milestone]) -> list[Fraction]:
    """The milestones of a cumulative goal added up, one per grain; the last is the target."""
    return list(accumulate(stone.value for stone in stones))


def whole_numbers(amounts: Sequence[Number]) -> list[int]:
    """Amounts as integers that add to their rounded sum: largest remainder, ties to the earlier."""
    exact = [Fraction(amount) for amount in amounts]
    floors = [amount.numerator // amount.denominator for amount in exact]
    missing = int(round_half_away(sum(exact, Fraction(0)), 0)) - sum(floors)
    by_remainder = sorted(range(len(exact)), key=lambda i: (floors[i] - exact[i], i))
    for index in by_remainder[:missing]:
        floors[index] += 1
    return floors


def expected_within(stones: Sequence[Milestone], days: Period) -> Fraction:
    """What a cumulative goal puts on these days: whole grains, and inside a grain by day."""
    total = Fraction(0)
    for stone in stones:
        part = stone.period.overlap(days)
        if part:
            total += stone.value * Fraction(part.days, stone.period.days)
    return total


def expected_by(stones: Sequence[Milestone], day: date) -> Fraction:
    """What a cumulative goal expects from its first day to the end of `day`."""
    first = stones[0].period.first
    return Fraction(0) if day < first else expected_within(stones, Period(first, day))


def milestone_of(stones: Sequence[Milestone], day: date) -> Milestone | None:
    """The milestone of the grain that holds a day."""
    return next((stone for stone in stones if day in stone.period), None)


def needed_from_here(stones: Sequence[Milestone], actual: Number, as_of: date) -> list[Milestone]:
    """What the rest of a cumulative goal must bring: what remains, spread as the path is."""
    remaining = max(Fraction(0), sum(stone.value for stone in stones) - Fraction(actual))
    rest = Period(as_of + ONE_DAY, max(stones[-1].period.last, as_of + ONE_DAY))
    parts = [(stone, stone.period.overlap(rest)) for stone in stones]
    ahead = [
        Milestone(part, expected_within([stone], part)) for stone, part in parts if part is not None
    ]
    weight = sum(stone.value for stone in ahead)
    if not weight:  # a season that ends empty: by day
        ahead = [replace(stone, value=Fraction(stone.period.days)) for stone in ahead]
        weight = sum(stone.value for stone in ahead)
    return [replace(stone, value=remaining * stone.value / weight) for stone in ahead]


def path(
    terms: GoalTerms,
    stones: Sequence[Milestone],
    periods: Sequence[Period],
    is_running: bool = False,
) -> list[Fraction | None]:
    """The goal's line over a chart's buckets; None where the goal does not reach.

    Cumulative goals: what the bucket's days should bring, or with `is_running` what should have
    come by its last day. Levels of sums (leads per month) are spread by day over shorter
    buckets; levels of rates are the milestone of the grain. `maintain` has `range_path`.
    """
    return [_path_at(terms, stones, period, is_running) for period in periods]


def _path_at(
    terms: GoalTerms, stones: Sequence[Milestone], period: Period, is_running: bool
) -> Fraction | None:
    inside = period.overlap(terms.period)
    if not stones or inside is None:
        return None
    if terms.accumulation == CUMULATIVE and is_running:
        return expected_by(stones, inside.last)
    if terms.accumulation == CUMULATIVE:
        return expected_within(stones, inside)
    if terms.accumulation == LEVEL and terms.kpi.aggregation == "sum":
        touched = any(stone.period.overlap(inside) for stone in stones)
        return expected_within(stones, inside) if touched else None
    stone = milestone_of(stones, inside.last)
    return stone.value if stone else None


def range_path(
    terms: GoalTerms, periods: Sequence[Period]
) -> tuple[list[Fraction | None], list[Fraction | None]]:
    """The lower and the upper line of a `maintain` goal over a chart's buckets."""
    inside = [period.overlap(terms.period) is not None for period in periods]
    low, high = _exact(terms.low), _exact(terms.high)
    return [low if i else None for i in inside], [high if i else None for i in inside]


# --- the big goal and its small ones -----------------------------------------------------------
