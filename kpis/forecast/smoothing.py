"""Simple exponential smoothing (KPIS C.6 b), for series without a weekday pattern. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

#: Weights that are tried; finer steps change no forecast that anybody could tell apart.
WEIGHTS = (0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


@dataclass(frozen=True)
class Smoothed:
    """The last level, and the mean square of the one-step errors on the way to it."""

    level: float
    variance: float


def smooth(values: Sequence[float], weight: float) -> Smoothed:
    """l_t = a·y_t + (1 − a)·l_{t−1} from l_1 = y_1. Needs two values."""
    level, squares = values[0], 0.0
    for value in values[1:]:
        error = value - level
        squares += error * error
        level += weight * error
    return Smoothed(level, squares / (len(values) - 1))


def best_weight(values: Sequence[float]) -> float:
    """The weight with the smallest one-step errors; of equals the smallest."""
    return min(WEIGHTS, key=lambda weight: smooth(values, weight).variance)


def variance_of_sum(weight: float, count: int) -> float:
    """Of the sum of the next `count` values, in variances of one step: Σ(1 + (h − j)·a)², because an
    error in the level is carried into every later value."""
    return sum((1 + (count - j) * weight) ** 2 for j in range(1, count + 1))
