"""ETS in additive state-space form: level, damped trend, season (KPIS C.6 c). Pure; fitting is in `fitting`.

y = l + φ·b + s; with the error e: l += φ·b + α·e, b = φ·b + β·e, s += γ·e, as in statsmodels'
ETSModel. Intervals come from 1,000 paths with fixed draws, so that a night run twice says the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from operator import mul
from random import Random
from typing import Any

PATHS = 1_000
SEED = 20_260_101


@dataclass(frozen=True)
class Ets:
    """A fitted model with its states before the first value. Without a trend `phi` is 0.

    `seasons`: the season of the first value, of the second, …; `is_log`: fitted to log(1 + y).
    """

    alpha: float
    beta: float
    gamma: float
    phi: float
    level: float
    trend: float
    seasons: tuple[float, ...]
    sd: float
    is_log: bool = False

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "seasons": list(self.seasons)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Ets":
        return cls(**{**data, "seasons": tuple(data["seasons"])})


@dataclass(frozen=True)
class Ahead:
    """The model's middles after the last value, step by step, and how a shock lives on.

    `carries[k]` is what a shock still is after k steps; `carries[0]` is 1.
    """

    middles: tuple[float, ...]
    carries: tuple[float, ...]
    sd: float


def look_ahead(model: Ets, values: Sequence[float], horizon: int) -> Ahead:
    """Run the states through the values, then on without errors."""
    level, trend, seasons = model.level, model.trend, list(model.seasons)
    length = len(seasons)
    for index, value in enumerate(values):
        carried = model.phi * trend
        place = index % length
        error = value - (level + carried + seasons[place])
        level += carried + model.alpha * error
        trend = carried + model.beta * error
        seasons[place] += model.gamma * error
    middles, carries = [], [1.0]
    carried, passed = 0.0, 0.0
    damping = 1.0
    for step in range(1, horizon + 1):
        damping *= model.phi
        carried += damping * trend
        middles.append(level + carried + seasons[(len(values) + step - 1) % length])
        passed += damping
        carries.append(
            model.alpha + model.beta * passed + (model.gamma if step % length == 0 else 0.0)
        )
    return Ahead(tuple(middles), tuple(carries[:horizon]), model.sd)


def paths_of_sum(ahead: Ahead, shares: Sequence[float]) -> list[float]:
    """The ends of the simulated paths: Σ share·y. Linear in the shocks, so each counts once."""
    middle = sum(map(mul, shares, ahead.middles))
    return [middle + spread for spread in _spreads(tuple(shares), ahead.carries, ahead.sd)]


@lru_cache(maxsize=64)
def _spreads(shares: tuple[float, ...], carries: tuple[float, ...], sd: float) -> tuple[float, ...]:
    """How far each path ends from the middle. The same wherever a model stands: goals of one series
    and period ask for them on every night's evaluation."""
    weights = _weights(shares, carries, sd)
    return tuple(sum(map(mul, weights, draws)) for draws in shocks(len(shares)))


def sd_of_sum(ahead: Ahead, shares: Sequence[float]) -> float:
    """The standard deviation of Σ share·y, which the simulated paths have too."""
    weights = _weights(tuple(shares), ahead.carries, ahead.sd)
    return sum(map(mul, weights, weights)) ** 0.5


@lru_cache(maxsize=64)
def _weights(shares: tuple[float, ...], carries: tuple[float, ...], sd: float) -> tuple[float, ...]:
    """What each coming shock adds to Σ share·y, in its own and all later steps. The same at every
    cut-off of a backtest, where the shares are."""
    return tuple(sum(map(mul, shares[step:], carries)) * sd for step in range(len(shares)))


def paths_by_step(ahead: Ahead) -> list[list[float]]:
    """The simulated paths themselves, for models whose sum is not linear in the shocks."""
    steps = range(len(ahead.middles))
    backward = [tuple(reversed(ahead.carries[: step + 1])) for step in steps]
    return [
        [ahead.middles[step] + ahead.sd * sum(map(mul, backward[step], draws)) for step in steps]
        for draws in shocks(len(ahead.middles))
    ]


@lru_cache(maxsize=8)
def _all_shocks(width: int) -> tuple[tuple[float, ...], ...]:
    draw = Random(SEED).gauss  # noqa: S311  (a simulation, not a secret)
    return tuple(tuple(draw(0.0, 1.0) for _ in range(width)) for _ in range(PATHS))


def shocks(horizon: int) -> tuple[tuple[float, ...], ...]:
    """At least `horizon` standard normal draws for each path: the same ones every time."""
    width = 32
    while width < horizon:
        width *= 2
    return _all_shocks(width)
