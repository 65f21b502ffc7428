from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.calendar import Period, buckets
from kpis.goals import (
    Evidence,
    GoalKpi,
    GoalTerms,
    absolute_target,
    attainment,
    band,
    days_elapsed,
    ends_in,
    expected,
    expected_by,
    funnel_targets,
    growth,
    judge,
    milestones,
    needed_from_here,
    pace,
    path,
    poisson_interval,
    problems,
    range_path,
    reading_for,
    required_ratio,
    running_totals,
    share_inside,
    unit_cost_interval,
    whole_numbers,
    wilson_interval,
)
from kpis.goals.noise import poisson_at_most

LEADS = GoalKpi("leads", "sum", is_count=True)
SPEND = GoalKpi("ad_spend", "sum", better="neutral")
CPL = GoalKpi("cpl", "ratio", better="lower")
ROI = GoalKpi("roi", "ratio")
BOUNCE = GoalKpi("bounce_rate", "ratio", better="lower")
PIPELINE = GoalKpi("open_pipeline_value", "last")
USERS = GoalKpi("users", "distinct", is_count=True)
CLOSE_RATE = GoalKpi("lead_to_customer_rate", "ratio", is_cohort=True)


def d(text: str) -> date:
    return date.fromisoformat(text)


HALF_YEAR = Period(d("2026-01-01"), d("2026-06-30"))  # 181 days

LEADS_LEVEL = GoalTerms(LEADS, HALF_YEAR, "increase", "level", target=200, baseline=100)
LEADS_TOTAL = GoalTerms(LEADS, HALF_YEAR, "increase", "cumulative", target=900)
LEADS_SEASONAL = replace(LEADS_TOTAL, shape="seasonal", last_year=(80, 90, 110, 100, 120, 100))
CPL_LEVEL = GoalTerms(CPL, HALF_YEAR, "decrease", "level", target=9, baseline=12)
CPL_PERIOD = GoalTerms(CPL, HALF_YEAR, "decrease", "period", target=10, baseline=12)
SPEND_CAP = GoalTerms(SPEND, HALF_YEAR, "cap", "cumulative", target=2500)
BOUNCE_RANGE = GoalTerms(
    BOUNCE,
    HALF_YEAR,
    "maintain",
    "level",
    low=Decimal("0.40"),
    high=Decimal("0.50"),
    tolerance=Decimal("0.05"),
)
ROI_LEVEL = GoalTerms(
    ROI, HALF_YEAR, "increase", "level", target=Decimal("0.30"), baseline=Decimal("-0.20")
)


def values(terms: GoalTerms, places: str = "0.01") -> list[str]:
    return [rounded(stone.value, places) for stone in milestones(terms)]


def rounded(value: Fraction, places: str = "0.01") -> str:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return str(exact.quantize(Decimal(places), rounding="ROUND_HALF_UP"))


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


def test_big_goal_to_small_ones_along_the_funnel():
    targets = funnel_targets(50_000, 250, Fraction(10, 100), Fraction(4, 100), 8)
    assert (targets.orders, targets.leads, targets.visits, targets.budget) == (
        200,
        2_000,
        50_000,
        16_000,
    )


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


# --- status (KPIS C.5) ---


def status(terms: GoalTerms, as_of: str, actual, **known) -> tuple[str, str]:
    small = known.pop("is_small_sample", False)
    day = d(as_of)
    evidence = Evidence(day, actual, reading_for(terms, day, small), **known)
    verdict = judge(terms, milestones(terms), evidence)
    return verdict.status, verdict.reason


@pytest.mark.parametrize(
    ("as_of", "actual", "expected_status"),
    [
        ("2025-12-20", None, "not_started"),
        ("2025-12-31", None, "too_early"),  # it begins today
        ("2026-01-18", 3, "too_early"),  # 18 of 181 days: under 10 %
        ("2026-01-19", 95, "on_track"),  # expected 94.48
        ("2026-03-15", 351, "on_track"),  # 351/367.96 = 95.4 %
        ("2026-03-15", 345, "at_risk"),  # 93.76 %
        ("2026-03-15", 290, "off_track"),  # 78.8 %
        ("2026-03-15", None, "no_data"),
        ("2026-01-10", 900, "achieved"),  # at once, however early
        ("2026-03-15", 901, "achieved"),
    ],
)
def test_status_of_a_cumulative_goal(as_of, actual, expected_status):
    assert status(LEADS_TOTAL, as_of, actual)[0] == expected_status


