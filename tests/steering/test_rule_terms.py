"""Alert rules as arithmetic: limits, changes, own history, and what is too little to judge."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from kpis.calendar import STANDARD, Period
from steering.rule_terms import (
    RuleReading,
    RuleTerms,
    days_compared,
    days_read,
    find,
    weekdays_before,
)

D = Decimal
ABOVE_12 = RuleTerms("threshold", "above", "week", D(12))
BELOW_40 = RuleTerms("threshold", "below", "day", D(40), is_critical=True)
FALL = RuleTerms("change", "below", "week", D("0.2"), least_change=D(5))
ODD = RuleTerms("history", "either", "day")
#: The last eight Mondays of KPIS D.3: median 50.5, MAD 2.0, band 50.5 ± 10.3781.
MONDAYS = tuple(D(n) for n in (52, 48, 55, 50, 47, 53, 51, 49))


def said(terms: RuleTerms, value, compared=None, is_firing=False, **more) -> tuple[str, str]:
    numbers = [None if each is None else D(str(each)) for each in (value, compared)]
    found = find(terms, RuleReading(*numbers, **more), is_firing)
    return found.candidate, found.reason


@pytest.mark.parametrize(
    ("terms", "value", "is_firing", "expected"),
    [
        (ABOVE_12, 12, False, "on_track"),  # at the limit is not above it
        (ABOVE_12, 12.01, False, "at_risk"),
        # Firing, it takes 12 − 5 % of 12 = 11.40 to stop.
        (ABOVE_12, 11.41, True, "at_risk"),
        (ABOVE_12, 11.40, True, "on_track"),
        (BELOW_40, 39.9, False, "off_track"),  # critical
        (BELOW_40, 40, False, "on_track"),
        (BELOW_40, 41.9, True, "off_track"),  # 40 + 5 % of 40 = 42
        (BELOW_40, 42, True, "on_track"),
    ],
)
def test_a_limit(terms, value, is_firing, expected):
    assert said(terms, value, is_firing=is_firing) == (expected, "")


@pytest.mark.parametrize(
    ("value", "compared", "is_firing", "expected"),
    [
        (80, 100, False, ("on_track", "")),  # −20 % is not more than 20 %
        (79, 100, False, ("at_risk", "")),
        (81.1, 100, True, ("on_track", "")),  # 20 % less its twentieth: 19 %; −18.9 % is back
        (80.9, 100, True, ("at_risk", "")),  # −19.1 %
        (120, 100, False, ("on_track", "")),
        (3, 6, False, ("on_track", "")),  # −50 %, but by 3, and 5 is the least
        (0, 6, False, ("at_risk", "")),
        (5, 0, False, ("", "no_comparison")),
        (5, None, False, ("", "no_comparison")),
    ],
)
def test_a_change_needs_the_share_and_the_amount(value, compared, is_firing, expected):
    assert said(FALL, value, compared, is_firing) == expected


def test_up_and_either():
    rise = RuleTerms("change", "above", "week", D("0.2"))
    assert [said(rise, value, 100)[0] for value in (121, 79)] == ["at_risk", "on_track"]
    both = RuleTerms("change", "either", "week", D("0.2"))
    assert [said(both, value, 100)[0] for value in (121, 79, 110)] == [
        "at_risk", "at_risk", "on_track",
    ]  # fmt: skip


def test_its_own_history():
    assert said(ODD, 20, baseline=MONDAYS) == ("at_risk", "")  # M = −10.29
    assert said(ODD, 45, baseline=MONDAYS) == ("on_track", "")  # M = −1.85
    high = RuleTerms("history", "above", "day")
    assert said(high, 20, baseline=MONDAYS) == ("on_track", "")
    assert said(ODD, 20, baseline=MONDAYS[:7]) == ("", "short_history")
    found = find(ODD, RuleReading(D(20), baseline=MONDAYS))
    assert found.against == D("50.5")


def test_what_is_too_little_is_not_judged():
    rate = RuleTerms("threshold", "below", "week", D("0.04"), least_volume=D(200))
    assert said(rate, 0.01, volume=Fraction(199)) == ("", "few_cases")
    assert said(rate, 0.01, volume=Fraction(200)) == ("at_risk", "")
    counts = RuleTerms("change", "below", "week", D("0.2"), least_volume=D(30))
    assert said(counts, 2, 29) == ("", "few_cases")  # the larger of the two
    assert said(counts, 2, 30) == ("at_risk", "")
    assert said(ABOVE_12, None) == ("", "no_value")


@pytest.mark.parametrize(
    ("span", "read", "before"),
    [
        ("day", ("2026-03-15", "2026-03-15"), ("2026-03-08", "2026-03-08")),  # the same weekday
        ("week", ("2026-03-09", "2026-03-15"), ("2026-03-02", "2026-03-08")),
        ("month", ("2026-02-16", "2026-03-15"), ("2026-01-19", "2026-02-15")),
        ("month_to_date", ("2026-03-01", "2026-03-15"), ("2026-02-01", "2026-02-15")),
    ],
)
def test_the_days_of_a_rule(span, read, before):
    days = days_read(span, date(2026, 3, 15), STANDARD)
    assert days == Period(*map(date.fromisoformat, read))
    terms = RuleTerms("change", "below", span, D("0.2"), "before")
    assert days_compared(terms, days, STANDARD) == Period(*map(date.fromisoformat, before))
    year = RuleTerms("change", "below", span, D("0.2"), "last_year")
    assert days_compared(year, days, STANDARD).first.year == days.first.year - 1


def test_twelve_weekdays():
    days = weekdays_before(date(2026, 3, 16))
    assert (len(days), days[0], days[-1]) == (12, date(2026, 3, 9), date(2025, 12, 22))
