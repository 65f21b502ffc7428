"""What a forecast says of the number a period will end with: a middle, an interval, a probability.

Three laws: Student's t (run rate, money, smoothing), a count still to come (Poisson or negative
binomial), and simulated paths. Statistics, hence floats. All are immutable and know no model.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, floor, inf
from typing import Protocol

from kpis.forecast.tails import count_at_least, count_quantile, t_at_most, t_quantile

COVERAGE = 0.80


class Outcome(Protocol):
    """The law of the value at the end of the period."""

    @property
    def value(self) -> float: ...

    def interval(self, coverage: float = COVERAGE) -> tuple[float, float]: ...

    def at_least(self, target: float) -> float:
        """P(value ≥ target)."""

    def at_most(self, target: float) -> float:
        """P(value ≤ target)."""

    def widened(self, by: float) -> "Outcome":
        """The same middle, so many times as wide."""


def normal_sd(outcome: Outcome) -> float:
    """The standard deviation of a bell as wide as the outcome's 80 % interval."""
    if isinstance(outcome, Counted):
        return (outcome.mean * max(1.0, outcome.spread)) ** 0.5
    if isinstance(outcome, Floored):
        return normal_sd(outcome.law)
    low, high = outcome.interval()
    return (high - low) / (2 * t_quantile((1 + COVERAGE) / 2, inf))


@dataclass(frozen=True)
class Bell:
    """Student's t around a value; without `freedom` the normal law, without `sd` a certainty."""

    value: float
    sd: float
    freedom: float = inf

    def interval(self, coverage: float = COVERAGE) -> tuple[float, float]:
        half = t_quantile((1 + coverage) / 2, self.freedom) * self.sd
        return self.value - half, self.value + half

    def at_least(self, target: float) -> float:
        return 1.0 - self._below(target) if self.sd > 0 else float(self.value >= target)

    def at_most(self, target: float) -> float:
        return self._below(target) if self.sd > 0 else float(self.value <= target)

    def widened(self, by: float) -> "Bell":
        return replace(self, sd=self.sd * by)

    def _below(self, target: float) -> float:
        return t_at_most((target - self.value) / self.sd, self.freedom)


@dataclass(frozen=True)
class Counted:
    """What has come, and a count of this mean still to come, `spread` times as noisy as Poisson."""

    so_far: float
    mean: float
    spread: float = 1.0

    @property
    def value(self) -> float:
        return self.so_far + self.mean

    def interval(self, coverage: float = COVERAGE) -> tuple[float, float]:
        tail = (1 - coverage) / 2
        low = count_quantile(tail, self.mean, self.spread)
        high = count_quantile(1 - tail, self.mean, self.spread)
        return self.so_far + low, self.so_far + high

    def at_least(self, target: float) -> float:
        return count_at_least(ceil(target - self.so_far), self.mean, self.spread)

    def at_most(self, target: float) -> float:
        return 1.0 - count_at_least(floor(target - self.so_far) + 1, self.mean, self.spread)

    def widened(self, by: float) -> "Counted":
        return replace(self, spread=self.spread * by * by) if by != 1 else self


@dataclass(frozen=True)
class Paths:
    """The ends of simulated paths, ascending; `value` is the model's own middle."""

    value: float
    ends: tuple[float, ...]

    @classmethod
    def of(cls, value: float, ends: Sequence[float]) -> "Paths":
        return cls(value, tuple(sorted(ends)))

    def interval(self, coverage: float = COVERAGE) -> tuple[float, float]:
        tail = (1 - coverage) / 2
        return self._quantile(tail), self._quantile(1 - tail)

    def at_least(self, target: float) -> float:
        return 1.0 - bisect_left(self.ends, target) / len(self.ends)

    def at_most(self, target: float) -> float:
        return bisect_right(self.ends, target) / len(self.ends)

    def widened(self, by: float) -> "Paths":
        return Paths(self.value, tuple(self.value + by * (end - self.value) for end in self.ends))

    def _quantile(self, share: float) -> float:
        """Linear between the two ends around it."""
        place = share * (len(self.ends) - 1)
        low = floor(place)
        high = min(low + 1, len(self.ends) - 1)
        return self.ends[low] + (place - low) * (self.ends[high] - self.ends[low])


@dataclass(frozen=True)
class Floored:
    """A law of something that cannot end below `floor`: what it puts there lies on the floor."""

    law: Outcome
    floor: float

    @property
    def value(self) -> float:
        return max(self.floor, self.law.value)

    def interval(self, coverage: float = COVERAGE) -> tuple[float, float]:
        low, high = self.law.interval(coverage)
        return max(self.floor, low), max(self.floor, high)

    def at_least(self, target: float) -> float:
        return 1.0 if target <= self.floor else self.law.at_least(target)

    def at_most(self, target: float) -> float:
        return 0.0 if target < self.floor else self.law.at_most(target)

    def widened(self, by: float) -> "Floored":
        return Floored(self.law.widened(by), self.floor)
