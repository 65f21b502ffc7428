"""What a test needs before it begins: visitors per arm, days, and what is wrong with the wish."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from kpis.trials.looks import inflation
from kpis.trials.size import (
    DEFAULT_ALPHA,
    DEFAULT_POWER,
    days_needed,
    exact_size,
    power_of,
)


@dataclass(frozen=True)
class Wish:
    """Rates as fractions. `weights` of the split, the control's first. `looks`: 1, or more planned."""

    base: float
    target: float
    weights: tuple[int, ...] = (1, 1)
    daily_visitors: int | None = None
    alpha: float = DEFAULT_ALPHA
    power: float = DEFAULT_POWER
    looks: int = 1

    @property
    def shares(self) -> tuple[Fraction, ...]:
        whole = sum(self.weights)
        return tuple(Fraction(weight, whole) for weight in self.weights)


@dataclass(frozen=True)
class Size:
    """per_arm: visitors of each arm. `exact` before rounding up. days: whole weeks, None if the
    traffic does not suffice within eight of them, or is not known (`is_timed` False)."""

    exact: float
    per_arm: int
    days: int | None
    is_timed: bool
    alpha_each: float


def sized(wish: Wish) -> Size:
    """The visitors that the wish needs (KPIS F.2), with its looks (F.3).

    With several variants each one is held against the control; the first of Holm's steps asks for
    alpha over their number, and so does the size. ValueError for rates that cannot be.
    """
    alpha = wish.alpha / (len(wish.weights) - 1)
    exact = exact_size(wish.base, wish.target, alpha, wish.power)
    if wish.looks > 1:
        exact *= inflation(wish.looks, wish.alpha, wish.power)
    per_arm = math.ceil(exact)
    days = None
    if wish.daily_visitors:
        days = days_needed(per_arm, Fraction(wish.daily_visitors), wish.shares)
    return Size(exact, per_arm, days, bool(wish.daily_visitors), alpha)


def power_with(wish: Wish, per_arm: int) -> float:
    """How often a test of that many visitors per arm sees the wished difference if it is there."""
    alpha = wish.alpha / (len(wish.weights) - 1)
    size = per_arm / inflation(wish.looks, wish.alpha, wish.power) if wish.looks > 1 else per_arm
    return power_of(wish.base, wish.target, size, alpha)


def shares_of(weights: Sequence[int]) -> tuple[Fraction, ...]:
    whole = sum(weights)
    return tuple(Fraction(weight, whole) for weight in weights)
