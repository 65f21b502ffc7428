"""Simulated days of several kinds, the same ones every time."""

from collections.abc import Callable
from datetime import date
from math import exp, pi, sin
from random import Random

from kpis.forecast import Days

WEEKDAYS = (1.2, 1.25, 1.2, 1.1, 1.0, 0.7, 0.55)

#: What a day brings, and the level of the next one.
Kind = Callable[[Random, int, float], tuple[float, float]]


def _count(draw: Random, mean: float) -> float:
    """A Poisson count; above 50 as good as normal."""
    if mean > 50:
        return float(max(0, round(draw.gauss(mean, mean**0.5))))
    left, count = exp(-mean), 0
    product = draw.random()
    while product > left:
        product *= draw.random()
        count += 1
    return float(count)


def white_noise(draw: Random, day: int, level: float) -> tuple[float, float]:
    return 1000 * WEEKDAYS[day % 7] * exp(draw.gauss(0, 0.35)), level


def random_walk(draw: Random, day: int, level: float) -> tuple[float, float]:
    return _count(draw, 40 * WEEKDAYS[day % 7] * level), level * exp(draw.gauss(0, 0.03))


def trend_and_season(draw: Random, day: int, level: float) -> tuple[float, float]:
    season = 1 + 0.3 * sin(2 * pi * day / 365.25)
    return _count(draw, 50 * WEEKDAYS[day % 7] * season * (1 + day / 1500)), level


def intermittent(draw: Random, day: int, level: float) -> tuple[float, float]:
    return _count(draw, 0.4), level


def level_shift(draw: Random, day: int, level: float) -> tuple[float, float]:
    return _count(draw, 35 * WEEKDAYS[day % 7] * (1.0 if day < 300 else 1.6)), level


KINDS = (white_noise, random_walk, trend_and_season, intermittent, level_shift)


def simulated(kind: Kind, length: int, seed: int) -> Days:
    draw, level, values = Random(f"{kind.__name__} {seed}"), 1.0, []
    for day in range(length):
        value, level = kind(draw, day, level)
        values.append(value)
    return Days(date(2024, 1, 1), tuple(values), kind is not white_noise)
