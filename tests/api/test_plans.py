"""/api/v1/clients/<client>/plans/: written and proposed by the agency, decided by the client's people."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from accounts.models import AuditEntry, Membership
from accounts.tenancy import tenant_scope
from kpis.calendar import Period
from kpis.goal_setting.changing import goal_change
from kpis.goal_setting.services import GoalWish, goal_set
from kpis.models import Goal
from steering.models import PlanVersion
from tests.api.conftest import Caller, error, heard, person, token
from tests.cast import Cast

PLANS = "/api/v1/clients/bodega/plans/"
GROW = {"objective": "Grow", "kpi": "leads", "target": "900 by June", "data": "The CRM"}
WHOLE = {**GROW, "goal": None, "cadence": ""}


@pytest.fixture
def goal(cast: Cast) -> Iterator[Goal]:
    with time_machine.travel(datetime(2026, 3, 16, 12, tzinfo=UTC), tick=False):
        with tenant_scope(cast.aurora.pk):
            period = Period(date(2026, 1, 1), date(2026, 6, 30))
            found = goal_set(
                cast.bodega, GoalWish("leads", period, "increase", "cumulative", Decimal(900))
            )
        yield found


@pytest.fixture
def agency(cast: Cast, goal: Goal) -> Caller:
    return token(cast.aurora, "goals:write")


@pytest.fixture
def client(cast: Cast) -> Caller:
    return person(cast.vera, "aurora")


def begun(agency: Caller, *acts: str, **body: Any) -> dict[str, Any]:
    answer = agency.post(PLANS, body)
    assert answer.status_code == 201, answer.content
    plan: dict[str, Any] = answer.json()
    for act in acts:
        plan = agency.post(f"{PLANS}{plan['id']}/", {"act": act}).json()
    return plan


def test_from_the_agencys_draft_to_the_clients_yes(
    agency: Caller, client: Caller, cast: Cast
) -> None:
    plan = begun(agency, summary="2026", lines=[GROW])
    address = f"{PLANS}{plan['id']}/"
    assert (plan["number"], plan["state"], plan["lines"]) == (1, "draft", [WHOLE])
    assert client.get(PLANS).json()["results"] == []
    assert heard(client.get(address)) == (404, error("not_found"))
    agency.post(address, {"act": "propose"})
    read = client.get(address).json()
    assert read["state"] == "proposed"
    text = "Measurement plan of Bodega, version 1\n\n2026\n\nGrow\n- New leads: 900 by June (By its volume); The CRM"  # fmt: skip # noqa: E501
    assert read["proposal"]["text"] == text
    yes = {"act": "approve", "read": read["proposal"]["read"]}
    for _twice in range(2):
        answer = client.post(f"{address}decision/", yes)
        assert answer.status_code == 200
    approved = answer.json()
    with tenant_scope(cast.aurora.pk):
        number = Membership.objects.get(user=cast.vera).pk
        kept = PlanVersion.objects.get()
        audited = AuditEntry.objects.filter(actor_id=number, table_name="steering_planversion")
        assert audited.exists()
    assert approved == {
        "id": kept.pk, "number": 1, "state": "approved", "summary": "2026", "lines": [WHOLE],
        "author": None, "created_at": "2026-03-16T12:00:00Z",
        "proposed_at": "2026-03-16T12:00:00Z", "decided_at": "2026-03-16T12:00:00Z",
        "decided_by": number, "decided_name": "Vera <vera@example.com>", "answer": "",
        "text": text, "in_force_on": "2026-03-16", "replaced_on": None, "proposal": None,
    }  # fmt: skip
    del approved["proposal"]
    assert client.get(PLANS, state="approved").json()["results"] == [approved]


def test_without_lines_it_begins_with_the_goals_that_run(agency: Caller, goal: Goal) -> None:
    [line] = begun(agency)["lines"]
    assert (line["kpi"], line["goal"], line["objective"]) == ("leads", goal.pk, "")


def test_sent_back_changed_and_taken_back(agency: Caller, client: Caller) -> None:
    plan = begun(agency, "propose", lines=[GROW])
    address = f"{PLANS}{plan['id']}/"
    back = client.post(f"{address}decision/", {"act": "return", "answer": "Sales, too"})
    assert (back.json()["state"], back.json()["answer"]) == ("returned", "Sales, too")
    sales = {**GROW, "kpi": "revenue", "target": "More"}
    changed = agency.patch(address, {"lines": [GROW, sales]}).json()
    assert [line["kpi"] for line in changed["lines"]] == ["leads", "revenue"]
    assert agency.patch(address, {"summary": "Both"}).json()["lines"] == changed["lines"]
    assert agency.post(address, {"act": "propose"}).json()["answer"] == ""
    assert agency.post(address, {"act": "take_back"}).json()["state"] == "draft"
    assert agency.delete(address).status_code == 204
    assert agency.get(PLANS).json()["results"] == []


def test_one_is_worked_on_at_a_time(agency: Caller, client: Caller, cast: Cast) -> None:
    """Nor is the open one touched by the address of another."""
    first = begun(agency, "propose", lines=[GROW])
    address = f"{PLANS}{first['id']}/"
    assert heard(agency.post(PLANS, {"lines": [GROW]})) == (400, error("plan_waits"))
    assert heard(agency.patch(address, {"summary": "x"})) == (400, error("plan_waits"))
    assert heard(agency.delete(address)) == (400, error("plan_changed"))
    client.post(f"{address}decision/", {"act": "approve", "read": first["proposal"]["read"]})
    second = begun(agency, lines=[GROW])
    assert heard(agency.post(PLANS, {"lines": [GROW]})) == (400, error("plan_begun"))
    assert heard(agency.patch(address, {"summary": "x"})) == (400, error("plan_changed"))
    assert heard(agency.delete(address)) == (400, error("plan_changed"))
    assert heard(agency.post(address, {"act": "propose"})) == (400, error("plan_changed"))
    read = agency.get(PLANS).json()["results"]
    assert [(each["id"], each["state"]) for each in read] == [
        (second["id"], "draft"), (first["id"], "approved"),
    ]  # fmt: skip


def test_what_was_changed_since_it_was_read_is_not_approved(
    agency: Caller, client: Caller, cast: Cast, goal: Goal
) -> None:
    plan = begun(agency, "propose", lines=[{**GROW, "goal": goal.pk}])
    address = f"{PLANS}{plan['id']}/decision/"
    with tenant_scope(cast.aurora.pk):
        goal_change(cast.bodega, goal, {"target": Decimal(1200)}, date(2026, 1, 1))
    for read in (plan["proposal"]["read"], ""):
        answer = client.post(address, {"act": "approve", "read": read})
        assert heard(answer) == (400, error("plan_changed"))
    assert heard(client.post(address, {"act": "return"})) == (400, error("answer_missing"))
    with tenant_scope(cast.aurora.pk):
        assert PlanVersion.objects.get().state == "proposed"


def test_the_same_key_begins_one(agency: Caller, cast: Cast) -> None:
    made = [agency.post(PLANS, {"lines": [GROW]}, **{"Idempotency-Key": "k"}) for _ in range(2)]
    assert [each.status_code for each in made] == [201, 201]
    with tenant_scope(cast.aurora.pk):
        assert PlanVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ({"kpi": "luck"}, "lines.0.kpi"),
        ({"goal": 999999}, "lines.0.goal"),
        ({"cadence": "often"}, "lines.0.cadence"),
        ({"colour": "red"}, "lines.0.colour"),
        ({"target": "x" * 201}, "lines.0.target"),
    ],
)
def test_lines_that_cannot_be_kept(
    agency: Caller, cast: Cast, line: dict[str, Any], field: str
) -> None:
    answer = agency.post(PLANS, {"lines": [{**GROW, **line}]})
    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["data"]["errors"]] == [field]
    with tenant_scope(cast.aurora.pk):
        assert not PlanVersion.objects.exists()


def test_what_a_proposal_needs_is_said_at_its_line(agency: Caller) -> None:
    plan = begun(agency, lines=[{"kpi": "leads", "target": "900"}])
    answer = agency.post(f"{PLANS}{plan['id']}/", {"act": "propose"})
    assert answer.json()["code"] == "plan_invalid"
    assert [each["field"] for each in answer.json()["data"]["errors"]] == ["lines.0.objective"]


def test_malena_finds_nothing(agency: Caller, malena_robot: Caller) -> None:
    plan = begun(agency, lines=[GROW])
    assert heard(malena_robot.get(PLANS)) == (404, error("not_found"))
    assert heard(malena_robot.delete(f"{PLANS}{plan['id']}/")) == (404, error("not_found"))
