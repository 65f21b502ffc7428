"""Is a day's figure unusual? Robust rules against the same weekday of the weeks before (KPIS D.3).

Pure. Which days and KPIs are judged, and what becomes of it, is `kpis.anomaly_services`' business.
Where the figure has moved to another level, the baseline is brought there before the rules (KPIS
asks for the residuals of STL: this is the same idea in exact numbers and without a library).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, erfc, exp, floor, lcm, lgamma, log, sqrt
from statistics import median
from typing import Literal

#: Same weekdays looked back at, and how many of them must be known.
BASELINE_WEEKS, FEWEST = 12, 8
ROBUST_LIMIT = Fraction("3.5")  # Iglewicz and Hoaglin
_TO_SIGMA = Fraction("0.6745")
_MEAN_TO_SIGMA = Fraction("1.253314")
FEW = 10  # counts below this median are judged as counts
TOO_MANY, TOO_FEW = 0.0005, 0.005
LEAST_CHANGE = Fraction(1, 5)
LEAST_CASES = 30
FALSE_SHARE = 0.05
#: Days in a row on the same side of their weekdays' medians that are a new level: by chance, one
#: week in 64.
LEVEL_DAYS = 7

Rule = Literal["robust", "mean_deviation", "any_change", "count"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A figure against its baseline.

    `score` is the robust z (None for counts and for a constant baseline), `p` the probability of
    so unusual a figure, [`low`, `high`] the band inside which its own rule finds nothing.
    `is_unusual`: by its own rule; `is_large`: the change also matters in size.
    """

    rule: Rule
    value: Fraction
    expected: Fraction
    low: Fraction
    high: Fraction
    score: Fraction | None
    p: float
    is_unusual: bool
    is_large: bool


def judge(
    value: Fraction,
    baseline: Sequence[Fraction],
    unit: Fraction,
    is_count: bool,
    cases: Fraction | None = None,
    level: Fraction = Fraction(1),
) -> Verdict | None:
    """A figure against the same weekdays before it; None if fewer than FEWEST of them are known.

    `unit` is the smallest difference worth a word, `cases` the denominator of a ratio, `level` how
    much higher or lower the figure stands lately, as a factor: see `level_of`.
    """
    if len(baseline) < FEWEST:
        return None
    if level != 1:
        baseline = [figure * level for figure in baseline]
    counted = _Counted.of(baseline)
    middle = Fraction(counted.middle, counted.scale)
    if is_count and middle < FEW:
        found = _by_count(value, counted, middle)
    else:
        found = _by_deviation(value, counted, middle, unit)
    change = abs(value - middle)
    is_large = (
        change >= unit
        and change >= LEAST_CHANGE * max(abs(middle), unit)
        and (cases is None or cases >= LEAST_CASES)
    )
    rule, low, high, score, p, is_unusual = found
    return Verdict(rule, value, middle, low, high, score, p, is_unusual, is_large)


