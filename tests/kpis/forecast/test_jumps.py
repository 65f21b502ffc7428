"""A jump in level is seen after two weeks, and neither noise, slopes nor the year's season are one."""

from datetime import date
from math import pi, sin
from random import Random

import pytest

from kpis.forecast import Days, choose, forecast
from kpis.forecast.jumps import last_jump, levelled, squares_around_line
from kpis.forecast.methods import MODELS
from tests.kpis.forecast.simulated import KINDS, Kind, level_shift, simulated

PLAIN = [model for model in MODELS if not model.is_fitted]
CALM = [100.0, 104.0, 98.0, 102.0, 97.0, 101.0, 99.0, 103.0]


def test_two_weeks_far_above_are_a_jump() -> None:
    # The eight before bring 804/8 = 100.5 on average, the two since 180: 1.791 times as much.
    since, times = last_jump([*CALM, 182.0, 178.0])  # type: ignore[misc]
    assert (since, times) == (2, pytest.approx(180 / 100.5))
    assert last_jump([*CALM, 182.0]) is None  # one week may be anything
    assert last_jump([*CALM, 182.0, 100.0]) is None  # and was
    assert last_jump([*CALM, 120.0, 121.0]) is None  # less than a quarter
    assert last_jump([0.0] * 8 + [50.0, 50.0]) is None  # a beginning is no jump


def test_down_as_well_and_where_it_began() -> None:
    found = last_jump([*CALM, 40.0, 44.0, 42.0, 41.0])
    assert found is not None and found == (4, pytest.approx(41.75 / 100.5))


def test_noise_and_a_slope_are_none() -> None:
    assert last_jump([50, 150, 80, 120, 60, 140, 90, 110, 155, 160]) is None
    assert last_jump([10.0 * n for n in range(5, 25)]) is None
    # 1 2 3 5 around 0.8 + 1.3·n, n from 0: 0.2² + 0.1² + 0.4² + 0.3² = 0.3.
    assert squares_around_line([1.0, 2.0, 3.0, 5.0]) == pytest.approx(0.3)


def test_what_came_a_year_ago_too_is_the_season() -> None:
    year = [*CALM * 5, *[180.0] * 6, *CALM[:6]]  # 40 weeks, six of Christmas, six after
    assert last_jump([*year, *CALM * 5, 180.0, 184.0]) is None
    assert last_jump([*CALM * 6, *CALM[:4], *CALM * 5, 180.0, 184.0]) is not None


def test_what_came_before_is_brought_to_the_level_since() -> None:
    weekdays = (20.0, 18.0, 16.0, 15.0, 14.0, 10.0, 7.0)  # 100 a week
    days = Days(date(2026, 1, 5), weekdays * 10 + tuple(2 * v for v in weekdays) * 3)
    found = levelled(days)
    # Twice as much for three weeks, believed by three quarters: 2^(3/4) = 1.6818.
    assert found.values[:70] == pytest.approx([v * 1.6818 for v in weekdays * 10], rel=1e-4)
    assert found.values[70:] == days.values[70:]
    assert levelled(days.until(70)) == days.until(70)


@pytest.mark.parametrize(
    "kind", [k for k in KINDS if k is not level_shift], ids=lambda k: k.__name__
)
def test_series_without_one_have_hardly_any(kind: Kind) -> None:
    days = simulated(kind, 500, 3)
    pasts = [days.until(length) for length in range(100, 500, 20)]
    assert sum(levelled(past) != past for past in pasts) <= 1


def test_a_yearly_wave_is_no_jump() -> None:
    draw = Random(5)
    values = [100 * (1 + 0.5 * sin(2 * pi * n / 365)) + draw.gauss(0, 10) for n in range(1000)]
    days = Days(date(2023, 1, 1), tuple(values), False)
    assert all(levelled(days.until(n)) == days.until(n) for n in range(100, 1000, 35))


def test_three_weeks_after_a_jump_the_forecast_is_there() -> None:
    days = simulated(level_shift, 500, 2)
    known = days.until(321)  # 35 · 7 a week until day 300, 1.6 times as much since
    track = choose(known, 31, PLAIN)
    outcome = forecast(track, known, 0.0, 28) if track else None
    # Four weeks at the new level: 4 · 35 · 7 · 1.6 = 1,568; the old one would bring 980.
    assert outcome is not None and outcome.value == pytest.approx(1568, rel=0.12)
