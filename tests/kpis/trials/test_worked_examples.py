"""KPIS section F, number by number, to the last digit printed there."""

from fractions import Fraction

import pytest

from kpis.trials.arms import Arm, smallest_expected
from kpis.trials.belief import expected_loss, probability_to_beat
from kpis.trials.intervals import newcombe, wald
from kpis.trials.looks import crossing, inflation, obrien_fleming, peeking_error
from kpis.trials.significance import chi_square, fisher, pooled_z, sign_test, yates
from kpis.trials.size import days_needed, exact_size, power_of, size_per_arm
from kpis.trials.split import split_check

A, B = Arm(2400, 120), Arm(2400, 156)
HALVES = (Fraction(1, 2), Fraction(1, 2))


def test_two_proportions() -> None:
    z, square, corrected = pooled_z(A, B), chi_square(A, B), yates(A, B)
    assert z and square and corrected
    assert (f"{z.statistic:.7f}", f"{z.p:.9f}") == ("2.2320673", "0.025610517")
    assert (f"{square.statistic:.7f}", f"{square.p:.9f}") == ("4.9821243", "0.025610517")
    assert (f"{corrected.statistic:.7f}", f"{corrected.p:.9f}") == ("4.7091839", "0.030001891")
    assert f"{fisher(A, B).p:.9f}" == "0.029837929"


def test_the_difference_and_its_intervals() -> None:
    assert A.rate and B.rate
    # 156/2,400 - 120/2,400 = 36/2,400 = 1.5 points; 36/120 = 30 % more.
    assert (B.rate - A.rate, (B.rate - A.rate) / A.rate) == (Fraction(15, 1000), Fraction(3, 10))
    by_score, by_normal = newcombe(A, B), wald(A, B)
    assert by_score and by_normal
    assert (f"{100 * by_score.low:.4f}", f"{100 * by_score.high:.4f}") == ("0.1814", "2.8274")
    assert (f"{100 * by_normal.low:.4f}", f"{100 * by_normal.high:.4f}") == ("0.1835", "2.8165")


def test_belief() -> None:
    assert f"{probability_to_beat(A, B):.7f}" == "0.9871470"
    assert f"{100 * expected_loss(A, B):.5f}" == "0.00302"


def test_a_small_sample() -> None:
    a, b = Arm(30, 1), Arm(28, 7)
    # 8 leads of 58 visitors: 28 × 8 / 58 = 3.8621 are expected in the smallest cell.
    assert smallest_expected([a, b]) == Fraction(28 * 8, 58)
    by_square = chi_square(a, b)
    assert by_square and f"{by_square.p:.6f}" == "0.016793"
    assert f"{fisher(a, b).p:.6f}" == "0.023207"
    assert f"{probability_to_beat(a, b):.4f}" == "0.9903"


@pytest.mark.parametrize(
    ("base", "target", "exact", "rounded"),
    [
        (0.05, 0.065, "3779.8006", 3780),
        (0.05, 0.06, "8157.7314", 8158),
        (0.05, 0.055, "31233.4379", 31234),
        (0.10, 0.12, "3840.8475", 3841),
    ],
)
def test_sample_size(base: float, target: float, exact: str, rounded: int) -> None:
    assert f"{exact_size(base, target):.4f}" == exact
    assert size_per_arm(base, target) == rounded


def test_power_of_the_example() -> None:
    assert f"{100 * power_of(0.05, 0.065, 2400):.1f}" == "60.7"
    assert f"{power_of(0.05, 0.065, exact_size(0.05, 0.065)):.6f}" == "0.800000"


@pytest.mark.parametrize(
    ("daily", "days"),
    [
        # 2 × 3,780 = 7,560 visitors.
        (1000, 14),  # 8 days: at least two weeks
        (400, 21),  # 19 days: three whole weeks
        (360, 21),  # exactly 21 days
        (359, 28),  # 22 days: a fourth week
        (135, 56),  # exactly 56 days
        (134, None),  # 57 days: beyond eight weeks
        (0, None),
    ],
)
def test_days_are_whole_weeks(daily: int, days: int | None) -> None:
    assert days_needed(3780, Fraction(daily), HALVES) == days


def test_the_smallest_arm_decides_how_long() -> None:
    # A fifth of 900 visitors is 180 a day: 3,780 / 180 = 21 days.
    shares = (Fraction(4, 5), Fraction(1, 5))
    assert days_needed(3780, Fraction(900), shares) == 21


@pytest.mark.parametrize(
    ("looks", "wrong"), [(1, "5.00"), (2, "8.31"), (5, "14.17"), (10, "19.34"), (20, "24.79")]
)
def test_peeking(looks: int, wrong: str) -> None:
    assert f"{100 * peeking_error(looks):.2f}" == wrong


def test_obrien_fleming() -> None:
    bounds = obrien_fleming(5)
    assert [f"{bound:.3f}" for bound in bounds] == ["4.562", "3.226", "2.634", "2.281", "2.040"]
    assert f"{100 * crossing(bounds):.3f}" == "5.000"
    # 2.84 % more: 3,888 per arm instead of 3,780.
    assert f"{100 * (inflation(5) - 1):.2f}" == "2.84"
    assert -(-exact_size(0.05, 0.065) * inflation(5) // 1) == 3888


def test_split() -> None:
    # Expected 5,150 each: 2 × 150² / 5,150 = 8.7379.
    check = split_check([5000, 5300], HALVES)
    assert check and (f"{check.statistic:.4f}", f"{check.p:.6f}") == ("8.7379", "0.003117")
    assert check.state == "watch"
    worse = split_check([5000, 5350], HALVES)
    assert worse and worse.state == "invalid"
    assert split_check([0, 0], HALVES) is None


def test_udacity_as_published() -> None:
    """The first 23 days of the free-trial screener, by hand from its files' sums."""
    gross = pooled_z(Arm(17293, 3785), Arm(17260, 3423))
    net = pooled_z(Arm(17293, 2033), Arm(17260, 1945))
    assert gross and net
    assert (f"{gross.statistic:.3f}", f"{gross.p:.1e}") == ("-4.702", "2.6e-06")
    assert (f"{net.statistic:.3f}", f"{net.p:.3f}") == ("-1.419", "0.156")
    assert f"{sign_test(4, 19).p:.4f}" == "0.0026"
    assert f"{sign_test(10, 13).p:.3f}" == "0.678"
