"""Tails of the laws that forecasts use, in plain Python: the web processes have no SciPy.

Student's t by the incomplete beta function (continued fraction of Lentz, as in Numerical Recipes
6.4); Poisson and negative binomial by summing. All to about 1e-10.
"""

from functools import lru_cache
from math import ceil, erfc, exp, isinf, lgamma, log, log1p, sqrt
from statistics import NormalDist

#: From here on a count is as good as normal, and summing it term by term would take long.
MANY = 5_000
#: A spread up to this counts as Poisson (KPIS C.6 a).
POISSON_SPREAD = 1.2


def t_at_most(x: float, freedom: float) -> float:
    """P(T ≤ x) of Student's t; infinite freedom is the normal law."""
    if isinf(freedom):
        return 0.5 * erfc(-x / sqrt(2))
    half = 0.5 * _beta_share(freedom / (freedom + x * x), freedom / 2, 0.5)
    return 1.0 - half if x > 0 else half


@lru_cache(maxsize=4096)
def t_quantile(share: float, freedom: float) -> float:
    """The x with P(T ≤ x) = share."""
    start = NormalDist().inv_cdf(share)
    if isinf(freedom):
        return start
    if share < 0.5:
        return -t_quantile(1 - share, freedom)
    low, high = 0.0, max(2.0, 2 * start)
    while t_at_most(high, freedom) < share:
        high *= 2
    for _step in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if t_at_most(middle, freedom) < share else (low, middle)
    return (low + high) / 2


def _beta_share(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b)."""
    if x <= 0.0 or x >= 1.0:
        return float(x >= 1.0)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1.0 - front * _fraction(1 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    tiny = 1e-300
    c, d = 1.0, 1.0 / _away(1.0 - (a + b) * x / (a + 1), tiny)
    value = d
    for m in range(1, 400):
        for top in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1.0 / _away(1.0 + top * d, tiny)
            c = _away(1.0 + top / c, tiny)
            value *= d * c
        if abs(d * c - 1.0) < 1e-14:
            break
    return value


def _away(x: float, tiny: float) -> float:
    return x if abs(x) > tiny else tiny


def count_at_least(k: int, mean: float, spread: float = 1.0) -> float:
    """P(X ≥ k): Poisson, or above `POISSON_SPREAD` negative binomial with variance spread·mean."""
    if k <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    if max(k, mean) > MANY:
        sd = sqrt(mean * max(1.0, spread))
        return 0.5 * erfc((k - 0.5 - mean) / sd / sqrt(2))
    return max(0.0, min(1.0, 1.0 - sum(_chances(k - 1, mean, spread))))


def _chances(last: int, mean: float, spread: float) -> list[float]:
    """P(X = 0) … P(X = last)."""
    if spread <= POISSON_SPREAD:
        logs = [n * log(mean) - mean - lgamma(n + 1) for n in range(last + 1)]
    else:
        size, p = mean / (spread - 1), 1 / spread
        logs = [
            lgamma(n + size) - lgamma(size) - lgamma(n + 1) + size * log(p) + n * log1p(-p)
            for n in range(last + 1)
        ]
    return [exp(each) for each in logs]


def count_quantile(share: float, mean: float, spread: float = 1.0) -> int:
    """The smallest k with P(X ≤ k) ≥ share."""
    if mean <= 0:
        return 0
    low, high = -1, ceil(mean + 4 * sqrt(mean * max(1.0, spread))) + 1
    while 1.0 - count_at_least(high + 1, mean, spread) < share:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        enough = 1.0 - count_at_least(middle + 1, mean, spread) >= share
        low, high = (low, middle) if enough else (middle, high)
    return high
