"""/api/v1/clients/<client>/incidents/ and /alert-rules/: read, act, make, change, put away."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from accounts.tenancy import tenant_scope
from steering.models import AlertRule, IncidentStep
from tests.api.conftest import Caller, token
from tests.cast import Cast
from tests.steering.scene import MONDAY, judged, new_goal, night, only_incident

CLIENT = "/api/v1/clients/bodega/"
RULES = f"{CLIENT}alert-rules/"
FALL = {
    "name": "Fewer leads", "kpi": "leads", "condition": "change", "direction": "below",
    "span": "week", "limit": "0.2", "least_volume": "30",
}  # fmt: skip


@pytest.fixture
def robot(cast: Cast) -> Caller:
    return token(cast.aurora, "data:read", "goals:write")


@pytest.fixture
def incident(cast: Cast) -> dict[str, Any]:
    with tenant_scope(cast.aurora.pk):
        goal = new_goal(cast.bodega)
        judged(goal, "on_track", "at_risk", MONDAY - timedelta(days=1))
        return {"id": only_incident().pk, "goal": goal.pk}


def test_incidents_are_listed_and_filtered(robot: Caller, incident: dict[str, Any]) -> None:
    [found] = robot.get(f"{CLIENT}incidents/").json()["results"]
    assert found.pop("changed_at")
    assert found == {
        "id": incident["id"], "goal": incident["goal"], "rule": None, "kpi": "leads",
        "severity": "warning", "status": "at_risk", "state": "open", "opened_on": "2026-03-15",
        "snoozed_until": None, "resolved_on": None, "value": "345", "expected": "367.9558",
    }  # fmt: skip
    assert robot.get(f"{CLIENT}incidents/", state="resolved").json()["results"] == []
    assert robot.get(f"{CLIENT}incidents/{incident['id']}/").json()["state"] == "open"


@time_machine.travel(night(MONDAY, 10), tick=False)
def test_acts_and_the_way_back(robot: Caller, incident: dict[str, Any], cast: Cast) -> None:
    address = f"{CLIENT}incidents/{incident['id']}/"
    for _twice in range(2):
        done = robot.post(address, {"act": "acknowledge", "note": "Seen"})
        assert (done.status_code, done.json()["state"]) == (200, "acknowledged")
    until = "2026-03-30"
    assert robot.post(address, {"act": "snooze", "until": until}).json()["snoozed_until"] == until
    assert robot.post(address, {"act": "undo"}).json()["state"] == "acknowledged"
    assert robot.post(address, {"act": "resolve"}).json()["resolved_on"] == "2026-03-16"
    with tenant_scope(cast.aurora.pk):
        steps = IncidentStep.objects.order_by("pk").values_list("act", flat=True)
        assert list(steps) == ["opened", "acknowledged", "snoozed", "undone", "resolved"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"act": "dance"}, 400, "invalid"),
        ({"act": "snooze"}, 400, "invalid"),
        ({"act": "snooze", "until": "2020-01-01"}, 400, "bad_day"),
        ({"act": "undo"}, 400, "nothing_to_undo"),
        ({"act": "resolve", "why": "x"}, 400, "invalid"),
    ],
)
def test_what_cannot_be_done(
    robot: Caller, incident: dict[str, Any], body: dict[str, str], status: int, code: str
) -> None:
    answer = robot.post(f"{CLIENT}incidents/{incident['id']}/", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_rule_is_made_changed_and_put_away(robot: Caller, cast: Cast) -> None:
    made = robot.post(RULES, FALL)
    assert made.status_code == 201
    rule = made.json()
    assert rule.pop("created_at")
    number = rule.pop("id")
    assert rule == {
        **FALL, "against": "before", "least_change": None, "severity": "warning", "channel": None,
        "campaign": None, "note": "", "is_paused": False, "is_archived": False,
    }  # fmt: skip
    changed = robot.patch(f"{RULES}{number}/", {"limit": "0.3", "is_paused": True}).json()
    assert (changed["limit"], changed["is_paused"], changed["name"]) == ("0.3", True, "Fewer leads")
    assert robot.browser.delete(f"{RULES}{number}/", headers=robot.headers).status_code == 204
    [listed] = robot.get(RULES).json()["results"]
    assert listed["is_archived"] is True
    assert robot.patch(f"{RULES}{number}/", {"is_archived": False}).json()["is_archived"] is False
    with tenant_scope(cast.aurora.pk):
        assert AlertRule.objects.get().archived_at is None


def test_the_same_key_makes_one_rule(robot: Caller, cast: Cast) -> None:
    numbers = [robot.post(RULES, FALL, **{"Idempotency-Key": "k"}).json()["id"] for _ in range(2)]
    assert numbers[0] == numbers[1]
    with tenant_scope(cast.aurora.pk):
        assert AlertRule.objects.count() == 1


@pytest.mark.parametrize(
    "change", [{"limit": None}, {"kpi": "luck"}, {"campaign": "none"}, {"luck": 1}, {"span": "x"}]
)
def test_what_makes_no_rule(robot: Caller, cast: Cast, change: dict[str, Any]) -> None:
    answer = robot.post(RULES, {**FALL, **change})
    assert answer.status_code == 400
    assert next(iter(change)) in str(answer.json()["data"])
    with tenant_scope(cast.aurora.pk):
        assert not AlertRule.objects.exists()


def test_malena_finds_nothing(cast: Cast, incident: dict[str, Any]) -> None:
    hers = token(cast.boreal, "data:read", "goals:write")
    assert hers.get(f"{CLIENT}incidents/").status_code == 404
    assert hers.post(f"{CLIENT}incidents/{incident['id']}/", {"act": "resolve"}).status_code == 404
