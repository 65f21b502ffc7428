"""G.9, 18: swapping the arms changes nothing but the sign; the two probabilities add to one."""

import math
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kpis.trials.arms import Arm
from kpis.trials.belief import expected_loss, posterior, probability_above, probability_to_beat
from kpis.trials.intervals import newcombe, wald, wilson
from kpis.trials.significance import chi_square, fisher, holm, overall, pooled_z, yates
from kpis.trials.size import exact_size, power_of
from kpis.trials.split import split_check
from kpis.trials.verdict import Plan, verdict_of


@st.composite
def arms(draw: st.DrawFn, most: int = 3000) -> Arm:
    visitors = draw(st.integers(1, most))
    conversions = draw(st.integers(0, visitors))
    qualified = draw(st.none() | st.integers(0, conversions))
    return Arm(visitors, conversions, qualified)


@given(arms(), arms())
def test_p_is_the_same_when_the_arms_are_swapped(a: Arm, b: Arm) -> None:
    assert fisher(a, b).p == pytest.approx(fisher(b, a).p, rel=1e-9)
    one, other = pooled_z(a, b), pooled_z(b, a)
    assert (one is None) == (other is None)
    if one and other and one.statistic is not None and other.statistic is not None:
        assert one.p == other.p
        assert abs(one.statistic) == abs(other.statistic)
        assert a.rate == b.rate or one.statistic == -other.statistic
        assert chi_square(a, b) == chi_square(b, a)
        assert yates(a, b) == yates(b, a)


@given(arms(), arms())
def test_the_probabilities_to_beat_add_to_one(a: Arm, b: Arm) -> None:
    of_a, of_b = posterior(a), posterior(b)
    assert probability_above(of_a, of_b) + probability_above(of_b, of_a) == pytest.approx(
        1, abs=1e-9
    )
    assert probability_to_beat(a, b) + probability_to_beat(b, a) == pytest.approx(1, abs=1e-10)


@given(arms(), arms())
def test_the_losses_differ_by_the_difference_of_the_means(a: Arm, b: Arm) -> None:
    """E[max(A-B, 0)] - E[max(B-A, 0)] = E[A] - E[B]."""
    (x, y), (u, v) = posterior(a), posterior(b)
    means = x / (x + y) - u / (u + v)
    assert expected_loss(a, b) - expected_loss(b, a) == pytest.approx(means, abs=1e-8)


@given(arms(), arms())
def test_z_squared_is_chi_square_and_yates_is_milder(a: Arm, b: Arm) -> None:
    z, square, corrected = pooled_z(a, b), chi_square(a, b), yates(a, b)
    assume(z is not None and square is not None and corrected is not None)
    assert z and square and corrected and z.statistic is not None and square.statistic is not None
    assert z.statistic**2 == pytest.approx(square.statistic, rel=1e-9)
    assert z.p == pytest.approx(square.p, rel=1e-6)
    assert corrected.p >= square.p
    both = overall([a, b])
    assert both and both.p == pytest.approx(square.p, rel=1e-9)


@given(arms(), arms())
def test_intervals_hold_the_difference_and_turn_with_it(a: Arm, b: Arm) -> None:
    assert a.rate is not None and b.rate is not None
    difference = float(b.rate - a.rate)
    for interval in (newcombe, wald):
        found, turned = interval(a, b), interval(b, a)
        assert found and turned
        assert found.low <= difference + 1e-12 and difference - 1e-12 <= found.high
        assert (turned.low, turned.high) == pytest.approx((-found.high, -found.low), abs=1e-12)
    within = newcombe(a, b)
    assert within and within.low >= -1 and within.high <= 1
    rate = wilson(a)
    assert (
        rate and 0 <= rate.low <= float(a.rate) + 1e-12 and float(a.rate) - 1e-12 <= rate.high <= 1
    )


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_never_makes_anything_more_certain(ps: list[float]) -> None:
    adjusted = holm(ps)
    assert all(one <= other <= 1 for one, other in zip(ps, adjusted, strict=True))
    ranked = [adjusted[place] for place in sorted(range(len(ps)), key=lambda each: ps[each])]
    assert ranked == sorted(ranked)


@given(st.integers(1, 99), st.integers(1, 99))
def test_the_size_gives_its_power(base: int, target: int) -> None:
    assume(base != target)
    p, q = base / 100, target / 100
    assert power_of(p, q, exact_size(p, q)) == pytest.approx(0.8, abs=1e-9)
    assert exact_size(p, q) == pytest.approx(exact_size(q, p), rel=1e-9)


@given(st.lists(st.integers(0, 5000), min_size=2, max_size=5))
def test_a_split_as_planned_is_never_at_fault(visitors: list[int]) -> None:
    total = sum(visitors)
    assume(all(visitors))
    shares = [Fraction(each, total) for each in visitors]
    check = split_check(visitors, shares)
    assert check and (check.statistic, check.p, check.state) == (0, 1.0, "ok")


@given(st.lists(arms(), min_size=2, max_size=4), st.integers(1, 4000))
def test_no_word_of_a_winner_before_the_plan_is_full(tested: list[Arm], per_arm: int) -> None:
    shares = tuple(Fraction(1, len(tested)) for _arm in tested)
    found = verdict_of(tested, Plan(per_arm, shares))
    if min(arm.visitors for arm in tested) < per_arm:
        assert found.winner is None and found.state in ("collecting", "invalid")
    for contrast in found.contrasts:
        assert 0 <= contrast.test.p <= contrast.p_adjusted <= 1
        assert 0 <= contrast.beats <= 1 and contrast.loss >= 0
        assert not any(math.isnan(each) for each in (contrast.beats, contrast.loss))
    if found.winner:
        assert found.contrasts[found.winner - 1].is_better


@given(st.lists(arms(400), min_size=2, max_size=2), st.integers(1, 200))
def test_the_name_of_the_arms_decides_nothing(tested: list[Arm], per_arm: int) -> None:
    """Swapped, the same page wins; unless its qualified leads keep it from winning."""
    plain = [Arm(arm.visitors, arm.conversions) for arm in tested]
    plan = Plan(per_arm, (Fraction(1, 2), Fraction(1, 2)))
    found, swapped = verdict_of(plain, plan), verdict_of(plain[::-1], plan)
    assert found.state == swapped.state
    assert (found.winner is None) == (swapped.winner is None)
    if found.winner is not None:
        assert found.winner == 1 - (swapped.winner or 0)
