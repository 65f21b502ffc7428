"""/api/v1/clients/<client>/goals/bulk/ and goals/check/: many goals at once, one before it is set."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from accounts.tenancy import tenant_scope
from campaigns.models import SourceSync
from kpis.models import DailyTotal, Goal, GoalVersion
from tests.api.conftest import Caller, person
from tests.cast import Cast

GOALS = "/api/v1/clients/bodega/goals/"
BULK = f"{GOALS}bulk/"
QUARTER = {"from": "2026-01-01", "to": "2026-03-31"}
LEADS = {"kpi": "leads", **QUARTER, "target": "90"}
CPL = {"kpi": "cpl", **QUARTER, "target": "9", "baseline": "12"}


@pytest.fixture(autouse=True)
def in_february(cast: Cast) -> Iterator[None]:
    """Noon of 15 February 2026; 30 leads in each month of the half-year before."""
    with time_machine.travel(datetime(2026, 2, 15, 12, tzinfo=UTC), tick=False):
        own = {"agency": cast.aurora, "client": cast.bodega, "family": "leads"}
        with tenant_scope(cast.aurora.pk):
            SourceSync.objects.create(**own, source="crm", is_live=True)
            for month in range(7, 13):
                DailyTotal.objects.create(**own, day=date(2025, month, 10), leads=30)
        yield


def verdicts(answer: Any) -> list[str]:
    return [each["verdict"] for each in answer.json()["results"]]


def test_it_sets_changes_and_leaves_alone(cast: Cast, robot: Caller) -> None:
    bad = {**LEADS, "target": "-3"}
    answer = robot.post(BULK, {"rows": [LEADS, CPL, bad, {"kpi": "nonsense", **QUARTER}]})
    assert verdicts(answer) == ["new", "new", "refused", "refused"]
    assert answer.json()["counts"] == {"new": 2, "changed": 0, "same": 0, "refused": 2}
    errors = [[error["field"] for error in each["errors"]] for each in answer.json()["results"]]
    assert errors == [[], [], ["target"], ["kpi"]]
    again = robot.post(BULK, {"rows": [LEADS, {**CPL, "target": "8"}]})
    assert verdicts(again) == ["same", "changed"]
    with tenant_scope(cast.aurora.pk):
        assert Goal.objects.count() == 2
        assert GoalVersion.objects.count() == 3
        assert Goal.objects.get(kpi="cpl").target == 8


def test_all_or_nothing(cast: Cast, robot: Caller) -> None:
    answer = robot.post(f"{BULK}?atomic=true", {"rows": [LEADS, {**LEADS, "target": "0"}]})
    assert (answer.status_code, answer.json()["code"]) == (400, "rows_refused")
    with tenant_scope(cast.aurora.pk):
        assert not Goal.objects.exists()


def test_the_same_row_twice_in_one_call_is_one_goal(cast: Cast, robot: Caller) -> None:
    assert verdicts(robot.post(BULK, {"rows": [LEADS, LEADS]})) == ["new", "same"]


def test_milestones_by_hand_come_twice_and_stay(cast: Cast, robot: Caller) -> None:
    row = {**LEADS, "shape": "manual", "by_hand": ["20", "30", "40"]}
    assert verdicts(robot.post(BULK, {"rows": [row]})) == ["new"]
    assert verdicts(robot.post(BULK, {"rows": [row]})) == ["same"]
    moved = {**row, "by_hand": ["20", "35", "35"]}
    assert verdicts(robot.post(BULK, {"rows": [moved]})) == ["changed"]
    (goal,) = robot.get(GOALS).json()["results"]
    assert [stone["value"] for stone in goal["milestones"]] == ["20", "35", "35"]


def test_a_whole_goal_comes_back_as_it_was_said(cast: Cast, robot: Caller) -> None:
    parent = robot.post(GOALS, LEADS).json()["id"]
    said = {
        "filters": {"device": ["mobile"]},
        "grain": "week",
        "guard": {"kpi": "cpl", "operator": "at_most", "limit": "12.00"},
        "parent": parent,
        "cadence": "week",
        "thresholds": {"pace": {"on_track": "0.9", "at_risk": "0.7"}},
    }
    answer = robot.post(GOALS, {**LEADS, **said}).json()
    assert {name: answer[name] for name in said} == said
    assert robot.patch(f"{GOALS}{answer['id']}/", {"guard": None}).json()["guard"] is None


def test_a_change_says_from_when_and_why(cast: Cast, robot: Caller) -> None:
    number = robot.post(GOALS, LEADS).json()["id"]
    change = {"target": "150", "since": "2026-03-01", "reason": "A new shop"}
    answer = robot.patch(f"{GOALS}{number}/", change).json()
    # 31 + 28 stay for January and February; 91 are left for March.
    assert [stone["value"] for stone in answer["milestones"]] == ["31", "28", "91"]
    before, after = answer["versions"]
    assert (before["target"], after["target"]) == ("90", "150")
    assert (after["since"], after["reason"]) == ("2026-03-01", "A new shop")


def test_it_shows_what_a_goal_would_ask_for(cast: Cast, robot: Caller) -> None:
    wish = {**LEADS, "target": "0.50", "target_as": "relative", "accumulation": "level"}
    answer = robot.post(f"{GOALS}check/", wish).json()
    # 30 in December, half as much again: 35, 40 and 45; no month had more than 30.
    assert (answer["baseline"], answer["baseline_from"], answer["target"]) == (
        "30", "2025-12-01", "45",
    )  # fmt: skip
    assert [stone["value"] for stone in answer["milestones"]] == ["35", "40", "45"]
    assert answer["feasibility"] == {
        "asked": "45", "reached": 0, "of": 6, "best": "30", "best_from": "2025-07-01",
        "best_to": "2025-07-31", "asked_change": "0.5", "best_change": "0",
    }  # fmt: skip
    wrong = robot.post(f"{GOALS}check/", {**wish, "target": "-0.50"}).json()
    assert [each["code"] for each in wrong["problems"]] == ["target_below_baseline"]
    with tenant_scope(cast.aurora.pk):
        assert not Goal.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"filters": {"colour": ["red"]}}, "filters"),
        ({"parent": 999_999}, "parent"),
        ({"owner": 999_999}, "owner"),
        ({"baseline_from": "2025-01-01"}, "baseline_from"),
        ({"guard": {"kpi": "leads", "operator": "at_most", "limit": "1"}}, "guard.kpi"),
        ({"thresholds": {"pace": {"at_risk": "0.99"}}}, "thresholds"),
        ({"shape": "manual", "by_hand": ["1", "2", "3"]}, "by_hand"),
        ({"shape": "seasonal"}, "shape"),
    ],
)
def test_bad_input_is_told_at_its_field(
    cast: Cast, robot: Caller, change: dict[str, Any], field: str
) -> None:
    answer = robot.post(GOALS, {**LEADS, **change})
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["data"]["errors"]] == [field]


def test_it_requires_a_role_and_refuses_malena(
    cast: Cast, robot: Caller, malena_robot: Caller
) -> None:
    for path in (BULK, f"{GOALS}check/"):
        assert person(cast.vera, "aurora").post(path, {"rows": [LEADS]}).status_code == 403
        assert malena_robot.post(path, {"rows": [LEADS]}).status_code == 404
