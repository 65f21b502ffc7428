"""Is there a difference? Tests of two and of several arms (KPIS F.1). Which one holds: `verdict`."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from kpis.trials.arms import Arm
from kpis.trials.distributions import chi_square_tail, two_sided

#: Tables whose probability differs by less than this are equally likely: rounding, not evidence.
TIE = 1e-7


@dataclass(frozen=True)
class Test:
    """A statistic and its two-sided p. `statistic` is None for a test that has none."""

    __test__ = False  # no test case, whatever pytest makes of the name

    statistic: float | None
    p: float


def pooled_z(a: Arm, b: Arm) -> Test | None:
    """Two-proportion z with the pooled variance, B less A. None where the variance is zero.

    Computed from z² as an exact fraction, so that swapping the arms changes nothing but the sign.
    """
    square = _square(a, b)
    if square is None:
        return None
    z = math.copysign(math.sqrt(square), b.conversions * a.visitors - a.conversions * b.visitors)
    return Test(z, two_sided(z))


def chi_square(a: Arm, b: Arm) -> Test | None:
    """Without continuity correction: z²."""
    square = _square(a, b)
    return None if square is None else Test(float(square), chi_square_tail(float(square), 1))


def yates(a: Arm, b: Arm) -> Test | None:
    """With Yates' continuity correction."""
    square = _square(a, b, is_corrected=True)
    return None if square is None else Test(float(square), chi_square_tail(float(square), 1))


def _square(a: Arm, b: Arm, is_corrected: bool = False) -> Fraction | None:
    total, converted = a.visitors + b.visitors, a.conversions + b.conversions
    below = a.visitors * b.visitors * converted * (total - converted)
    if not below:
        return None
    across = Fraction(abs(b.conversions * a.visitors - a.conversions * b.visitors))
    if is_corrected:
        across = max(Fraction(0), across - Fraction(total, 2))
    return across * across * total / below


def fisher(a: Arm, b: Arm) -> Test:
    """Fisher's exact test, two-sided: the probability of all tables no more likely than this one.

    The tables' weights come from one another by the ratio of neighbours, upward and downward from
    the observed one, whose weight is 1; so nothing overflows and no logarithm loses digits.
    """
    total, converted = a.visitors + b.visitors, a.conversions + b.conversions
    lowest, highest = max(0, converted - b.visitors), min(a.visitors, converted)
    here = a.conversions
    weights = [1.0]
    weight = 1.0
    for k in range(here, highest):
        weight *= (converted - k) * (a.visitors - k)
        weight /= (k + 1) * (total - converted - a.visitors + k + 1)
        weights.append(weight)
    weight = 1.0
    for k in range(here, lowest, -1):
        weight *= k * (total - converted - a.visitors + k)
        weight /= (converted - k + 1) * (a.visitors - k + 1)
        weights.append(weight)
    as_rare = math.fsum(each for each in weights if each <= 1 + TIE)
    return Test(None, min(1.0, as_rare / math.fsum(weights)))


def overall(arms: Sequence[Arm]) -> Test | None:
    """Chi-square over all arms: is any rate different? None where all or nobody converted."""
    visitors = sum(arm.visitors for arm in arms)
    converted = sum(arm.conversions for arm in arms)
    if len(arms) < 2 or not converted or converted == visitors or not all(a.visitors for a in arms):
        return None
    value = Fraction(0)
    for arm in arms:
        for seen, of_all in ((arm.conversions, converted), (arm.missed, visitors - converted)):
            expected = Fraction(arm.visitors * of_all, visitors)
            value += (seen - expected) ** 2 / expected
    return Test(float(value), chi_square_tail(float(value), len(arms) - 1))


def holm(ps: Sequence[float]) -> list[float]:
    """Adjusted p of several tests, in their order (Holm 1979): compare each with alpha itself."""
    adjusted = [0.0] * len(ps)
    worst = 0.0
    for rank, index in enumerate(sorted(range(len(ps)), key=lambda each: ps[each])):
        worst = max(worst, min(1.0, (len(ps) - rank) * ps[index]))
        adjusted[index] = worst
    return adjusted


def sign_test(higher: int, lower: int) -> Test:
    """Are days with B above A as frequent as days below? Exact binomial, two-sided; ties left out."""
    days, fewer = higher + lower, min(higher, lower)
    tail = Fraction(sum(math.comb(days, k) for k in range(fewer + 1)), 2**days)
    return Test(None, float(min(Fraction(1), 2 * tail)))
