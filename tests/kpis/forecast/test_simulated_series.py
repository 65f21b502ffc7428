"""On series of several kinds: near naive or better, and 80 % intervals hold about four fifths."""

from functools import cache

import pytest

from kpis.forecast import choose, forecast
from kpis.forecast.methods import MODELS
from tests.kpis.forecast.simulated import KINDS, Kind, level_shift, simulated

PLAIN = [model for model in MODELS if not model.is_fitted]
SEEDS, ORIGINS, HORIZON = range(6), (330, 400, 470), 28


@cache
def judged(kind: Kind) -> tuple[float, float, float]:
    """(share of totals in their intervals, mean error, mean error of the days before again)."""
    held, missed, naive = [], 0.0, 0.0
    for seed in SEEDS:
        days = simulated(kind, 500, seed)
        for origin in ORIGINS:
            known = days.until(origin)
            track = choose(known, 31, PLAIN)
            outcome = forecast(track, known, 0.0, HORIZON) if track else None
            assert outcome is not None
            came = sum(days.values[origin : origin + HORIZON])
            low, high = outcome.interval()
            held.append(low <= came <= high)
            missed += abs(outcome.value - came)
            naive += abs(sum(days.values[origin - HORIZON : origin]) - came)
    return sum(held) / len(held), missed, naive


@pytest.mark.parametrize(
    "kind", [k for k in KINDS if k is not level_shift], ids=lambda k: k.__name__
)
def test_near_naive_or_better(kind: Kind) -> None:
    _held, missed, naive = judged(kind)
    assert missed <= 1.05 * naive


def test_a_new_level_is_learned_in_some_weeks() -> None:
    """Naive has learned it at once; twenty-four weeks later nobody is far off."""
    days = simulated(level_shift, 500, 1)
    known = days.until(470)
    track = choose(known, 31, PLAIN)
    outcome = forecast(track, known, 0.0, HORIZON) if track else None
    # Four weeks of 35 · 7 (all weekdays together 7) · 1.6 = 1,568.
    assert outcome is not None and outcome.value == pytest.approx(1568, rel=0.1)


def test_four_fifths_of_the_totals_lie_in_their_intervals() -> None:
    shares = {kind.__name__: judged(kind)[0] for kind in KINDS}
    assert 0.72 <= sum(shares.values()) / len(shares) <= 0.9, shares
    assert min(shares.values()) >= 0.6, shares