def test_partial_data_is_no_data():
    assert status(LEADS_TOTAL, "2026-03-15", 345, is_partial=True) == ("no_data", "")
    assert status(LEADS_TOTAL, "2026-06-30", 345, is_partial=True, is_closed=True)[0] == "no_data"


@pytest.mark.parametrize(
    ("terms", "actual", "expected_status"),
    [
        (LEADS_TOTAL, 900, "achieved"),
        (LEADS_TOTAL, 899, "missed"),
        (LEADS_LEVEL, 200, "achieved"),
        (CPL_LEVEL, Decimal("9.00"), "achieved"),
        (CPL_LEVEL, Decimal("9.01"), "missed"),
        (SPEND_CAP, 2500, "achieved"),
        (SPEND_CAP, 2501, "missed"),
        (BOUNCE_RANGE, Decimal("0.50"), "achieved"),
        (BOUNCE_RANGE, Decimal("0.51"), "missed"),
    ],
)
def test_status_at_the_close(terms, actual, expected_status):
    assert status(terms, "2026-06-30", actual, is_closed=True) == (expected_status, "")


def test_level_goals_are_achieved_only_at_the_close():
    assert status(CPL_LEVEL, "2026-06-30", Decimal("8.00")) == ("on_track", "")


def test_maintain_at_the_close_needs_every_grain_or_the_agreed_share():
    close = {"is_closed": True, "grains_inside": (5, 6)}
    assert status(BOUNCE_RANGE, "2026-06-30", Decimal("0.45"), **close)[0] == "missed"
    agreed = {**close, "required_share": Fraction(5, 6)}
    assert status(BOUNCE_RANGE, "2026-06-30", Decimal("0.45"), **agreed)[0] == "achieved"


@pytest.mark.parametrize(
    ("actual", "expected_status"),
    [("0.45", "on_track"), ("0.55", "at_risk"), ("0.35", "at_risk"), ("0.56", "off_track")],
)
def test_status_of_a_range(actual, expected_status):
    assert status(BOUNCE_RANGE, "2026-03-15", Decimal(actual))[0] == expected_status


@pytest.mark.parametrize(
    ("actual", "expected_status"),
    [
        (0, ("on_track", "")),
        (1000, ("on_track", "")),  # expected 2500 × 74/181 = 1022.10
        (1200, ("at_risk", "")),  # 85.2 %
        (1330, ("off_track", "")),  # 76.8 %
        (2501, ("off_track", "over_cap")),
    ],
)
def test_status_of_a_cap(actual, expected_status):
    assert status(SPEND_CAP, "2026-03-15", actual) == expected_status


def test_a_cap_overrun_is_said_at_once():
    assert status(SPEND_CAP, "2026-01-02", 2501) == ("off_track", "over_cap")


def test_level_of_a_sum_waits_for_its_first_month():
    assert status(LEADS_LEVEL, "2026-01-15", None)[0] == "too_early"  # 60 leads so far say nothing
    assert status(LEADS_LEVEL, "2026-01-31", 117)[0] == "on_track"  # against 116.67
    assert status(LEADS_LEVEL, "2026-02-10", 90)[0] == "off_track"  # still January's: 77.1 %


def test_cohort_goal_waits_for_mature_members():
    terms = GoalTerms(
        CLOSE_RATE,
        HALF_YEAR,
        "increase",
        "level",
        target=Decimal("0.12"),
        baseline=Decimal("0.10"),
    )
    assert status(terms, "2026-03-15", Decimal("0.11"), members=29)[0] == "too_early"
    assert status(terms, "2026-03-15", Decimal("0.11"), members=30)[0] == "on_track"


