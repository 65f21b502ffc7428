"""Unusual days: the worked examples of KPIS D.3, to the last digit, and properties of the rules."""

from fractions import Fraction
from statistics import NormalDist, median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpis.anomalies import (
    Verdict,
    adjusted,
    at_least,
    at_most,
    flagged,
    judge,
    level_of,
    two_sided,
)

MONDAYS = [52, 48, 55, 50, 47, 53, 51, 49]


def verdict(value: object, baseline: list[int], is_count: bool = True, **more: object) -> Verdict:
    found = judge(
        Fraction(str(value)),
        [Fraction(each) for each in baseline],
        **{"unit": Fraction(1), "is_count": is_count, **more},  # type: ignore[arg-type]
    )
    assert found is not None
    return found


def test_a_monday_of_twenty_is_unusual() -> None:
    found = verdict(20, MONDAYS)
    # median 50.5, MAD 2.0: 0.6745 × (20 − 50.5) / 2
    assert (found.expected, found.score) == (Fraction("50.5"), Fraction("-10.286125"))
    assert (found.rule, found.is_unusual, found.is_large) == ("robust", True, True)
    assert round(float(found.high - found.expected), 4) == 10.3781
    assert found.expected - found.low == found.high - found.expected
    assert found.p == pytest.approx(2 * NormalDist().cdf(-10.286125), rel=1e-9)
    assert flagged([found]) == [True]


def test_a_monday_of_forty_five_is_not() -> None:
    found = verdict(45, MONDAYS)
    assert found.score == Fraction("-1.854875")
    assert not found.is_unusual
    assert flagged([found]) == [False]


def test_one_lead_where_six_are_usual_is_not() -> None:
    assert round(at_most(1, 6), 6) == 0.017351
    found = verdict(1, [6] * 8)
    assert (found.rule, found.is_unusual) == ("count", False)
    assert verdict(0, [6] * 8).is_unusual  # P(X ≤ 0 | 6) = 0.0025


def test_five_where_there_is_hardly_ever_one() -> None:
    baseline = [0, 0, 0, 0, 0, 0, 1, 0]
    found = verdict(5, baseline)
    assert float(f"{found.p:.3g}") == 2.29e-07
    assert (found.rule, found.is_unusual, found.is_large) == ("count", True, True)
    assert flagged([found]) == [True]
    # What rule 3 alone would say: the mean deviation is 1/8.
    money = verdict(5, baseline, is_count=False)
    assert (money.rule, money.score) == ("mean_deviation", 5 / (Fraction("1.253314") / 8))
    assert round(float(money.score or 0), 4) == 31.9154


def test_a_constant_baseline() -> None:
    same = verdict(70, [50] * 8, is_count=False)
    assert (same.rule, same.p, same.is_unusual) == ("any_change", 0.0, True)
    assert flagged([same]) == [True]
    small = verdict("50.5", [50] * 8, is_count=False)
    assert (small.p, small.is_unusual) == (1.0, False)


def test_nothing_ever_counts_as_half_a_case() -> None:
    found = verdict(3, [0] * 8)
    # λ = 1/16: P(X ≥ 3) ≈ (1/16)³/6 × e^(−1/16) …
    assert found.p == pytest.approx(3.8829e-05, rel=1e-3)
    assert found.is_unusual


def test_it_must_matter_in_size() -> None:
    # 100 ± 1: 110 is far outside the band, but only a tenth more.
    found = verdict(110, [99, 100, 101, 100, 99, 101, 100, 102], is_count=False)
    assert (found.is_unusual, found.is_large) == (True, False)
    assert flagged([found]) == [False]
    # A change below the smallest unit; a ratio of too few cases.
    assert not verdict("0.6", [0] * 7 + [1], is_count=False).is_large
    assert not verdict(20, MONDAYS, is_count=False, cases=Fraction(29)).is_large
    assert verdict(20, MONDAYS, is_count=False, cases=Fraction(30)).is_large


