"""What a goal should be at, its pace and its attainment (KPIS C.3, C.4)."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.calendar import Period
from kpis.goals import (
    GoalTerms,
    attainment,
    band,
    days_elapsed,
    ends_in,
    expected,
    milestones,
    pace,
    reading_for,
    required_ratio,
    share_inside,
)
from tests.kpis.goal_examples import (
    BOUNCE_RANGE,
    CPL_LEVEL,
    CPL_PERIOD,
    HALF_YEAR,
    LEADS_LEVEL,
    LEADS_SEASONAL,
    LEADS_TOTAL,
    PIPELINE,
    ROI,
    ROI_LEVEL,
    SPEND_CAP,
    d,
    rounded,
)

# --- expected and pace (KPIS C.3) ---


def test_expected_by_day_depends_on_the_shape():
    as_of = d("2026-03-15")  # 31 + 28 + 15 = 74 days
    linear = expected(LEADS_TOTAL, milestones(LEADS_TOTAL), as_of)
    assert linear == Fraction(900 * 74, 181)  # 367.9558
    assert rounded(pace(LEADS_TOTAL, 345, linear) * 100) == "93.76"
    seasonal = expected(LEADS_SEASONAL, milestones(LEADS_SEASONAL), as_of)
    # 900 × (170/600 + 110/600 × 15/31)
    assert rounded(seasonal, "0.0001") == "334.8387"
    assert rounded(pace(LEADS_SEASONAL, 345, seasonal) * 100) == "103.03"
    assert days_elapsed(LEADS_TOTAL, as_of) == 74
    assert ends_in(LEADS_TOTAL, as_of) == 107


def test_cap_pace():
    assert pace(SPEND_CAP, 1300, 1000) == Fraction(10, 13)  # 76.92 %
    assert pace(SPEND_CAP, 0, 1000) is None


def test_level_pace_is_the_ratio_to_the_milestone():
    stones = milestones(CPL_LEVEL)
    assert expected(CPL_LEVEL, stones, d("2026-01-20")) == Fraction(23, 2)
    ratio = pace(CPL_LEVEL, Decimal("11.80"), Fraction(23, 2))
    assert rounded(ratio * 100) == "97.46"  # 11.50/11.80, though only 40 % of the way is made


def test_pace_of_a_kpi_that_may_be_negative():
    stones = milestones(ROI_LEVEL)
    # −20 % + 50 points / 6 = −11.67 %
    assert stones[0].value == Fraction(-20, 100) + Fraction(50, 600)
    at_start = pace(ROI_LEVEL, Decimal("-0.20"), stones[0].value)
    assert at_start == 1 - Fraction(1, 6)  # 1 − 0.0833/0.50 = 0.833
    assert band(at_start) == "at_risk"


def test_period_pace_is_against_the_target():
    as_of = d("2026-03-31")
    wanted = expected(CPL_PERIOD, milestones(CPL_PERIOD), as_of)
    assert wanted == 10
    assert pace(CPL_PERIOD, Fraction(4200, 380), wanted) == Fraction(38, 42)


@pytest.mark.parametrize(
    ("terms", "as_of", "small", "period", "grain"),
    [
        (LEADS_TOTAL, "2026-03-15", False, ("2026-01-01", "2026-03-15"), None),
        (LEADS_TOTAL, "2026-09-15", False, ("2026-01-01", "2026-06-30"), None),
        # a sum per month waits for the whole month
        (LEADS_LEVEL, "2026-01-31", False, ("2026-01-01", "2026-01-31"), None),
        (LEADS_LEVEL, "2026-03-15", False, ("2026-02-01", "2026-02-28"), None),
        # a ratio is read over the month to date, with few units over the last whole month
        (
            CPL_LEVEL,
            "2026-03-15",
            False,
            ("2026-03-01", "2026-03-15"),
            ("2026-03-01", "2026-03-31"),
        ),
        (CPL_LEVEL, "2026-03-15", True, ("2026-02-01", "2026-02-28"), None),
        # a goal that begins inside a month reads that month from its own first day
        (
            replace(CPL_LEVEL, period=Period(d("2026-01-15"), d("2026-03-31"))),
            "2026-01-20",
            False,
            ("2026-01-15", "2026-01-20"),
            ("2026-01-15", "2026-01-31"),
        ),
        # a stock on the last day
        (
            GoalTerms(PIPELINE, HALF_YEAR, "increase", "level", target=2, baseline=1),
            "2026-03-15",
            False,
            ("2026-03-15", "2026-03-15"),
            ("2026-03-01", "2026-03-31"),
        ),
    ],
)
def test_what_is_read(terms, as_of, small, period, grain):
    reading = reading_for(terms, d(as_of), small)
    read = Period(*map(d, period))
    assert (reading.period, reading.grain) == (read, Period(*map(d, grain)) if grain else read)


def test_nothing_is_read_before_the_first_whole_month():
    assert reading_for(LEADS_LEVEL, d("2026-01-15")) is None
    assert reading_for(CPL_LEVEL, d("2026-01-15"), is_small_sample=True) is None
    assert reading_for(LEADS_TOTAL, d("2025-12-31")) is None


# --- attainment (KPIS C.4) ---


@pytest.mark.parametrize(
    ("terms", "actual", "expected_share"),
    [
        (LEADS_TOTAL, 345, Fraction(345, 900)),  # 38.33 %
        (LEADS_TOTAL, 945, Fraction(105, 100)),  # not clamped
        (LEADS_LEVEL, 150, Fraction(1, 2)),
        (CPL_LEVEL, Decimal("10.50"), Fraction(1, 2)),
        (CPL_LEVEL, Decimal("12.60"), Fraction(-1, 5)),
        (SPEND_CAP, 2000, Fraction(4, 5)),
        (BOUNCE_RANGE, Decimal("0.45"), Fraction(1)),
        (BOUNCE_RANGE, Decimal("0.52"), Fraction(3, 5)),
        (BOUNCE_RANGE, Decimal("0.38"), Fraction(3, 5)),
        (BOUNCE_RANGE, Decimal("0.56"), Fraction(0)),
        (LEADS_TOTAL, None, None),
    ],
)
def test_attainment(terms, actual, expected_share):
    assert attainment(terms, actual) == expected_share


def test_share_of_grains_inside_the_range():
    months = [Decimal(x) for x in ("0.41", "0.45", "0.52", "0.40", "0.50", "0.48")]
    assert share_inside(BOUNCE_RANGE, months) == Fraction(5, 6)  # 83.33 %
    assert share_inside(BOUNCE_RANGE, [None]) is None


def test_default_tolerance_is_half_the_width():
    terms = replace(BOUNCE_RANGE, tolerance=None)  # half of 10 points: 5
    assert attainment(terms, Decimal("0.52")) == Fraction(3, 5)
    assert attainment(replace(terms, tolerance=0), Decimal("0.52")) == 0


def test_what_the_rest_of_a_period_goal_must_do():
    # 10,000 / 10 = 1,000 leads in all, 620 more from 5,800
    assert required_ratio(10_000, 10, 4_200, 380) == Fraction(5800, 620)  # 9.3548
    assert required_ratio(10_000, 10, 4_200, 1_000) is None
    assert required_ratio(10_000, 10, 10_000, 380) is None


@given(
    baseline=st.fractions(-100, 100, max_denominator=50),
    target=st.fractions(-100, 100, max_denominator=50),
)
def test_level_attainment_is_0_at_the_baseline_and_1_at_the_target(baseline, target):
    if baseline == target:
        return
    kind = "increase" if target > baseline else "decrease"
    terms = GoalTerms(ROI, HALF_YEAR, kind, "level", target=target, baseline=baseline)
    assert attainment(terms, baseline) == 0
    assert attainment(terms, target) == 1
    assert pace(terms, target, target) == 1
