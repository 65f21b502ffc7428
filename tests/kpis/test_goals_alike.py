"""A goal like one that is there: warned of with its name, by page and API, and set all the same."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import SourceSync
from kpis.calendar import Period
from kpis.goal_setting.alike import MOST_NAMED, goals_alike
from kpis.goal_setting.services import GoalWish, goal_draft, goal_set
from kpis.models import Goal
from tests.api.conftest import ALL_SCOPES, token
from tests.cast import Cast
from tests.kpis.test_goals_pages import address, browser_of, written

HALF_YEAR = Period(date(2026, 1, 1), date(2026, 6, 30))
SPRING = Period(date(2026, 4, 1), date(2026, 6, 30))
LEADS = GoalWish("leads", HALF_YEAR, "increase", "cumulative", Decimal(900))
PAID = replace(LEADS, channel="paid_search")
MOBILE = replace(LEADS, dimensions={"device": ("mobile",)})


@pytest.fixture(autouse=True)
def march(cast: Cast) -> Iterator[None]:
    """16 March 2026; Bodega's leads are known."""
    with time_machine.travel(datetime(2026, 3, 16, 12, tzinfo=UTC), tick=False):
        with tenant_scope(cast.aurora.pk):
            SourceSync.objects.create(
                agency=cast.aurora, client=cast.bodega, family="leads", source="crm", is_live=True
            )
        yield


@pytest.fixture
def bodega(cast: Cast) -> Iterator[Client]:
    with tenant_scope(cast.aurora.pk):
        yield cast.bodega


def codes(client: Client, wish: GoalWish) -> list[tuple[str, int | None]]:
    told = goal_draft(client, wish).problems
    return [(each.code, each.goal) for each in told if each.goal is not None]


def test_the_same_days_come_before_some_of_them(bodega: Client) -> None:
    spring = goal_set(bodega, replace(LEADS, period=SPRING, target=Decimal(500)))
    same = goal_set(bodega, replace(LEADS, target=Decimal(10)))
    assert codes(bodega, LEADS) == [("goal_there", same.pk), ("goal_overlaps", spring.pk)]
    for month in (1, 2, 3):
        goal_set(bodega, replace(LEADS, period=Period(date(2026, month, 1), date(2026, month, 28))))
    assert len(goals_alike(bodega, LEADS)) == MOST_NAMED == 3
    told = goal_draft(bodega, replace(LEADS, target=None)).problems
    assert [each.code for each in told] == ["no_target"], "what is wrong comes first"


def test_another_scope_is_another_goal(bodega: Client) -> None:
    goals = [goal_set(bodega, wish) for wish in (LEADS, PAID, MOBILE)]
    assert [goals_alike(bodega, wish) for wish in (LEADS, PAID, MOBILE)] == [
        (goal,) for goal in goals
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"archived_at": timezone.now()},
        {"closed_on": date(2026, 3, 1)},
        {"kind": "cap"},
        {"cost_basis": "full"},
        {"starts_on": date(2025, 1, 1), "ends_on": date(2025, 12, 31)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_is_over_or_another_is_none(bodega: Client, change: dict[str, Any]) -> None:
    goal = goal_set(bodega, LEADS)
    assert goals_alike(bodega, LEADS) == (goal,)
    Goal.objects.filter(pk=goal.pk).update(**change)
    assert goals_alike(bodega, LEADS) == ()


def test_a_step_does_not_compete_with_what_it_serves(bodega: Client) -> None:
    year = goal_set(bodega, replace(LEADS, period=Period(date(2026, 1, 1), date(2026, 12, 31))))
    half = goal_set(bodega, replace(LEADS, parent=year))
    spring = replace(LEADS, period=SPRING)
    assert goals_alike(bodega, spring) == (half, year)
    assert goals_alike(bodega, replace(spring, parent=half)) == ()
    assert goals_alike(bodega, replace(spring, parent=year)) == (half,)


def test_another_client_does_not_matter(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        goal_set(cast.cafe, LEADS)
        assert goals_alike(cast.bodega, LEADS) == ()


def test_the_form_names_it_and_sets_it_all_the_same(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        there = goal_set(cast.bodega, PAID)
    browser = browser_of(cast.marta)
    asked = written(channel="paid_search", starts_on="2026-04-01", do="look")
    page = browser.post(address("goal_new"), asked)
    (line,) = page.context["draft"].problems
    assert (line.is_warning, line.name) == (
        True,
        "New leads · Paid Search, 1 Jan\u2009–\u200930 Jun 2026",
    )
    link = f'<a href="{address("goal_detail", there.pk)}">{line.name}</a>'
    assert "some of these days. If one is a step" in page.content.decode()
    assert link in page.content.decode()
    assert browser.post(address("goal_new"), {**asked, "do": "save"}).status_code == 302
    with tenant_scope(cast.aurora.pk):
        assert Goal.objects.count() == 2


def test_the_check_by_api_says_its_number(cast: Cast) -> None:
    robot = token(cast.aurora, *ALL_SCOPES)
    body: dict[str, Any] = {
        "kpi": "leads", "from": "2026-01-01", "to": "2026-06-30", "target": "900",
    }  # fmt: skip
    number = robot.post("/api/v1/clients/bodega/goals/", body).json()["id"]
    answer = robot.post("/api/v1/clients/bodega/goals/check/", {**body, "target": "950"}).json()
    assert answer["problems"] == [
        {
            "field": "period",
            "code": "goal_there",
            "message": (
                "The client has a goal of this kind for the same numbers and days already."
            ),
            "is_warning": True,
            "goal": number,
        }
    ]