@dataclass(frozen=True, slots=True)
class _Counted:
    """Figures in whole multiples of 1 / `scale`, exactly: adding and sorting them needs no fractions.

    All are multiples of four, so that the middle of two is whole, and that of two distances from it.
    """

    figures: Sequence[int]
    scale: int

    @classmethod
    def of(cls, figures: Sequence[Fraction]) -> "_Counted":
        scale = 4 * lcm(*(each.denominator for each in figures))
        return cls([each.numerator * (scale // each.denominator) for each in figures], scale)

    @property
    def middle(self) -> int:
        return _middle(self.figures)


def _middle(numbers: Sequence[int]) -> int:
    """The median; with an even count the two in the middle must add up to an even number."""
    ordered, half = sorted(numbers), len(numbers) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) // 2


def level_of(ratios: Sequence[Fraction]) -> Fraction:
    """The factor by which a figure stands above or below its baseline lately; 1 if it does not.

    `ratios`: the last LEVEL_DAYS days before the judged one, each over its own weekday's median.
    Only if all of them are on the same side is it a level, and then it is their median.
    """
    if len(ratios) < LEVEL_DAYS:
        return Fraction(1)
    is_level = all(ratio > 1 for ratio in ratios) or all(ratio < 1 for ratio in ratios)
    return Fraction(median(ratios)) if is_level else Fraction(1)


_Found = tuple[Rule, Fraction, Fraction, Fraction | None, float, bool]


def _by_deviation(value: Fraction, baseline: _Counted, middle: Fraction, unit: Fraction) -> _Found:
    """Robust z with the median deviation; without one, with the mean deviation; without any, a step."""
    center = baseline.middle
    deviations = [abs(each - center) for each in baseline.figures]
    sigma = Fraction(_middle(deviations), baseline.scale) / _TO_SIGMA
    rule: Rule = "robust"
    if sigma == 0:
        rule = "mean_deviation"
        sigma = _MEAN_TO_SIGMA * Fraction(sum(deviations), baseline.scale * len(deviations))
    if sigma == 0:
        is_unusual = abs(value - middle) >= unit
        low, high = middle - unit, middle + unit
        return "any_change", low, high, None, 0.0 if is_unusual else 1.0, is_unusual
    score = (value - middle) / sigma
    reach = ROBUST_LIMIT * sigma
    is_unusual = abs(score) > ROBUST_LIMIT
    return rule, middle - reach, middle + reach, score, two_sided(float(score)), is_unusual


def _by_count(value: Fraction, baseline: _Counted, middle: Fraction) -> _Found:
    """The tail of a Poisson variable with the baseline's mean; nothing seen counts as half a case."""
    cases, days = sum(baseline.figures), len(baseline.figures)
    mean = float(Fraction(cases, baseline.scale * days)) or 1 / (2 * days)
    if value >= mean:
        p = at_least(ceil(value), mean)
        is_unusual = p < TOO_MANY
    else:
        p = at_most(floor(value), mean)
        is_unusual = p < TOO_FEW
    low = high = round(mean)
    while low > 0 and at_most(low - 1, mean) >= TOO_FEW:
        low -= 1
    while at_least(high + 1, mean) >= TOO_MANY:
        high += 1
    return "count", Fraction(low), Fraction(high), None, p, is_unusual


def two_sided(score: float) -> float:
    """2Φ(−|z|)."""
    return erfc(abs(score) / sqrt(2))


def at_most(count: int, mean: float) -> float:
    """P(X ≤ count) of a Poisson variable; 0 below zero."""
    return min(1.0, sum(_point(each, mean) for each in range(count + 1)))


def at_least(count: int, mean: float) -> float:
    """P(X ≥ count) of a Poisson variable, added up from the tail so that small ones stay exact."""
    if count <= 0:
        return 1.0
    if count < mean:
        return 1.0 - at_most(count - 1, mean)
    total, each = 0.0, count
    while True:
        point = _point(each, mean)
        total += point
        if point <= total * 1e-17:
            return min(1.0, total)
        each += 1


def _point(count: int, mean: float) -> float:
    return exp(count * log(mean) - mean - lgamma(count + 1))


def adjusted(ps: Sequence[float]) -> list[float]:
    """Benjamini and Hochberg's adjusted p values, in the given order."""
    order = sorted(range(len(ps)), key=lambda place: ps[place], reverse=True)
    found, least = [0.0] * len(ps), 1.0
    for rank, place in zip(range(len(ps), 0, -1), order, strict=True):
        least = min(least, max(ps[place], ps[place] * len(ps) / rank))
        found[place] = least
    return found


def flagged(verdicts: Sequence[Verdict]) -> list[bool]:
    """Which of one day's verdicts stand: unusual by their own rule, large, and not one of many tests."""
    held = adjusted([each.p for each in verdicts])
    return [
        each.is_unusual and each.is_large and p <= FALSE_SHARE
        for each, p in zip(verdicts, held, strict=True)
    ]
