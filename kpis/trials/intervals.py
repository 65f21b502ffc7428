"""How large is the difference? Intervals of a rate and of the difference of two (KPIS F.1)."""

import math
from dataclasses import dataclass

from kpis.trials.arms import Arm
from kpis.trials.distributions import quantile


@dataclass(frozen=True)
class Interval:
    """From `low` to `high`, as fractions of one: 0.015 is 1.5 points."""

    low: float
    high: float


def wilson(arm: Arm, level: float = 0.95) -> Interval | None:
    """The interval of one rate (Wilson 1927): never below 0 or above 1. None without visitors."""
    n = arm.visitors
    if not n:
        return None
    z = quantile((1 + level) / 2)
    p = arm.conversions / n
    middle = p + z * z / (2 * n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    below = 1 + z * z / n
    low = 0.0 if arm.conversions == 0 else (middle - half) / below
    high = 1.0 if arm.missed == 0 else (middle + half) / below
    return Interval(max(0.0, low), min(1.0, high))


def newcombe(a: Arm, b: Arm, level: float = 0.95) -> Interval | None:
    """The difference B less A, from the Wilson intervals of both (Newcombe 1998, method 10)."""
    of_a, of_b = wilson(a, level), wilson(b, level)
    if of_a is None or of_b is None:
        return None
    rate_a, rate_b = a.conversions / a.visitors, b.conversions / b.visitors
    difference = rate_b - rate_a
    return Interval(
        difference - math.hypot(rate_b - of_b.low, of_a.high - rate_a),
        difference + math.hypot(of_b.high - rate_b, rate_a - of_a.low),
    )


def wald(a: Arm, b: Arm, level: float = 0.95) -> Interval | None:
    """The difference B less A by the normal approximation; to compare with what others publish."""
    if not a.visitors or not b.visitors:
        return None
    rate_a, rate_b = a.conversions / a.visitors, b.conversions / b.visitors
    variance = rate_a * (1 - rate_a) / a.visitors + rate_b * (1 - rate_b) / b.visitors
    half = quantile((1 + level) / 2) * math.sqrt(variance)
    return Interval(rate_b - rate_a - half, rate_b - rate_a + half)
