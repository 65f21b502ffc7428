"""How many visitors a test needs, how long that takes, and how strong a test of given size is."""

import math
from collections.abc import Sequence
from fractions import Fraction

from kpis.trials.distributions import NORMAL, quantile

SHORTEST_DAYS, LONGEST_DAYS = 14, 56
DEFAULT_ALPHA, DEFAULT_POWER = 0.05, 0.80


def exact_size(
    base: float, target: float, alpha: float = DEFAULT_ALPHA, power: float = DEFAULT_POWER
) -> float:
    """Visitors per arm to see `base` become `target`, two-sided (KPIS F.2), not rounded.

    Rates as fractions between 0 and 1, both excluded, and not equal; else ValueError.
    """
    if not (0 < base < 1 and 0 < target < 1) or base == target:
        raise ValueError("two different rates between 0 and 1")
    if not (0 < alpha < 1 and 0 < power < 1):
        raise ValueError("alpha and power lie between 0 and 1")
    root = quantile(1 - alpha / 2) * _pooled(base, target) + quantile(power) * _apart(base, target)
    return (root / (target - base)) ** 2


def size_per_arm(
    base: float, target: float, alpha: float = DEFAULT_ALPHA, power: float = DEFAULT_POWER
) -> int:
    """The same, rounded up to whole visitors."""
    return math.ceil(exact_size(base, target, alpha, power))


def power_of(base: float, target: float, per_arm: float, alpha: float = DEFAULT_ALPHA) -> float:
    """How often a test of that many visitors per arm sees the difference if it is there."""
    seen = abs(target - base) * math.sqrt(per_arm) - quantile(1 - alpha / 2) * _pooled(base, target)
    return NORMAL.cdf(seen / _apart(base, target))


def days_needed(per_arm: int, daily_visitors: Fraction, shares: Sequence[Fraction]) -> int | None:
    """Whole weeks until every arm has its visitors: at least 14 days, None beyond 8 weeks.

    `shares` of the split add to one; with equal ones it is ceil(arms × n / daily visitors). The
    smallest arm decides.
    """
    slowest = daily_visitors * min(shares)
    if slowest <= 0:
        return None
    days = math.ceil(per_arm / slowest)
    whole_weeks = max(SHORTEST_DAYS, 7 * math.ceil(Fraction(days, 7)))
    return whole_weeks if whole_weeks <= LONGEST_DAYS else None


def _pooled(base: float, target: float) -> float:
    mean = (base + target) / 2
    return math.sqrt(2 * mean * (1 - mean))


def _apart(base: float, target: float) -> float:
    return math.sqrt(base * (1 - base) + target * (1 - target))
