"""A goal's status, with its guards against noise (KPIS C.5 and C.7)."""

from decimal import Decimal
from fractions import Fraction

import pytest

from kpis.calendar import Period
from kpis.goals import (
    Evidence,
    GoalTerms,
    band,
    judge,
    milestones,
    poisson_interval,
    reading_for,
    unit_cost_interval,
    wilson_interval,
)
from kpis.goals.noise import poisson_at_most
from tests.kpis.goal_examples import (
    BOUNCE_RANGE,
    CLOSE_RATE,
    CPL_LEVEL,
    HALF_YEAR,
    LEADS,
    LEADS_LEVEL,
    LEADS_TOTAL,
    SPEND_CAP,
    d,
)

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
