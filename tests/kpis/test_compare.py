from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.calendar import CalendarRules, Period, PeriodError
from kpis.compare import (
    FISCAL,
    LAST_YEAR,
    LAST_YEAR_WEEKDAY,
    NONE,
    PREVIOUS,
    RULES,
    TO_DATE,
    change,
    comparison_for,
    default_rule,
    partner_week,
)

JULY_YEAR = CalendarRules(fiscal_first_month=7)


def period(first: str, last: str) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last))


# --- periods (KPIS G.8) ---


@pytest.mark.parametrize(
    ("rule", "asked", "expected"),
    [
        # previous period, whole unit
        (PREVIOUS, ("2026-03-01", "2026-03-31"), ("2026-02-01", "2026-02-28")),
        (PREVIOUS, ("2026-01-01", "2026-03-31"), ("2025-10-01", "2025-12-31")),
        (PREVIOUS, ("2025-01-01", "2025-12-31"), ("2024-01-01", "2024-12-31")),
        (PREVIOUS, ("2026-03-02", "2026-03-08"), ("2026-02-23", "2026-03-01")),
        (PREVIOUS, ("2026-03-01", "2026-03-01"), ("2026-02-28", "2026-02-28")),
        # previous period, any range
        (PREVIOUS, ("2026-03-01", "2026-03-15"), ("2026-02-14", "2026-02-28")),
        # to date
        (TO_DATE, ("2026-03-01", "2026-03-14"), ("2026-02-01", "2026-02-14")),
        (TO_DATE, ("2026-03-01", "2026-03-31"), ("2026-02-01", "2026-02-28")),
        (TO_DATE, ("2026-01-01", "2026-02-14"), ("2025-10-01", "2025-11-14")),
        (TO_DATE, ("2026-01-01", "2026-05-10"), ("2025-01-01", "2025-05-10")),
        # last year, by date
        (LAST_YEAR, ("2026-03-01", "2026-03-15"), ("2025-03-01", "2025-03-15")),
        (LAST_YEAR, ("2024-02-29", "2024-02-29"), ("2023-02-28", "2023-02-28")),
        # last year, by weekday
        (LAST_YEAR_WEEKDAY, ("2026-03-01", "2026-03-15"), ("2025-03-02", "2025-03-16")),
        (LAST_YEAR_WEEKDAY, ("2026-11-27", "2026-11-27"), ("2025-11-28", "2025-11-28")),
        # 2027-W01 → 2026-W02, after a 53-week year
        (LAST_YEAR_WEEKDAY, ("2027-01-04", "2027-01-10"), ("2026-01-05", "2026-01-11")),
        # fiscal: the whole period, though February had 29 days
        (FISCAL, ("2025-02-01", "2025-02-28"), ("2024-02-01", "2024-02-29")),
    ],
)
def test_comparison_periods(rule, asked, expected):
    comparison = comparison_for(period(*asked), rule)
    assert (comparison.rule, comparison.period) == (rule, period(*expected))


def test_fiscal_period_9():
    comparison = comparison_for(period("2026-03-01", "2026-03-31"), FISCAL, JULY_YEAR)
    assert comparison.period == period("2025-03-01", "2025-03-31")
    year = comparison_for(period("2025-07-01", "2026-06-30"), FISCAL, JULY_YEAR)
    assert year.period == period("2024-07-01", "2025-06-30")


def test_unequal_lengths_are_said():
    assert not comparison_for(period("2026-03-01", "2026-03-31"), PREVIOUS).is_same_length
    assert comparison_for(period("2026-03-01", "2026-03-15"), PREVIOUS).is_same_length


def test_to_date_in_january_needs_its_unit():
    january = period("2026-01-01", "2026-01-14")
    assert comparison_for(january, TO_DATE).period == period("2025-12-01", "2025-12-14")
    assert comparison_for(january, TO_DATE, unit="quarter").period == period(
        "2025-10-01", "2025-10-14"
    )
    assert comparison_for(january, TO_DATE, unit="year").period == period(
        "2025-01-01", "2025-01-14"
    )


