"""What looking early does to a test, and the bounds that allow for it (KPIS F.3).

The statistic after look k of K equal ones is a walk S_k with steps N(drift, 1), z_k = S_k / sqrt(k).
Its density among walks that have not crossed yet is carried from look to look by integration
(Armitage, McPherson and Rowe 1969), with Gauss-Legendre nodes.
"""

import itertools
import math
from collections.abc import Sequence
from functools import lru_cache

from kpis.trials.distributions import legendre, quantile, root
from kpis.trials.size import DEFAULT_ALPHA, DEFAULT_POWER

NODES = 60
PLANNED_LOOKS = 5
_ROOT_TWO_PI = math.sqrt(2 * math.pi)


def crossing(bounds: Sequence[float], drift: float = 0.0) -> float:
    """The probability that |z| passes its bound at one of the looks. drift: mean of each step."""
    nodes = legendre(NODES)
    inside = [bound * math.sqrt(look) for look, bound in enumerate(bounds, 1)]
    points = [inside[0] * x for x, _weight in nodes]
    density = [_normal(point - drift) for point in points]
    for before, limit in itertools.pairwise(inside):
        weighted = [
            before * weight * held for (_x, weight), held in zip(nodes, density, strict=True)
        ]
        reached = [limit * x for x, _weight in nodes]
        density = [
            math.fsum(
                held * _normal(point - origin - drift)
                for origin, held in zip(points, weighted, strict=True)
            )
            for point in reached
        ]
        points = reached
    stayed = math.fsum(weight * held for (_x, weight), held in zip(nodes, density, strict=True))
    return 1 - inside[-1] * stayed


@lru_cache(maxsize=64)
def peeking_error(looks: int, alpha: float = DEFAULT_ALPHA) -> float:
    """How often stopping at the first p < alpha of that many looks is wrong without a difference."""
    return crossing([quantile(1 - alpha / 2)] * looks)


@lru_cache(maxsize=64)
def obrien_fleming(looks: int = PLANNED_LOOKS, alpha: float = DEFAULT_ALPHA) -> tuple[float, ...]:
    """The bounds of |z| at each of equally spaced looks: C sqrt(K / k), overall error alpha."""

    def scaled(constant: float) -> list[float]:
        return [constant * math.sqrt(looks / look) for look in range(1, looks + 1)]

    found = root(lambda constant: alpha - crossing(scaled(constant)), 0.5, 10.0)
    return tuple(scaled(found))


@lru_cache(maxsize=64)
def inflation(
    looks: int = PLANNED_LOOKS, alpha: float = DEFAULT_ALPHA, power: float = DEFAULT_POWER
) -> float:
    """By how much the visitors per arm grow so that a test with these looks keeps its power."""
    bounds = obrien_fleming(looks, alpha)
    at_once = quantile(1 - alpha / 2) + quantile(power)
    drift = root(
        lambda whole: crossing(bounds, whole / math.sqrt(looks)) - power, at_once, 2 * at_once
    )
    return (drift / at_once) ** 2


def _normal(x: float) -> float:
    return math.exp(-x * x / 2) / _ROOT_TWO_PI
