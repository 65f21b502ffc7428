"""How much of a shortfall may be chance (KPIS C.5, guards a and b). Statistics, hence floats."""

from collections.abc import Callable
from functools import lru_cache
from math import erf, exp, lgamma, log, sqrt
from statistics import NormalDist

COVERAGE = 0.80
UNLIKELY = 0.05
#: From here on summing a count's chances one by one takes long and tells nothing more.
_MANY = 500


def poisson_at_most(count: int, mean: float) -> float:
    """P(X ≤ count) for a Poisson count."""
    if count < 0:
        return 0.0
    if mean <= 0:
        return 1.0
    if count > 10_000:  # far beyond the reach of chance guards; the normal law is exact enough
        return 0.5 * (1 + erf((count + 0.5 - mean) / sqrt(2 * mean)))
    return min(1.0, sum(exp(k * log(mean) - mean - lgamma(k + 1)) for k in range(count + 1)))


@lru_cache(maxsize=4096)
def poisson_interval(count: int, coverage: float = COVERAGE) -> tuple[float, float]:
    """The exact interval of a Poisson mean: χ²(α/2; 2n)/2 to χ²(1 − α/2; 2n + 2)/2."""
    tail = (1 - coverage) / 2
    if count > _MANY:
        return _cubed(count, tail), _cubed(count + 1, 1 - tail)
    low = _root(lambda mean: poisson_at_most(count - 1, mean), 1 - tail, count) if count else 0.0
    return low, _root(lambda mean: poisson_at_most(count, mean), tail, count)


def _cubed(count: int, share: float) -> float:
    """χ²(share; 2·count)/2 after Wilson and Hilferty: to six digits for counts this large."""
    spread = 1 / (9 * count)
    return count * (1 - spread + NormalDist().inv_cdf(share) * sqrt(spread)) ** 3


def _root(falling: Callable[[float], float], wanted: float, near: int) -> float:
    low, high = 0.0, near + 10 * sqrt(near + 1) + 10
    for _step in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if falling(middle) > wanted else (low, middle)
    return (low + high) / 2


def wilson_interval(hits: int, trials: int, coverage: float = COVERAGE) -> tuple[float, float]:
    """Wilson's interval of a proportion."""
    if trials <= 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + coverage) / 2)
    share, spread = hits / trials, z * z / trials
    centre = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / trials + spread / (4 * trials)) / (1 + spread)
    return max(0.0, centre - half), min(1.0, centre + half)


def unit_cost_interval(cost: float, count: int) -> tuple[float, float] | None:
    """The interval of cost / count when the count is a Poisson one; None without a count."""
    if count <= 0:
        return None
    low, high = poisson_interval(count)
    return cost / high, cost / low


def could_be_chance(actual: int, expected: float) -> bool:
    """So few of a count are no surprise: P(X ≤ actual | expected) is at least 5 %."""
    return poisson_at_most(actual, expected) >= UNLIKELY