def test_a_rule_that_cannot_apply_gives_way_and_says_so():
    comparison = comparison_for(period("2026-03-02", "2026-03-14"), TO_DATE)
    assert comparison.rule == PREVIOUS
    assert comparison.period == period("2026-02-17", "2026-03-01")
    assert str(comparison.name) == "Previous period"
    assert comparison_for(period("2026-03-02", "2026-03-14"), FISCAL).rule == PREVIOUS


def test_no_comparison():
    comparison = comparison_for(period("2026-03-02", "2026-03-14"), NONE)
    assert (comparison.rule, comparison.period) == (NONE, None)


def test_unknown_rule_is_refused():
    with pytest.raises(PeriodError) as error:
        comparison_for(period("2026-03-02", "2026-03-14"), "best_month")
    assert error.value.code == "unknown_comparison"


@pytest.mark.parametrize(
    ("asked", "rule"),
    [
        (("2026-03-01", "2026-03-01"), LAST_YEAR_WEEKDAY),
        (("2026-03-02", "2026-03-08"), LAST_YEAR_WEEKDAY),
        (("2026-03-02", "2026-03-15"), LAST_YEAR_WEEKDAY),
        (("2026-03-01", "2026-03-31"), LAST_YEAR),
        (("2026-01-01", "2026-03-31"), LAST_YEAR),
        (("2026-01-01", "2026-12-31"), LAST_YEAR),
        (("2026-03-01", "2026-03-15"), LAST_YEAR),
        (("2026-03-03", "2026-03-09"), LAST_YEAR),
        # four whole weeks, but a month first of all
        (("2027-02-01", "2027-02-28"), LAST_YEAR),
    ],
)
def test_default_rule(asked, rule):
    assert default_rule(period(*asked)) == rule
    assert comparison_for(period(*asked)).rule == rule


@given(
    first=st.dates(date(1990, 1, 1), date(2060, 1, 1)),
    days=st.integers(1, 800),
    rule=st.sampled_from([rule for rule in RULES if rule != NONE]),
    week_start=st.sampled_from([1, 7]),
    month=st.integers(1, 12),
)
def test_a_comparison_lies_before_and_is_named(first, days, rule, week_start, month):
    asked = Period(first, first + timedelta(days=days - 1))
    comparison = comparison_for(asked, rule, CalendarRules(week_start, month))
    assert comparison.rule in RULES
    assert comparison.period.first < asked.first
    if comparison.rule == PREVIOUS:
        assert comparison.period.last + timedelta(days=1) == asked.first
    if comparison.rule == LAST_YEAR_WEEKDAY:
        assert comparison.period.first.weekday() == asked.first.weekday()


def test_week_53_has_no_partner():
    assert partner_week(date(2026, 12, 28)) is None
    assert partner_week(date(2027, 1, 4)) == date(2025, 12, 29)


# --- the change (KPIS B.1.4, B.1.5) ---


def test_change_is_exact():
    assert change(Decimal("120"), Decimal("100")).relative == Fraction(1, 5)
    assert change(Decimal("0.3"), Decimal("0.1")).absolute == Fraction(1, 5)
    assert change(80, 100).relative == Fraction(-1, 5)


def test_change_from_zero_is_new():
    from_zero = change(5, 0)
    assert (from_zero.absolute, from_zero.relative, from_zero.is_new) == (5, None, True)
    nothing = change(0, 0)
    assert (nothing.absolute, nothing.relative, nothing.is_new) == (0, None, False)


def test_change_from_a_negative_value_is_only_absolute():
    assert change(Decimal("50"), Decimal("-20")) == change(Decimal("-10"), Decimal("-80"))
    assert change(Decimal("50"), Decimal("-20")).relative is None


@pytest.mark.parametrize(("now", "before"), [(None, 5), (5, None), (None, None)])
def test_change_without_a_side_is_unknown(now, before):
    unknown = change(now, before)
    assert (unknown.absolute, unknown.relative, unknown.is_new) == (None, None, False)
    assert unknown.tone("higher") == "neutral"


@pytest.mark.parametrize(
    ("now", "better", "tone"),
    [
        (120, "higher", "good"),
        (80, "higher", "bad"),
        (120, "lower", "bad"),
        (80, "lower", "good"),
        (120, "neutral", "neutral"),
        (100, "higher", "neutral"),
    ],
)
def test_tone_follows_the_direction(now, better, tone):
    assert change(now, 100).tone(better) == tone
