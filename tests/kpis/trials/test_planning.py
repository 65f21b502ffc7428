"""From a wish to visitors and weeks; and a test day by day up to where its plan is full."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from kpis.trials.arms import Arm
from kpis.trials.course import TestDay, running, signs, through_plan, total
from kpis.trials.planning import Wish, power_with, sized

START = date(2026, 3, 2)


def days(*arms: tuple[Arm, Arm]) -> list[TestDay]:
    return [TestDay(START + timedelta(days=n), pair) for n, pair in enumerate(arms)]


def test_two_pages() -> None:
    size = sized(Wish(0.05, 0.065, daily_visitors=400))
    # 2 × 3,780 = 7,560 visitors at 400 a day: 19 days, three weeks.
    assert (f"{size.exact:.4f}", size.per_arm, size.days) == ("3779.8006", 3780, 21)


def test_too_little_traffic() -> None:
    size = sized(Wish(0.05, 0.055, daily_visitors=500))
    # 2 × 31,234 = 62,468 visitors at 500 a day: 125 days.
    assert (size.days, size.is_timed) == (None, True)
    assert sized(Wish(0.05, 0.055)).is_timed is False


def test_five_planned_looks_cost_visitors() -> None:
    assert sized(Wish(0.05, 0.065, looks=5)).per_arm == 3888
    assert f"{power_with(Wish(0.05, 0.065, looks=5), 3888):.3f}" == "0.800"


def test_three_pages_ask_for_more() -> None:
    """Two contrasts at 2.5 % each: z 2.2414 instead of 1.9600."""
    size = sized(Wish(0.05, 0.065, (1, 1, 1)))
    # (2.2414 × 0.329166 + 0.8416 × 0.328998)² / 0.015² = (0.737796 + 0.276892)² / 0.000225
    assert size.alpha_each == 0.025
    assert size.per_arm == pytest.approx(4576, abs=3)


def test_power_of_what_is_planned() -> None:
    assert f"{power_with(Wish(0.05, 0.065), 2400):.3f}" == "0.607"


def test_days_add_up() -> None:
    course = days((Arm(10, 1, 1), Arm(12, 2, 0)), (Arm(20, 3, 2), Arm(18, 1, 1)))
    assert total(course, 2) == (Arm(30, 4, 3), Arm(30, 3, 1))
    assert [day.arms for day in running(course, 2)] == [course[0].arms, total(course, 2)]
    assert total([], 2) == (Arm(0, 0), Arm(0, 0))


def test_uncounted_qualified_leads_stay_unknown() -> None:
    course = days((Arm(10, 1, 1), Arm(10, 1)), (Arm(10, 1), Arm(0, 0)))
    assert total(course, 2) == (Arm(20, 2, None), Arm(10, 1, None))


def test_a_day_without_anybody_hides_nothing() -> None:
    course = days((Arm(10, 1, 1), Arm(10, 1, 1)), (Arm(0, 0), Arm(5, 1, 1)))
    assert total(course, 2) == (Arm(10, 1, 1), Arm(15, 2, 2))


def test_the_decision_ends_with_the_day_on_which_the_plan_is_full() -> None:
    course = days(*[(Arm(100, 5), Arm(90, 6))] * 4)
    taken, is_full = through_plan(course, 2, 180)
    # 90 + 90 = 180 on the second day.
    assert ([day.day.day for day in taken], is_full) == ([2, 3], True)
    assert through_plan(course, 2, 361) == (course, False)


def test_days_above_and_below() -> None:
    course = days(
        (Arm(10, 1), Arm(10, 2)), (Arm(10, 1), Arm(20, 2)), (Arm(10, 2), Arm(10, 1)), (Arm(0, 0), Arm(9, 9))
    )  # fmt: skip
    # Above once, equal once, below once; the last day has no control.
    assert signs(course, 1) == (1, 1)


def test_shares() -> None:
    assert Wish(0.1, 0.2, (3, 1)).shares == (Fraction(3, 4), Fraction(1, 4))
