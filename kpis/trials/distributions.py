"""The two distributions that the tests need, by the standard library: normal and chi-square tails."""

import math
from collections.abc import Callable
from functools import lru_cache
from statistics import NormalDist

NORMAL = NormalDist()


def two_sided(z: float) -> float:
    """P(|Z| > |z|); by erfc, which keeps its digits far out where 1 - cdf has none left."""
    return math.erfc(abs(z) / math.sqrt(2))


def quantile(probability: float) -> float:
    """z with P(Z <= z) = probability."""
    return NORMAL.inv_cdf(probability)


def chi_square_tail(value: float, freedom: int) -> float:
    """P(chi-square with `freedom` degrees > value).

    Q(a+1, x) = Q(a, x) + x^a e^-x / Gamma(a+1), from Q(1/2, x) = erfc(sqrt x) or Q(1, x) = e^-x,
    with a = freedom/2 and x = value/2 (Abramowitz and Stegun 26.4.4 and 26.4.5).
    """
    if freedom < 1:
        raise ValueError("a chi-square needs at least one degree of freedom")
    x = value / 2
    if x <= 0:
        return 1.0
    a = 0.5 if freedom % 2 else 1.0
    tail = math.erfc(math.sqrt(x)) if freedom % 2 else math.exp(-x)
    while a < freedom / 2:
        tail += math.exp(a * math.log(x) - x - math.lgamma(a + 1))
        a += 1
    return min(tail, 1.0)


@lru_cache(maxsize=8)
def legendre(count: int) -> tuple[tuple[float, float], ...]:
    """Nodes and weights of Gauss-Legendre on [-1, 1]: Newton on the Legendre polynomial."""
    pairs = []
    for index in range(count):
        x = math.cos(math.pi * (index + 0.75) / (count + 0.5))
        slope = 1.0
        for _step in range(100):
            before, here = 1.0, x
            for degree in range(2, count + 1):
                before, here = here, ((2 * degree - 1) * x * here - (degree - 1) * before) / degree
            slope = count * (x * here - before) / (x * x - 1)
            change = here / slope
            x -= change
            if abs(change) < 1e-15:
                break
        pairs.append((x, 2 / ((1 - x * x) * slope * slope)))
    return tuple(pairs)


def root(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a function that rises from below zero to above it is zero, by bisection."""
    for _step in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if function(middle) < 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2
