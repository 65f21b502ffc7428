"""/api/v1/clients/<client>/reviews/: read, and kept with the numbers of that day."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from accounts.models import Membership
from accounts.tenancy import tenant_scope
from kpis.models import Goal
from steering.models import Review
from tests.api.conftest import Caller, error, heard, person
from tests.cast import Cast
from tests.steering.scene import new_goal

REVIEWS = "/api/v1/clients/bodega/reviews/"


@pytest.fixture
def goal(cast: Cast) -> Iterator[Goal]:
    """Monday 16 March 2026; 345 leads of 367.96 that were expected."""
    with time_machine.travel(datetime(2026, 3, 16, 12, tzinfo=UTC), tick=False):
        with tenant_scope(cast.aurora.pk):
            found = new_goal(cast.bodega)
        yield found


def told(goal: Goal, **more: Any) -> dict[str, Any]:
    return {"goal": goal.pk, "comment": "Behind since February", **more}


def test_a_review_is_kept_with_its_numbers(goal: Goal, cast: Cast) -> None:
    """900 leads in 181 days are 35 a week: weekly, so it is due again on Monday 23 March."""
    marta = person(cast.marta, "aurora")
    answer = marta.post(REVIEWS, told(goal))
    assert answer.status_code == 201
    made = answer.json()
    with tenant_scope(cast.aurora.pk):
        number = Membership.objects.get(user=cast.marta).pk
    assert made.pop("created_at") == "2026-03-16T12:00:00Z"
    assert made == {
        "id": made["id"], "goal": goal.pk, "kpi": "leads", "reviewed_on": "2026-03-16",
        "as_of": "2026-03-15", "value": "345", "expected": "367.9558", "status": "on_track",
        "comment": "Behind since February", "decision": "", "people": "",
        "next_on": "2026-03-23", "author": number,
    }  # fmt: skip
    read = person(cast.vera, "aurora").get(f"{REVIEWS}{made['id']}/").json()  # the client's, too
    assert (read["comment"], read["next_on"]) == ("Behind since February", "2026-03-23")


def test_they_are_listed_by_goal_and_page(goal: Goal, cast: Cast, robot: Caller) -> None:
    with tenant_scope(cast.aurora.pk):
        other = new_goal(cast.bodega, kpi="revenue", currency="EUR")
    days = ("2026-03-02", "2026-03-09")
    first, second = (robot.post(REVIEWS, told(goal, reviewed_on=day)).json()["id"] for day in days)
    third = robot.post(REVIEWS, told(other, next_on="2026-06-01")).json()
    assert (third["value"], third["next_on"]) == ("345.00", "2026-06-01")

    def ids(**query: Any) -> list[int]:
        return [each["id"] for each in robot.get(REVIEWS, **query).json()["results"]]

    assert ids() == [third["id"], second, first]
    assert ids(goal=goal.pk) == [second, first]
    assert ids(kpi="revenue") == [third["id"]]
    assert ids(sort="reviewed_on") == [first, second, third["id"]]
    page = robot.get(REVIEWS, limit=2).json()
    assert [each["id"] for each in page["results"]] == [third["id"], second]
    rest = robot.browser.get(page["next"], headers=robot.headers).json()
    assert ([each["id"] for each in rest["results"]], rest["next"]) == ([first], None)


def test_the_same_words_and_the_same_key_are_one(goal: Goal, cast: Cast, robot: Caller) -> None:
    for _twice in range(2):
        robot.post(REVIEWS, told(goal))
        robot.post(REVIEWS, told(goal, comment="Again"), **{"Idempotency-Key": "k"})
    with tenant_scope(cast.aurora.pk):
        assert Review.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"goal": 999999}, "goal"),
        ({"comment": " "}, "comment"),
        ({"next_on": "2026-03-16"}, "next_on"),
        ({"next_on": "soon"}, "next_on"),
        ({"value": "900"}, "value"),
        ({"decision": "x" * 2001}, "decision"),
    ],
)
def test_what_makes_no_review(
    goal: Goal, cast: Cast, robot: Caller, change: dict[str, Any], field: str
) -> None:
    answer = robot.post(REVIEWS, {**told(goal), **change})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert [each["field"] for each in answer.json()["data"]["errors"]] == [field]
    with tenant_scope(cast.aurora.pk):
        assert not Review.objects.exists()


def test_another_clients_goal_and_malena(
    goal: Goal, cast: Cast, robot: Caller, malena_robot: Caller
) -> None:
    with tenant_scope(cast.aurora.pk):
        cafes = new_goal(cast.cafe)
    assert robot.post(REVIEWS, told(cafes)).status_code == 400
    assert heard(malena_robot.post(REVIEWS, told(goal))) == (404, error("not_found"))
    assert heard(robot.get(f"{REVIEWS}999999/")) == (404, error("not_found"))
