"""The decision rules: the split first, nothing before its time, Holm, and the guard."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from kpis.trials.arms import Arm
from kpis.trials.course import TestDay
from kpis.trials.early import looks_at
from kpis.trials.outcome import outcome_of
from kpis.trials.verdict import Plan, verdict_of

HALF = Fraction(1, 2)
PLAN = Plan(3780, (HALF, HALF))


def test_the_worked_example_is_not_yet_a_winner() -> None:
    """p = 0.0256, and yet: 2,400 of 3,780 visitors per arm are 63 %."""
    found = verdict_of([Arm(2400, 120), Arm(2400, 156)], PLAN)
    assert (found.state, found.percent, found.winner) == ("collecting", 63, None)
    (contrast,) = found.contrasts
    assert (contrast.method, f"{contrast.test.p:.4f}", contrast.lift) == (
        "z",
        "0.0256",
        Fraction(3, 10),
    )
    assert contrast.p_adjusted == contrast.test.p


def test_at_the_planned_visitors_the_better_one_wins() -> None:
    found = verdict_of([Arm(3780, 189), Arm(3780, 246)], PLAN)
    assert (found.state, found.percent, found.winner) == ("winner", 100, 1)


def test_the_slower_arm_decides_how_far_it_is() -> None:
    """3,779 of 3,780 is 99 %, never 100."""
    found = verdict_of([Arm(3900, 189), Arm(3779, 246)], PLAN)
    assert (found.state, found.percent) == ("collecting", 99)


def test_a_worse_variant_makes_the_control_win() -> None:
    found = verdict_of([Arm(3780, 246), Arm(3780, 189)], PLAN)
    assert (found.state, found.winner) == ("winner", 0)


def test_no_demonstrable_difference() -> None:
    found = verdict_of([Arm(4000, 200), Arm(4000, 220)], PLAN)
    assert (found.state, found.winner) == ("no_difference", None)
    (contrast,) = found.contrasts
    assert contrast.interval.low < 0 < contrast.interval.high


def test_the_split_comes_first() -> None:
    """A clear winner, but 4,000 against 4,400: 2 × 200² / 4,200 = 19.05, p < 0.001."""
    found = verdict_of([Arm(4000, 200), Arm(4400, 400)], PLAN)
    assert (found.state, found.winner) == ("invalid", None)


def test_a_doubtful_split_is_only_watched() -> None:
    found = verdict_of([Arm(5000, 250), Arm(5300, 400)], PLAN)
    assert (found.state, found.notes) == ("winner", ("watch_split", "no_guard"))


def test_a_planned_split_is_no_fault() -> None:
    uneven = Plan(3780, (Fraction(3, 4), Fraction(1, 4)))
    assert verdict_of([Arm(12000, 600), Arm(4000, 200)], uneven).state == "no_difference"
    assert verdict_of([Arm(12000, 600), Arm(4000, 200)], PLAN).state == "invalid"


def test_a_small_cell_is_judged_by_fisher() -> None:
    (contrast,) = verdict_of([Arm(30, 1), Arm(28, 7)], Plan(28, (HALF, HALF))).contrasts
    assert (contrast.method, f"{contrast.test.p:.6f}") == ("fisher", "0.023207")


def test_a_page_that_collects_junk_does_not_win() -> None:
    junk = [Arm(4000, 200, 100), Arm(4000, 300, 80)]
    found = verdict_of(junk, PLAN)
    assert (found.state, found.winner) == ("guarded", None)
    # 80/4,000 - 100/4,000 = -0.5 points of qualified leads.
    assert found.contrasts[0].guard == Fraction(-1, 200)
    good = [Arm(4000, 200, 100), Arm(4000, 300, 100)]
    assert verdict_of(good, PLAN).state == "winner"


def test_three_arms_by_chi_square_then_holm() -> None:
    third = Fraction(1, 3)
    plan = Plan(2000, (third, third, third))
    arms = [Arm(2000, 100), Arm(2000, 130), Arm(2000, 140)]
    found = verdict_of(arms, plan)
    # Overall: 370 of 6,000 expected 123.33 each: (23.33² + 6.67² + 16.67²)/123.33 × 6,000/5,630.
    assert found.overall and f"{found.overall.statistic:.4f}" == "7.4888"
    first, second = found.contrasts
    # Holm: the smaller p twice, the larger once.
    assert second.p_adjusted == pytest.approx(2 * second.test.p)
    assert first.p_adjusted == pytest.approx(first.test.p)
    assert (found.state, found.winner) == ("winner", 2)


def test_three_arms_without_overall_difference_end_there() -> None:
    third = Fraction(1, 3)
    plan = Plan(2000, (third, third, third))
    # 100 against 128 alone has p = 0.058 … the overall test has p = 0.16.
    found = verdict_of([Arm(2000, 100), Arm(2000, 114), Arm(2000, 128)], plan)
    assert found.overall and found.overall.p > 0.05
    assert found.state == "no_difference"


def test_before_anybody_came() -> None:
    found = verdict_of([Arm(0, 0), Arm(0, 0)], PLAN)
    assert (found.state, found.percent, found.contrasts, found.rates) == (
        "empty",
        0,
        (),
        (None, None),
    )


def test_all_or_nobody_converted() -> None:
    for arms in ([Arm(4000, 0), Arm(4000, 0)], [Arm(4000, 4000), Arm(4000, 4000)]):
        found = verdict_of(arms, PLAN)
        assert (found.state, found.contrasts[0].test.p) == ("no_difference", 1.0)


def test_impossible_counts_are_refused() -> None:
    for visitors, conversions in ((3, 4), (3, -1), (-1, 0)):
        with pytest.raises(ValueError, match="at most as many"):
            Arm(visitors, conversions)


def test_planned_looks() -> None:
    """KPIS F.3: at 2,400 per arm two of five looks at 3,780 (756 each) are past, and a third at 2,268.

    300 visitors a day per arm, 15 against 19.5 leads: look 1 on day 3 (900), 2 on day 6 (1,800),
    3 on day 8 (2,400), where z = 2.232 stays below 2.634.
    """
    start = date(2026, 3, 1)
    days = [(start + timedelta(days=n), (Arm(300, 15), Arm(300, 19 + n % 2))) for n in range(8)]
    looks = looks_at(days, 3780, 5, 0.05)
    assert [look.per_arm for look in looks] == [756, 1512, 2268, 3024, 3780]
    assert [look.taken_on and look.taken_on.day for look in looks] == [3, 6, 8, None, None]
    assert looks[2].z is not None and f"{looks[2].z:.3f}" == "2.232"
    assert not any(look.may_stop for look in looks)


def course(*arms: tuple[Arm, Arm]) -> list[TestDay]:
    return [TestDay(date(2026, 3, 1) + timedelta(days=n), pair) for n, pair in enumerate(arms)]


def test_what_comes_after_the_plan_is_full_decides_nothing() -> None:
    """Day 2 fills the plan without a difference; the flood of day 3 would have won."""
    found = outcome_of(
        course(*[(Arm(1000, 50), Arm(1000, 50))] * 2, (Arm(1000, 0), Arm(1000, 300))),
        Plan(2000, (HALF, HALF)),
    )
    assert (found.verdict.state, len(found.days), found.arms) == (
        "no_difference",
        2,
        (Arm(2000, 100), Arm(2000, 100)),
    )
    assert found.is_decided


def test_a_planned_look_may_end_the_test() -> None:
    """756 of 3,780 per arm and z beyond 4.562: the first of five looks decides."""
    found = outcome_of(course((Arm(760, 20), Arm(760, 70))), PLAN, looks=5)
    assert found.looks[0].z is not None and found.looks[0].z > 4.562
    assert (found.at_look, found.verdict.state, found.verdict.winner) == (1, "winner", 1)
    assert (found.verdict.percent, found.is_decided) == (20, True)


def test_between_two_looks_nothing_is_decided() -> None:
    """The same difference a day before the look: 700 of 756."""
    found = outcome_of(course((Arm(700, 20), Arm(700, 70))), PLAN, looks=5)
    assert (found.at_look, found.verdict.state, found.is_decided) == (None, "collecting", False)


def test_the_last_look_asks_for_more_than_alpha() -> None:
    """z = 2.00 at the full plan: p = 0.0455 would do without looks, 2.040 is asked for with them."""
    days = course((Arm(3780, 189), Arm(3780, 229)))
    alone, with_looks = outcome_of(days, PLAN), outcome_of(days, PLAN, looks=5)
    statistic = alone.verdict.contrasts[0].test.statistic
    assert statistic is not None and 1.96 < statistic < 2.04
    assert (alone.verdict.state, with_looks.verdict.state) == ("winner", "no_difference")
    assert with_looks.at_look == 5
    # The intervals shown are of 95 % in both.
    assert alone.verdict.contrasts[0].interval == with_looks.verdict.contrasts[0].interval
