"""The laws in plain Python against SciPy's, and what holds of every outcome."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from kpis.forecast import Bell, Counted, Days, Paths, ratio, run_rate
from kpis.forecast.ratios import correlation_of
from kpis.forecast.tails import count_at_least, count_quantile, t_at_most, t_quantile

OUTCOMES = [
    Bell(100, 10),
    Bell(100, 10, 7),
    Bell(100, 0),
    Counted(90, 10),
    Counted(90, 10, 3.0),
    Counted(90, 0),
    Paths.of(100, [80, 90, 95, 100, 105, 110, 120]),
]


@pytest.mark.parametrize("freedom", [1, 2.5, 7, 21, 49, 400])
@pytest.mark.parametrize("x", [-6.0, -1.3, 0.0, 0.4, 2.1, 9.0])
def test_students_t(x: float, freedom: float) -> None:
    assert t_at_most(x, freedom) == pytest.approx(stats.t.cdf(x, freedom), abs=1e-10)
    share = stats.t.cdf(x, freedom)
    if 0.01 < share < 0.99:
        assert t_quantile(float(share), freedom) == pytest.approx(x, abs=1e-7)


@pytest.mark.parametrize("mean", [0.2, 8.0, 29.9, 310.0])
@pytest.mark.parametrize("k", [0, 1, 7, 30, 330])
def test_counts(mean: float, k: int) -> None:
    assert count_at_least(k, mean) == pytest.approx(stats.poisson.sf(k - 1, mean), abs=1e-10)
    negative = stats.nbinom(mean / 1.5, 1 / 2.5)  # variance 2.5 × mean
    assert count_at_least(k, mean, 2.5) == pytest.approx(negative.sf(k - 1), abs=1e-9)
    assert count_quantile(0.9, mean) == stats.poisson.ppf(0.9, mean)
    assert count_quantile(0.1, mean, 2.5) == negative.ppf(0.1)


def test_a_very_large_count_is_as_good_as_normal() -> None:
    assert count_at_least(10_100, 10_000) == pytest.approx(
        stats.poisson.sf(10_099, 10_000), abs=2e-3
    )


@pytest.mark.parametrize("outcome", OUTCOMES, ids=repr)
def test_an_outcome_agrees_with_itself(outcome: Bell) -> None:
    low, high = outcome.interval()
    assert low <= outcome.value <= high
    assert outcome.interval(0.5)[0] >= low and outcome.interval(0.5)[1] <= high
    chances = [outcome.at_least(target) for target in range(0, 200, 5)]
    assert chances == sorted(chances, reverse=True)
    assert (chances[0], chances[-1]) == pytest.approx((1, 0), abs=1e-4)
    for target in (85, 100, 113):  # more than 85 and not more than 85 are all there is
        beyond = outcome.at_least(target + 1e-9)
        assert outcome.at_most(target) + beyond == pytest.approx(1, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(
    values=st.lists(st.integers(0, 40), min_size=14, max_size=70),
    horizon=st.integers(1, 60),
    so_far=st.integers(0, 500),
    is_count=st.booleans(),
)
def test_a_run_rate_is_never_less_than_what_came(
    values: list[int], horizon: int, so_far: int, is_count: bool
) -> None:
    days = Days(date(2026, 1, 1), tuple(map(float, values)), is_count)
    outcome = run_rate(days, so_far, horizon)
    assert outcome is not None
    assert outcome.value >= so_far
    assert 0 <= outcome.at_least(so_far + 10) <= 1
    more = run_rate(days, so_far, horizon + 1)
    assert more is not None and more.value >= outcome.value


def test_short_pasts() -> None:
    def days(length: int) -> Days:
        return Days(date(2026, 1, 1), tuple(float(n % 7) for n in range(length)), False)

    assert run_rate(days(13), 0, 5) is None
    plain = run_rate(days(14), 0, 7)  # a plain mean: 7 × 3
    assert isinstance(plain, Bell) and plain.value == 21
    # variance of a day 4·14/13, of the sum 7·v + 7²·v/14 = 10.5·v
    assert plain.sd**2 == pytest.approx(10.5 * 56 / 13)
    profiled = run_rate(days(28), 0, 7)
    assert isinstance(profiled, Bell) and (profiled.value, profiled.sd) == (21, 0)


def test_ratios_without_a_denominator_and_sides_that_never_change() -> None:
    assert ratio(10, 1, 0, 1, 0.5) is None
    assert ratio(0, 2, 4, 0, 0.3) == Bell(0, 0.5)
    assert correlation_of([1, 2, 3], [2, 4, 6]) == pytest.approx(1)
    assert correlation_of([1, 2, 3], [6, 4, 2]) == pytest.approx(-1)
    assert correlation_of([5, 5, 5], [1, 2, 3]) == 0
