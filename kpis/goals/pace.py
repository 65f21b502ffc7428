"""How far a goal is: expected to date, pace (KPIS C.3) and attainment (C.4). Exact, unclamped."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from kpis.calendar import Period
from kpis.compare import Number
from kpis.goals.milestones import Milestone, expected_by, milestone_of
from kpis.goals.terms import (
    CAP,
    CUMULATIVE,
    INCREASE,
    LEVEL,
    MAINTAIN,
    PERIOD,
    GoalTerms,
)

# These can be zero or negative without being absurd, so a ratio of two of them says nothing.
SIGNED_KPIS = frozenset({"roi", "sales_growth", "customer_profit", "net_margin"})


@dataclass(frozen=True)
class Reading:
    """Over which days a goal's KPI is read now, and which grain's milestone it is held against."""

    period: Period
    grain: Period


def reading_for(terms: GoalTerms, as_of: date, is_small_sample: bool = False) -> Reading | None:
    """What to read as of the last complete day; None when there is nothing to judge yet.

    Cumulative and period goals: from the first day. Levels of ratios: the current grain to date
    (with a small sample, the last complete grain). Levels of stocks: the last complete day.
    Levels of sums and distinct counts: the last complete grain.
    """
    as_of = min(as_of, terms.period.last)
    if as_of < terms.period.first:
        return None
    if terms.accumulation != LEVEL:
        period = Period(terms.period.first, as_of)
        return Reading(period, period)
    grains = [bucket.period for bucket in terms.grains]
    current = next((grain for grain in grains if as_of in grain), None)
    if terms.kpi.aggregation == "last":
        return Reading(Period(as_of, as_of), current) if current else None
    if current and not terms.is_by_whole_grains and not is_small_sample:
        return Reading(Period(current.first, as_of), current)
    complete = [grain for grain in grains if grain.last <= as_of]
    return Reading(complete[-1], complete[-1]) if complete else None


def expected(
    terms: GoalTerms, stones: Sequence[Milestone], as_of: date, grain: Period | None = None
) -> Fraction | None:
    """What the goal expects: to date (cumulative), of the grain (level), the target (period)."""
    if terms.kind == MAINTAIN or not stones:
        return None
    if terms.accumulation == CUMULATIVE:
        return expected_by(stones, as_of)
    if terms.accumulation == PERIOD:
        return stones[-1].value
    stone = milestone_of(stones, grain.first if grain else as_of)
    return stone.value if stone else None


def pace(terms: GoalTerms, actual: Number | None, expected_value: Number | None) -> Fraction | None:
    """How the KPI stands against what is expected now; 1 is just on the path, more is better.

    None without either side, for `maintain`, and where a division has no meaning (a cap with
    nothing spent, nothing expected yet).
    """
    if actual is None or expected_value is None or terms.kind == MAINTAIN:
        return None
    x, m = Fraction(actual), Fraction(expected_value)
    if terms.accumulation == CUMULATIVE:
        above, below = (m, x) if terms.kind == CAP else (x, m)
        return above / below if below > 0 else None
    target = Fraction(terms.target or 0)
    baseline = target if terms.baseline is None else Fraction(terms.baseline)
    if terms.kpi.key not in SIGNED_KPIS and min(baseline, target, m, x) > 0:
        return x / m if terms.kind == INCREASE else m / x
    direction = 1 if terms.kind == INCREASE else -1
    scale = max(abs(m), abs(target - baseline))
    return 1 + direction * (x - m) / scale if scale else None


def attainment(terms: GoalTerms, actual: Number | None) -> Fraction | None:
    """The share of the way made (KPIS C.4): may be negative or above 1; for a cap, consumed."""
    if actual is None:
        return None
    x = Fraction(actual)
    if terms.kind == MAINTAIN:
        return _inside_range(terms, x)
    if terms.target is None:
        return None
    target = Fraction(terms.target)
    if terms.accumulation == CUMULATIVE:
        return x / target if target else None
    if terms.baseline is None or target == terms.baseline:
        return None
    baseline = Fraction(terms.baseline)
    return (x - baseline) / (target - baseline)


def _inside_range(terms: GoalTerms, x: Fraction) -> Fraction:
    distance, tolerance = distance_from_range(terms, x), tolerance_of(terms)
    if not distance:
        return Fraction(1)
    return max(Fraction(0), 1 - distance / tolerance) if tolerance else Fraction(0)


def distance_from_range(terms: GoalTerms, value: Number) -> Fraction:
    """How far outside the range of a `maintain` goal; 0 inside."""
    x, low, high = Fraction(value), Fraction(terms.low or 0), Fraction(terms.high or 0)
    return max(low - x, x - high, Fraction(0))


def tolerance_of(terms: GoalTerms) -> Fraction:
    """The tolerance of a `maintain` goal; half the width of its range unless it says another."""
    if terms.tolerance is not None:
        return Fraction(terms.tolerance)
    return (Fraction(terms.high or 0) - Fraction(terms.low or 0)) / 2


def share_inside(terms: GoalTerms, values: Iterable[Number | None]) -> Fraction | None:
    """Of the complete grains with a value, the share inside the range."""
    inside = [not distance_from_range(terms, value) for value in values if value is not None]
    return Fraction(sum(inside), len(inside)) if inside else None


def required_ratio(
    planned_numerator: Number, target: Number, numerator: Number, denominator: Number
) -> Fraction | None:
    """What the rest of a period goal must average so that the whole meets its target.

    CPL ≤ 10 with 10,000 planned, 4,200 spent for 380 leads: (10,000 − 4,200) / (1,000 − 380).
    None when the target can no longer be missed, or no longer be met.
    """
    needed = Fraction(planned_numerator) / Fraction(target) - Fraction(denominator)
    left = Fraction(planned_numerator) - Fraction(numerator)
    return left / needed if needed > 0 and left > 0 else None


def days_elapsed(terms: GoalTerms, as_of: date) -> int:
    """Complete days of the goal's period."""
    end = min(as_of, terms.period.last)
    return max(0, (end - terms.period.first).days + 1)


def ends_in(terms: GoalTerms, as_of: date) -> int:
    """Days of the period still to come."""
    return terms.period.days - days_elapsed(terms, as_of)
