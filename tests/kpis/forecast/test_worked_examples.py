"""The worked examples of KPIS C.6, each with its exact answer."""

from datetime import date

import pytest

from kpis.forecast import Bell, Cohort, Counted, Days, completed, ratio, ripeness, run_rate
from kpis.forecast.outcome import COVERAGE
from kpis.forecast.run_rate import profile_of
from kpis.forecast.smoothing import smooth
from kpis.forecast.tails import count_at_least, t_quantile
from kpis.forecast.weeks import smoothed

# 25 May to 21 June 2026, Monday to Sunday.
LEADS = Days(
    date(2026, 5, 25),
    (
        18, 25, 21, 16, 20, 6, 4,
        24, 19, 27, 22, 15, 9, 7,
        17, 26, 20, 24, 19, 8, 3,
        23, 21, 28, 18, 16, 10, 8,
    ),
)  # fmt: skip
WEEKLY = (50.0, 52.0, 47.0, 51.0, 49.0, 53.0, 48.0, 54.0)


def test_the_run_rate_by_weekday() -> None:
    profile = profile_of(LEADS)
    assert profile is not None
    assert profile.means == (20.50, 22.75, 24.00, 20.00, 17.50, 8.25, 5.50)
    assert (profile.weeks, profile.scale, profile.freedom) == (4, 1.0, 21)  # φ raw 0.5929 → 1

    so_far = LEADS.total(date(2026, 6, 1), date(2026, 6, 21))
    assert so_far == 364
    outcome = run_rate(LEADS, so_far, 9)
    # 364 + one week of 118.5 + Monday 20.50 + Tuesday 22.75
    assert isinstance(outcome, Bell) and outcome.value == 525.75
    assert outcome.sd**2 == pytest.approx(223.8125, abs=1e-9)
    assert outcome.sd == pytest.approx(14.9604, abs=5e-5)
    assert outcome.interval() == pytest.approx((505.95, 545.55), abs=0.005)
    assert outcome.interval(0.95) == pytest.approx((494.64, 556.86), abs=0.005)


@pytest.mark.parametrize(
    ("target", "chance"), [(500, 0.9500), (520, 0.6477), (540, 0.1758), (560, 0.0163)]
)
def test_the_chance_of_a_target_without_continuity_correction(target: int, chance: float) -> None:
    outcome = run_rate(LEADS, 364, 9)
    assert outcome is not None
    assert outcome.at_least(target) == pytest.approx(chance, abs=5e-5)
    assert outcome.at_most(target) == pytest.approx(1 - chance, abs=5e-5)


def test_students_t() -> None:
    assert t_quantile(0.9, 21) == pytest.approx(1.3232, abs=5e-5)
    assert t_quantile(0.975, 21) == pytest.approx(2.0796, abs=5e-5)


def test_a_small_count_still_to_come_has_the_tail_of_a_count() -> None:
    assert count_at_least(10, 8) == pytest.approx(0.2834, abs=5e-5)
    assert Counted(5, 8).at_least(15) == pytest.approx(0.2834, abs=5e-5)
    # Four Mondays of 2 and nothing else: in seven days 2 are expected, far under 30.
    quiet = Days(date(2026, 5, 25), (2.0, 0, 0, 0, 0, 0, 0) * 4)
    outcome = run_rate(quiet, 4, 7)
    assert outcome == Counted(4, 2.0, 1.0)
    # P(X ≥ 3 | 2) = 1 − e⁻²(1 + 2 + 2) = 0.3233
    assert outcome is not None and outcome.at_least(7) == pytest.approx(0.3233, abs=5e-5)


def test_noisier_than_poisson_is_negative_binomial() -> None:
    # Mean 4, variance 8: size 4, p 1/2. P(X = 0) = 1/16; P(X ≥ 1) = 15/16.
    assert count_at_least(1, 4, 2.0) == pytest.approx(15 / 16)
    # P(X = 1) = 4·(1/2)⁵ = 1/8; P(X ≥ 2) = 1 − 1/16 − 1/8
    assert count_at_least(2, 4, 2.0) == pytest.approx(13 / 16)


def test_simple_exponential_smoothing() -> None:
    found = smooth(WEEKLY, 0.3)
    assert found.level == pytest.approx(51.1094564, abs=1e-9)
    assert found.variance == pytest.approx(7.904239, abs=5e-7)
    days = Days(date(2026, 1, 5), tuple(each / 7 for each in WEEKLY for _day in range(7)), False)
    four = smoothed(0.3, days, 0.0, 28)
    # 7.904239 × (1.9² + 1.6² + 1.3² + 1²) = 7.904239 × 8.86
    assert four.value == pytest.approx(204.4378, abs=5e-5)
    assert four.sd**2 == pytest.approx(70.0316, abs=5e-5)
    assert four.interval(0.95) == pytest.approx((188.04, 220.84), abs=0.005)


def test_a_ratio_by_the_delta_method() -> None:
    cpl = ratio(10_000, 300, 900, 40, 0.5)
    assert cpl is not None
    assert cpl.value == pytest.approx(11.1111, abs=5e-5)
    assert cpl.sd == pytest.approx(0.4363, abs=5e-5)
    assert cpl.interval(0.95) == pytest.approx((10.26, 11.97), abs=0.005)


def test_immature_cohorts_are_completed_as_mature_ones_went_on() -> None:
    # 40 conversions of mature cohorts: 20 on the day itself, 10 a day later, 10 two days later.
    ripe = ripeness({0: 20, 1: 10, 2: 10}, 2)
    assert ripe == [0.5, 0.75, 1.0]
    # A mature rate of 20 %. Of 100 members seen on their own day, 12 have converted; each of the
    # 88 others does with 0.2·0.5/(1 − 0.2·0.5) = 1/9: 88/9 = 9.7778 more, 21.7778 of 100.
    found = completed([Cohort(100, 12, 0)], ripe or [], 0.2, 2)
    assert found is not None
    assert found.value == pytest.approx(0.217778, abs=5e-7)
    # √(88 · 1/9 · 8/9) / 100
    assert found.sd == pytest.approx(0.029481, abs=5e-7)
    # Mature members are what they are.
    assert completed([Cohort(50, 9, 2), Cohort(50, 9, 40)], ripe or [], 0.2, 2) == Bell(0.18, 0.0)
    assert COVERAGE == 0.80
