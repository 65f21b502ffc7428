"""Milestones of goals (KPIS C.2), against figures worked out by hand."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from kpis.calendar import Period, buckets
from kpis.goals import (
    GoalTerms,
    expected_by,
    growth,
    milestones,
    needed_from_here,
    path,
    range_path,
    running_totals,
    whole_numbers,
)
from tests.kpis.goal_examples import (
    BOUNCE_RANGE,
    CPL,
    CPL_LEVEL,
    CPL_PERIOD,
    LEADS,
    LEADS_LEVEL,
    LEADS_SEASONAL,
    LEADS_TOTAL,
    d,
    rounded,
    values,
)

# --- milestones (KPIS C.2, examples 1 to 7) ---


def test_level_linear():
    assert values(LEADS_LEVEL) == ["116.67", "133.33", "150.00", "166.67", "183.33", "200.00"]
    assert milestones(LEADS_LEVEL)[0].value == Fraction(350, 3)


def test_level_compounding():
    terms = replace(LEADS_LEVEL, shape="compounding")
    assert values(terms) == ["112.25", "125.99", "141.42", "158.74", "178.18", "200.00"]
    assert rounded(growth(terms) * 100, "0.0001") == "12.2462"


def test_cumulative_compounding():
    terms = replace(LEADS_TOTAL, target=1000, baseline=100, shape="compounding")
    assert values(terms) == ["114.80", "131.80", "151.31", "173.71", "199.43", "228.95"]
    assert rounded(growth(terms) * 100, "0.0001") == "14.8039"
    amounts = [stone.value for stone in milestones(terms)]
    assert whole_numbers(amounts) == [115, 132, 151, 174, 199, 229]
    assert sum(amounts) == 1000


def test_cumulative_linear():
    assert values(LEADS_TOTAL) == ["154.14", "139.23", "154.14", "149.17", "154.14", "149.17"]
    stones = milestones(LEADS_TOTAL)
    assert whole_numbers([s.value for s in stones]) == [154, 140, 154, 149, 154, 149]
    assert running_totals(stones)[2] == Fraction(900 * 90, 181)  # 447.51, the end of March
    assert running_totals(stones)[-1] == 900


def test_cumulative_seasonal():
    assert [s.value for s in milestones(LEADS_SEASONAL)] == [120, 135, 165, 150, 180, 150]


def test_cumulative_seasonal_fills_a_missing_month_with_the_mean():
    # mean of the five known = 500/5 = 100, so the sum stays 600 with May unknown at 100
    terms = replace(LEADS_SEASONAL, last_year=(80, 90, 110, 100, None, 120))
    assert [s.value for s in milestones(terms)] == [120, 135, 165, 150, 150, 180]


def test_level_seasonal():
    terms = replace(
        LEADS_LEVEL,
        baseline=110,
        shape="seasonal",
        last_year=(100, 90, 110, 120, 150, 130, 160),
    )
    assert values(terms) == ["101.25", "126.50", "141.00", "180.00", "159.25", "200.00"]


def test_decreasing_level():
    assert values(CPL_LEVEL) == ["11.50", "11.00", "10.50", "10.00", "9.50", "9.00"]
    compounding = replace(CPL_LEVEL, shape="compounding")
    assert values(compounding, "0.0001") == [
        "11.4382",
        "10.9027",
        "10.3923",
        "9.9058",
        "9.4420",
        "9.0000",
    ]
    assert rounded(growth(compounding) * 100, "0.0001") == "-4.6816"


def test_period_goal_keeps_its_target_and_a_range_has_no_milestones():
    assert [s.value for s in milestones(CPL_PERIOD)] == [10] * 6
    assert milestones(BOUNCE_RANGE) == []


def test_weekly_grains():
    # Thursday 1 to Sunday 18 January: 4 + 7 + 7 days
    january = Period(d("2026-01-01"), d("2026-01-18"))
    total = replace(LEADS_TOTAL, period=january, grain="week", target=180)
    assert [s.value for s in milestones(total)] == [40, 70, 70]
    level = replace(LEADS_LEVEL, period=january, grain="week")
    assert [(s.period.first, s.value) for s in milestones(level)] == [
        (d("2026-01-05"), 150),
        (d("2026-01-12"), 200),
    ]


def test_needed_from_here():
    stones = milestones(LEADS_TOTAL)
    rest = needed_from_here(stones, 400, d("2026-03-31"))
    # 500 remain for 91 days, April has 30
    assert rest[0].period == Period(d("2026-04-01"), d("2026-04-30"))
    assert rest[0].value == Fraction(500 * 30, 91)  # 164.84
    assert sum(stone.value for stone in rest) == 500
    middle = needed_from_here(stones, 345, d("2026-03-15"))
    assert middle[0].period == Period(d("2026-03-16"), d("2026-03-31"))
    assert sum(stone.value for stone in middle) == 555
    assert [s.value for s in needed_from_here(stones, 950, d("2026-05-31"))] == [0]
    assert needed_from_here(stones, 400, d("2026-06-30")) == []


AMOUNTS = st.lists(st.fractions(0, 10_000, max_denominator=97), min_size=1, max_size=24)


@given(AMOUNTS)
def test_whole_numbers_add_up_and_stay_near(amounts):
    whole = whole_numbers(amounts)
    assert sum(whole) == int(sum(amounts) + Fraction(1, 2))
    assert all(abs(w - a) < 1 for w, a in zip(whole, amounts, strict=True))


def test_equal_remainders_go_to_the_earlier():
    assert whole_numbers([Fraction(1, 2), Fraction(1, 2), Fraction(1, 2), Fraction(1, 2)]) == [
        1,
        1,
        0,
        0,
    ]


PERIODS = st.builds(
    lambda first, days: Period(first, first + timedelta(days=days)),
    st.dates(date(2000, 1, 1), date(2050, 1, 1)),
    st.integers(31, 500),
)


@given(
    period=PERIODS,
    target=st.decimals(1, 10**6, places=2),
    baseline=st.decimals(1, 10**6, places=2),
    grain=st.sampled_from(["week", "month", "quarter"]),
    shape=st.sampled_from(["linear", "compounding", "seasonal"]),
    data=st.data(),
)
def test_milestones_add_to_the_target(period, target, baseline, grain, shape, data):
    n = len(buckets(period, grain))
    last_year = tuple(data.draw(st.lists(st.integers(1, 500), min_size=n, max_size=n)))
    terms = GoalTerms(
        LEADS,
        period,
        "increase",
        "cumulative",
        target=target,
        baseline=baseline,
        grain=grain,
        shape=shape,
        last_year=last_year,
    )
    stones = milestones(terms)
    assert sum(stone.value for stone in stones) == Fraction(target)
    assert expected_by(stones, period.last) == Fraction(target)
    assert expected_by(stones, period.first - timedelta(days=1)) == 0
    ratio_level = replace(terms, kpi=CPL, accumulation="level", last_year=(5, *last_year))
    if ratio_level.grains:
        stones = milestones(
            replace(ratio_level, last_year=ratio_level.last_year[: len(ratio_level.grains) + 1])
        )
        assert stones[-1].value == Fraction(target)


# --- the path on a chart ---


def month_periods(first: str, last: str) -> list[Period]:
    return [b.period for b in buckets(Period(d(first), d(last)), "month")]


def test_path_of_a_cumulative_goal():
    stones, months = milestones(LEADS_SEASONAL), month_periods("2025-12-01", "2026-07-31")
    assert path(LEADS_SEASONAL, stones, months) == [None, 120, 135, 165, 150, 180, 150, None]
    assert path(LEADS_SEASONAL, stones, months, is_running=True) == [
        None,
        120,
        255,
        420,
        570,
        750,
        900,
        None,
    ]
    days = [Period(d("2026-03-15"), d("2026-03-15"))]
    assert path(LEADS_SEASONAL, stones, days) == [Fraction(165, 31)]


def test_path_of_levels():
    months = month_periods("2026-01-01", "2026-03-31")
    assert path(CPL_LEVEL, milestones(CPL_LEVEL), months) == [Fraction(23, 2), 11, Fraction(21, 2)]
    week = [Period(d("2026-02-02"), d("2026-02-08"))]
    assert path(CPL_LEVEL, milestones(CPL_LEVEL), week) == [11]
    # 133.33 leads in February's 28 days: a quarter of it in a week
    assert path(LEADS_LEVEL, milestones(LEADS_LEVEL), week) == [Fraction(400, 3) / 4]
    assert path(CPL_PERIOD, milestones(CPL_PERIOD), months) == [10, 10, 10]


def test_path_of_a_range():
    low, high = range_path(BOUNCE_RANGE, month_periods("2026-06-01", "2026-07-31"))
    assert (low, high) == ([Fraction(2, 5), None], [Fraction(1, 2), None])
    assert path(BOUNCE_RANGE, [], month_periods("2026-06-01", "2026-06-30")) == [None]