def test_fewer_than_eight_same_weekdays_say_nothing() -> None:
    assert judge(Fraction(20), [Fraction(50)] * 7, Fraction(1), is_count=False) is None


def test_many_tests_a_day() -> None:
    found = adjusted([0.0004, 0.011, 0.02, 0.04, 0.2, 0.5])
    assert [round(p, 6) for p in found] == [0.0024, 0.033, 0.04, 0.06, 0.24, 0.5]
    assert adjusted([0.5, 0.0004]) == [0.5, 0.0008]
    assert adjusted([]) == []


def test_one_of_many_needs_to_be_more_unusual() -> None:
    alone = verdict(0, [6] * 8)  # p = 0.0025, unusual by its own rule
    assert flagged([alone]) == [True]
    usual = verdict(6, [6] * 8)
    assert flagged([alone, *[usual] * 24])[0] is False


def test_bands_of_counts_are_what_is_not_flagged() -> None:
    for baseline in ([6] * 8, [0] * 8, [3, 9, 4, 8, 2, 9, 1, 9]):
        band = verdict(5, baseline)
        for value in range(0, 60):
            inside = band.low <= value <= band.high
            assert verdict(value, baseline).is_unusual is not inside, (baseline, value)


@given(st.integers(0, 60), st.floats(0.01, 40))
def test_the_two_tails_are_one(count: int, mean: float) -> None:
    assert at_most(count, mean) + at_least(count + 1, mean) == pytest.approx(1, abs=1e-9)
    assert 0 <= at_least(count, mean) <= 1


@given(st.floats(-30, 30))
def test_the_normal_tail(score: float) -> None:
    assert two_sided(score) == pytest.approx(2 * NormalDist().cdf(-abs(score)), rel=1e-6, abs=1e-15)


@given(st.lists(st.floats(0, 1), max_size=30))
def test_adjusting_keeps_order_and_never_lowers(ps: list[float]) -> None:
    found = adjusted(ps)
    assert all(new >= old for new, old in zip(found, ps, strict=True))
    ranked = [held for _p, held in sorted(zip(ps, found, strict=True))]
    assert ranked == sorted(ranked)


@given(
    st.lists(st.fractions(0, 50, max_denominator=300), min_size=8, max_size=12),
    st.fractions(0, 60, max_denominator=300),
    st.sampled_from([Fraction(1), Fraction(7, 5), Fraction(3, 11)]),
)
@settings(max_examples=25)
def test_whole_numbers_find_what_fractions_do(
    baseline: list[Fraction], value: Fraction, level: Fraction
) -> None:
    found = judge(value, baseline, Fraction(1), is_count=False, level=level)
    raised = [each * level for each in baseline]
    middle = median(raised)
    away = [abs(each - middle) for each in raised]
    sigma = median(away) / Fraction("0.6745") or Fraction("1.253314") * sum(away) / len(away)
    assert found is not None
    assert found.expected == middle
    assert found.score == ((value - middle) / sigma if sigma else None)


def test_a_new_level_is_followed() -> None:
    # All seven days before stood at 1.4 or so times their weekdays: today's 70 is 1.4 × 50.
    raised = [Fraction(each, 10) for each in (14, 13, 15, 14, 14, 16, 12)]
    assert level_of(raised) == Fraction("1.4")
    found = verdict(70, MONDAYS, level=level_of(raised))
    assert (found.expected, found.is_unusual) == (Fraction("70.7"), False)
    assert verdict(70, MONDAYS).is_unusual
    assert verdict(50, MONDAYS, level=level_of(raised)).is_unusual
    lowered = [Fraction(1, 2)] * 7
    assert level_of(lowered) == Fraction(1, 2)


def test_one_day_on_the_other_side_is_no_level() -> None:
    mixed = [Fraction(14, 10)] * 6 + [Fraction(9, 10)]
    assert level_of(mixed) == 1
    assert level_of([Fraction(14, 10)] * 6 + [Fraction(1)]) == 1
    assert level_of([Fraction(14, 10)] * 6) == 1