def test_few_leads_may_be_chance():
    # expected 4, got 2: pace 50 %, but P(X ≤ 2 | 4) = 0.2381
    assert round(poisson_at_most(2, 4), 4) == 0.2381
    terms = GoalTerms(
        LEADS, Period(d("2026-01-01"), d("2026-01-20")), "increase", "cumulative", target=10
    )
    assert status(terms, "2026-01-08", 2) == ("at_risk", "chance")
    assert status(terms, "2026-01-08", 0) == ("off_track", "")  # P(X = 0 | 4) = 0.018


def test_an_uncertain_level_is_not_off_course():
    # CPL 250/20 = 12.50: leads 14.53 to 27.05, CPL 9.24 to 17.21
    assert [round(x, 2) for x in poisson_interval(20)] == [14.53, 27.05]
    interval = unit_cost_interval(250, 20)
    assert [round(x, 2) for x in interval] == [9.24, 17.21]
    actual = Decimal("15.00")  # 11/15 = 73 % of February's milestone
    assert status(CPL_LEVEL, "2026-02-20", actual) == ("off_track", "")
    assert status(CPL_LEVEL, "2026-02-20", actual, interval=interval) == ("at_risk", "chance")
    assert status(CPL_LEVEL, "2026-02-20", actual, interval=(13.0, 17.0)) == ("off_track", "")


def test_a_rate_far_under_its_milestone_is_off_course_even_if_uncertain():
    terms = GoalTerms(
        CLOSE_RATE, HALF_YEAR, "increase", "level", target=Decimal("0.20"), baseline=Decimal("0.10")
    )
    # 3 of 60, z = 1.2816: centre (0.05 + 0.0137)/1.0274 = 0.0620, half width 0.0375;
    # the milestone of February is 13.3 %
    interval = wilson_interval(3, 60)
    assert [round(x, 4) for x in interval] == [0.0244, 0.0995]
    known = {"members": 60, "interval": interval}
    assert status(terms, "2026-02-20", Decimal("0.05"), **known) == ("off_track", "")


def test_intervals_at_their_edges():
    assert poisson_interval(0)[0] == 0
    assert round(poisson_interval(0)[1], 4) == 2.3026  # −ln 0.1
    assert unit_cost_interval(250, 0) is None
    low, high = wilson_interval(12, 100)
    assert low < 0.12 < high
    assert wilson_interval(0, 0) == (0.0, 1.0)


def test_broken_guard_is_at_best_at_risk_and_never_achieved():
    assert status(LEADS_TOTAL, "2026-03-15", 400, is_guard_broken=True) == ("at_risk", "guard")
    assert status(LEADS_TOTAL, "2026-03-15", 950, is_guard_broken=True) == ("at_risk", "guard")
    assert status(LEADS_TOTAL, "2026-03-15", 200, is_guard_broken=True)[0] == "off_track"
    closed = {"is_closed": True, "is_guard_broken": True}
    assert status(LEADS_TOTAL, "2026-06-30", 950, **closed) == ("missed", "guard")


@pytest.mark.parametrize(
    ("made", "committed", "candidate"),
    [  # KPIS C.7, day by day
        ("0.970", "on_track", "on_track"),
        ("0.940", "on_track", "at_risk"),
        ("0.955", "at_risk", "at_risk"),
        ("0.965", "at_risk", "at_risk"),
        ("0.790", "at_risk", "off_track"),
        ("0.810", "at_risk", "at_risk"),
        ("0.815", "off_track", "off_track"),
        ("0.830", "off_track", "at_risk"),
        ("0.960", "at_risk", "at_risk"),
        ("0.975", "at_risk", "on_track"),
        ("0.980", "off_track", "on_track"),
    ],
)
def test_leaving_a_worse_status_takes_a_little_more(made, committed, candidate):
    assert band(Decimal(made), committed) == candidate


# --- definitions (KPIS C.1) ---


def codes(terms: GoalTerms) -> list[str]:
    return [problem.code for problem in problems(terms)]


