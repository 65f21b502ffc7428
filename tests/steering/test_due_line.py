"""Reviews that wait, as the dashboard of a client says it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.tenancy import tenant_scope
from kpis.models import Goal
from steering.models import Review
from tests.cast import Cast
from tests.steering.scene import new_goal

BODEGA = "/a/aurora/c/bodega/"


@pytest.fixture
def goals(cast: Cast) -> Iterator[list[Goal]]:
    """Monday 16 March: five goals, looked at weekly, monthly, monthly, quarterly and not any more."""
    with time_machine.travel(datetime(2026, 3, 16, 12, tzinfo=UTC), tick=False):
        with tenant_scope(cast.aurora.pk):
            found = [
                new_goal(cast.bodega, kpi="revenue", cadence="month"),
                new_goal(cast.bodega),  # 900 leads in 181 days are 35 a week: weekly
                new_goal(cast.bodega, kpi="sales_count", cadence="month"),
                new_goal(cast.bodega, kpi="ad_spend", cadence="quarter"),
                new_goal(cast.bodega, kpi="sessions", closed_on=date(2026, 3, 1)),
            ]
        yield found


def board(user: User) -> str:
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(user)
    response = browser.get(BODEGA)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def line(text: str) -> list[str]:
    """The addresses of the reviews that the page asks for, in their order."""
    parts = text.split(f'href="{BODEGA}goals/')[1:]
    return [part.split("/")[0] for part in parts if part.split('"')[0].endswith("/review/")]


def test_those_that_wait_longest_come_first(goals: list[Goal], cast: Cast) -> None:
    """Weekly on Monday 5 January, monthly on 1 February; the first of April has not come."""
    read = board(cast.marta)
    revenue, leads, orders, _spend, _closed = goals
    assert line(read) == [str(each.pk) for each in (leads, revenue, orders)]
    assert "3 reviews are due" in read
    assert "since 5 Jan 2026" in read
    assert read.count("since 1 Feb 2026") == 2


def test_those_that_are_not_named_are_counted(goals: list[Goal], cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        new_goal(cast.bodega, kpi="new_customers", cadence="month")
    read = board(cast.marta)
    assert "4 reviews are due" in read
    assert (len(line(read)), "and 1 more" in read) == (3, True)


def test_what_was_looked_at_waits_no_longer(goals: list[Goal], cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        for each in goals[:3]:
            Review.objects.create(
                agency=cast.aurora, client=cast.bodega, goal=each, comment="Seen",
                reviewed_on=date(2026, 3, 16), next_on=date(2026, 3, 17),
            )  # fmt: skip
    read = board(cast.marta)
    assert (line(read), "due" in read.split("<main")[1]) == ([], False)


def test_only_who_writes_reviews_is_asked_for_them(goals: list[Goal], cast: Cast) -> None:
    assert [len(line(board(each))) for each in (cast.alicia, cast.marta)] == [3, 3]
    assert [len(line(board(each))) for each in (cast.ana, cast.vera)] == [0, 0]


def test_another_clients_wait_elsewhere(goals: list[Goal], cast: Cast) -> None:
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(cast.marta)
    assert line(browser.get("/a/aurora/c/cafe/").content.decode()) == []
    browser.force_login(cast.malena)
    assert browser.get(BODEGA).status_code == 404


def test_the_statements_do_not_grow_with_the_goals(goals: list[Goal], cast: Cast) -> None:
    def statements() -> int:
        browser = Browser()
        browser.force_login(cast.marta)
        browser.get(BODEGA)
        with CaptureQueriesContext(connection) as captured:
            browser.get(BODEGA)
        return len(captured)

    before = statements()
    with tenant_scope(cast.aurora.pk):
        for _each in range(6):
            new_goal(cast.bodega, kpi="leads", cadence="day")
    assert statements() == before
