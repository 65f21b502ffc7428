"""Which goals are well formed (KPIS C.1)."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from kpis.calendar import Period
from kpis.goals import (
    GoalTerms,
    absolute_target,
    problems,
)
from tests.kpis.goal_examples import (
    BOUNCE_RANGE,
    CPL,
    CPL_LEVEL,
    CPL_PERIOD,
    HALF_YEAR,
    LEADS,
    LEADS_LEVEL,
    LEADS_SEASONAL,
    LEADS_TOTAL,
    ROI_LEVEL,
    SPEND,
    SPEND_CAP,
    USERS,
    d,
)

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