@pytest.mark.parametrize(
    "terms",
    [
        LEADS_LEVEL,
        LEADS_TOTAL,
        LEADS_SEASONAL,
        CPL_LEVEL,
        CPL_PERIOD,
        SPEND_CAP,
        BOUNCE_RANGE,
        ROI_LEVEL,
        GoalTerms(USERS, HALF_YEAR, "increase", "level", target=200, baseline=100),
    ],
)
def test_well_formed_goals(terms):
    assert codes(terms) == []


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        (replace(LEADS_TOTAL, kind="double"), "unknown_kind"),
        (replace(LEADS_TOTAL, grain="day"), "unknown_grain"),
        (replace(LEADS_TOTAL, shape="bumpy"), "unknown_shape"),
        (replace(CPL_LEVEL, accumulation="cumulative"), "kind_accumulation"),
        (replace(BOUNCE_RANGE, accumulation="cumulative"), "kind_accumulation"),
        (replace(SPEND_CAP, accumulation="level"), "kind_accumulation"),
        (replace(LEADS_TOTAL, kpi=replace(LEADS, has_goals=False)), "no_goal"),
        (replace(LEADS_TOTAL, kpi=CPL), "cumulative_needs_sum"),
        (replace(LEADS_TOTAL, kpi=USERS), "cumulative_needs_sum"),
        (replace(SPEND_CAP, kpi=USERS), "cap_needs_sum"),
        (replace(CPL_PERIOD, kpi=USERS), "period_needs_ratio"),
        (replace(CPL_PERIOD, kpi=LEADS), "period_needs_ratio"),
        (replace(LEADS_TOTAL, target=None), "no_target"),
        (replace(LEADS_TOTAL, target=0), "target_not_positive"),
        (replace(SPEND_CAP, baseline=5), "cap_has_no_baseline"),
        (replace(LEADS_LEVEL, baseline=None), "no_baseline"),
        (replace(LEADS_LEVEL, baseline=200), "target_equals_baseline"),
        (replace(LEADS_LEVEL, baseline=300), "target_below_baseline"),
        (replace(CPL_LEVEL, target=13), "target_above_baseline"),
        (replace(BOUNCE_RANGE, low=Decimal("0.5")), "low_high"),
        (replace(BOUNCE_RANGE, high=None), "low_high"),
        (replace(BOUNCE_RANGE, tolerance=-1), "tolerance"),
        (replace(SPEND_CAP, kpi=replace(SPEND, key="x"), shape="compounding"), "cap_shape"),
        (replace(ROI_LEVEL, shape="compounding"), "compounding_needs_positive"),
        (replace(LEADS_TOTAL, shape="compounding"), "compounding_needs_positive"),
        (replace(LEADS_TOTAL, shape="seasonal"), "not_enough_last_year"),
        # 4 of 6 months are less than three quarters
        (replace(LEADS_SEASONAL, last_year=(80, 90, 110, 100, None, None)), "not_enough_last_year"),
        (replace(LEADS_SEASONAL, last_year=(0, 0, 0, 0, 0, 0)), "not_enough_last_year"),
        (
            replace(LEADS_LEVEL, shape="seasonal", last_year=(100, 90, None, 120, 150, 130, 160)),
            "not_enough_last_year",
        ),
        (
            replace(LEADS_LEVEL, shape="seasonal", last_year=(0, 90, 110, 120, 150, 130, 160)),
            "not_enough_last_year",
        ),
        (
            replace(LEADS_LEVEL, grain="week", period=Period(d("2026-01-01"), d("2026-01-04"))),
            "no_whole_grain",
        ),
        (replace(LEADS_LEVEL, period=Period(d("2026-01-15"), d("2026-06-30"))), "partial_grain"),
    ],
)
def test_refused_goals(terms, code):
    assert code in codes(terms)


def test_neutral_kpi_is_only_questioned():
    terms = replace(LEADS_TOTAL, kpi=SPEND)
    assert [(p.code, p.is_warning) for p in problems(terms)] == [("neutral_kpi", True)]


def test_relative_and_points_are_not_the_same():
    rate = Decimal("0.04")
    assert absolute_target("relative", Decimal("0.10"), rate) == Fraction(44, 1000)  # 4.4 %
    assert absolute_target("points", Decimal("0.10"), rate) == Fraction(14, 100)  # 14.0 %
    assert absolute_target("absolute", 12, None) == 12
    with pytest.raises(ValueError, match="baseline"):
        absolute_target("relative", Decimal("0.10"), None)


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
