"""What the screens say of time: the rule of every comparison by name, unequal lengths, today."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from accounts.tenancy import tenant_scope
from campaigns.models import SourceSync
from kpis.calendar import CalendarRules, Period
from kpis.compare import (
    FISCAL,
    LAST_YEAR,
    LAST_YEAR_WEEK,
    LAST_YEAR_WEEKDAY,
    PREVIOUS,
    TO_DATE,
    comparison_for,
    offered_rules,
)
from kpis.models import DailyTotal
from tests.cast import Cast

JULY = CalendarRules(fiscal_first_month=7)


def days(first: str, last: str) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last))


# --- weeks of equal number, and week 53 ---


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        # 2026-W10 → 2025-W10
        (("2026-03-02", "2026-03-08"), ("2025-03-03", "2025-03-09")),
        # 2027-W01 → 2026-W01, where the weekday rule lands on 2026-W02
        (("2027-01-04", "2027-01-10"), ("2025-12-29", "2026-01-04")),
        # 2027-W10 to W12 → 2026-W10 to W12
        (("2027-03-08", "2027-03-28"), ("2026-03-02", "2026-03-22")),
        # 2026-W53, and 2026-W52 to W53: 2025 had 52 weeks
        (("2026-12-28", "2027-01-03"), None),
        (("2026-12-21", "2027-01-03"), None),
    ],
)
def test_same_week_numbers(asked: tuple[str, str], expected: tuple[str, str] | None) -> None:
    comparison = comparison_for(days(*asked), LAST_YEAR_WEEK)
    assert comparison.rule == LAST_YEAR_WEEK
    assert comparison.period == (days(*expected) if expected else None)


def test_weeks_from_sunday_have_no_number() -> None:
    sundays = CalendarRules(week_start=7)
    comparison = comparison_for(days("2026-03-01", "2026-03-07"), LAST_YEAR_WEEK, sundays)
    assert comparison.rule == PREVIOUS


def test_over_a_week_53_the_lengths_differ_and_it_is_said() -> None:
    """2027-W52 to 2028-W02 are three weeks; 2026-W52 to 2027-W02 are four, for 2026 has a W53."""
    comparison = comparison_for(days("2027-12-27", "2028-01-16"), LAST_YEAR_WEEK)
    assert comparison.period == days("2026-12-21", "2027-01-17")
    assert not comparison.is_same_length


@pytest.mark.parametrize(
    ("asked", "rules", "absent"),
    [
        (("2026-03-02", "2026-03-08"), CalendarRules(), {FISCAL}),
        (("2026-03-01", "2026-03-31"), CalendarRules(), {FISCAL, LAST_YEAR_WEEK}),
        (("2026-03-01", "2026-03-31"), JULY, {LAST_YEAR_WEEK}),
        (("2026-03-01", "2026-03-15"), JULY, {FISCAL, LAST_YEAR_WEEK}),
    ],
)
def test_only_rules_that_apply_are_offered(
    asked: tuple[str, str], rules: CalendarRules, absent: set[str]
) -> None:
    everything = {"previous", "to_date", "last_year", "last_year_weekday", LAST_YEAR_WEEK, FISCAL}
    assert everything - set(offered_rules(days(*asked), rules)) == absent


# --- on the pages ---


@pytest.fixture
def april(cast: Cast) -> Iterator[Cast]:
    """15 April 2026, with leads that began long ago: 310 in March, 280 in February, 5 today."""
    own: dict[str, Any] = {"agency_id": cast.aurora.pk, "client": cast.bodega}
    with time_machine.travel(datetime(2026, 4, 15, 12, tzinfo=UTC), tick=False):
        with tenant_scope(cast.aurora.pk):
            cast.bodega.fiscal_month = 7
            cast.bodega.save()
            SourceSync.objects.create(**own, family="leads", source="crm", is_live=True)
            for day, leads in (
                (date(2025, 3, 10), 200),
                (date(2026, 2, 10), 280),
                (date(2026, 3, 10), 310),
                (date(2026, 4, 14), 4),
                (date(2026, 4, 15), 5),
            ):
                DailyTotal.objects.create(**own, family="leads", day=day, leads=leads)
        yield cast


def page(cast: Cast, first: str, last: str, compare: str) -> str:
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(cast.vera)
    address = reverse("kpi", args=["aurora", "bodega", "leads"])
    seen = browser.get(address, {"from": first, "to": last, "compare": compare})
    return " ".join(seen.content.decode().replace("\u00a0", " ").split())


@pytest.mark.parametrize(
    ("compare", "asked", "words"),
    [
        (PREVIOUS, ("2026-03-01", "2026-03-31"), "previous period: 1–28 Feb 2026"),
        (PREVIOUS, ("2026-03-01", "2026-03-15"), "previous period: 14–28 Feb 2026"),
        (TO_DATE, ("2026-03-01", "2026-03-14"), "same days of the previous unit: 1–14 Feb 2026"),
        (LAST_YEAR, ("2026-03-01", "2026-03-15"), "last year, same dates: 1–15 Mar 2025"),
        (LAST_YEAR_WEEKDAY, ("2026-03-01", "2026-03-15"), "last year, same weekdays: 2–16 Mar 2025"),
        (FISCAL, ("2026-03-01", "2026-03-31"), "same fiscal period, last year: 1–31 Mar 2025"),
        (LAST_YEAR_WEEK, ("2026-03-02", "2026-03-08"), "last year, same week numbers: 3–9 Mar 2025"),
        ("default", ("2026-03-02", "2026-03-08"), "last year, same weekdays: 3–9 Mar 2025"),
        ("default", ("2026-03-01", "2026-03-15"), "last year, same dates: 1–15 Mar 2025"),
    ],
)  # fmt: skip
def test_every_rule_is_named_with_its_days(
    april: Cast, compare: str, asked: tuple[str, str], words: str
) -> None:
    assert f"compared with {words}" in page(april, *asked, compare)


def test_months_of_unequal_length_are_also_told_per_day(april: Cast) -> None:
    said = page(april, "2026-03-01", "2026-03-31", PREVIOUS)
    assert "(31 days against 28)" in said
    # 310 after 280 are 10.7 % more, and yet 310/31 = 280/28 = 10.0 a day.
    assert "Per day 10,0 after 10,0 (0,0 %)" in said
    same = page(april, "2026-03-01", "2026-03-31", LAST_YEAR)
    assert "Per day" not in same and "days against" not in same


def test_a_rule_that_gives_way_names_the_one_in_its_place(april: Cast) -> None:
    said = page(april, "2026-03-02", "2026-03-14", TO_DATE)
    assert "compared with previous period: 17 Feb – 1 Mar 2026" in said


def test_today_has_no_arrow_and_says_so(april: Cast) -> None:
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(april.vera)
    address = reverse("kpi", args=["aurora", "bodega", "leads"])
    today = {"from": "2026-04-14", "to": "2026-04-15", "compare": PREVIOUS}
    seen = browser.get(address, today)
    figure = seen.context["page"].card.figure
    # Of both days only the 14th is complete: its 4 leads, no arrow.
    assert (figure.text, figure.state, figure.change.arrow) == ("4", "partial", "")
    assert "not over yet: the last complete day is 14 Apr 2026" in seen.content.decode()


def test_the_usual_range_ends_yesterday(april: Cast) -> None:
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(april.vera)
    seen = browser.get(reverse("dashboard", args=["aurora", "bodega"]))
    assert seen.context["choice"].period.last == date(2026, 4, 14)
    assert "not over yet" not in seen.content.decode()
