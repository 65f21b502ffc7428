"""/api/v1/goal-templates/: kept, looked at with clients' own numbers, set at many, twice is once."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from accounts.tenancy import tenant_scope
from campaigns.models import SourceSync
from kpis.models import Goal, GoalTemplate
from tests.api.conftest import Caller, error, heard, token
from tests.cast import Cast
from tests.kpis.test_goals_services import leads, spend

TEMPLATES = "/api/v1/goal-templates/"
GROW = {"name": "Grow", "kpi": "leads", "target": "90", "period": "next_quarter"}
CHEAPER = {
    "name": "Cheaper", "kpi": "cpl", "accumulation": "level", "target": "-0.25",
    "target_as": "relative", "period": "next_quarter",
}  # fmt: skip
BOTH = {"clients": ["cafe", "bodega"]}


@pytest.fixture
def robot(cast: Cast) -> Iterator[Caller]:
    with time_machine.travel(datetime(2026, 2, 10, 12, tzinfo=UTC), tick=False):
        yield token(cast.aurora, "goals:write")


def kept(robot: Caller, wish: dict[str, Any]) -> str:
    """The address of a new one."""
    answer = robot.post(TEMPLATES, wish)
    assert answer.status_code == 201, answer.content
    return f"{TEMPLATES}{answer.json()['id']}/"


def goals(cast: Cast) -> list[Goal]:
    with tenant_scope(cast.aurora.pk):
        return list(Goal.objects.order_by("client_id"))


def test_it_is_kept_listed_and_changed(robot: Caller) -> None:
    address = kept(robot, GROW)
    other = kept(robot, CHEAPER)
    whole = robot.get(address).json()
    assert whole == {
        "id": whole["id"], **GROW, "channel": None, "kind": "increase",
        "accumulation": "cumulative", "target_as": "absolute", "low": None, "high": None,
        "shape": "linear", "grain": "month", "guard": None, "note": "", "is_archived": False,
        "created_at": "2026-02-10T12:00:00Z", "changed_at": "2026-02-10T12:00:00Z",
    }  # fmt: skip
    guard = {"kpi": "cpl", "operator": "at_most", "limit": "12.5"}
    changed = robot.patch(address, {"target": "120", "guard": guard}).json()
    assert changed == {**whole, "target": "120", "guard": guard}
    # another KPI has another usual way; what was said besides stays
    told = robot.patch(address, {"kpi": "sessions", "guard": None}).json()
    assert (told["kpi"], told["accumulation"], told["guard"], told["target"]) == (
        "sessions", "cumulative", None, "120",
    )  # fmt: skip
    robot.patch(other, {"is_archived": True})

    def names(**query: Any) -> list[str]:
        return [each["name"] for each in robot.get(TEMPLATES, **query).json()["results"]]

    assert (names(), names(sort="name")) == (["Cheaper", "Grow"], ["Cheaper", "Grow"])
    assert (names(is_archived="true"), names(kpi="sessions")) == (["Cheaper"], ["Grow"])
    assert robot.patch(other, {"is_archived": False}).json()["is_archived"] is False


def test_it_is_looked_at_and_set_by_each_clients_own_numbers(robot: Caller, cast: Cast) -> None:
    """Bodega paid 1,200 for 100 leads in January: 12 each, and 25 % less is 9. Cafe has nothing."""
    with tenant_scope(cast.aurora.pk):
        for family in ("ads", "leads"):
            SourceSync.objects.create(
                agency=cast.aurora, client=cast.bodega, family=family, source="manual", is_live=True
            )
        spend(cast.bodega, date(2026, 1, 5), "1200.00")
        leads(cast.bodega, date(2026, 1, 5), 100)
    address = kept(robot, CHEAPER)
    cafe, bodega = robot.post(f"{address}check/", BOTH).json()["results"]
    reason = "There is no value to start from yet: write the target as a number."
    spring = {"from": "2026-04-01", "to": "2026-06-30"}
    assert cafe == {
        "client": "cafe", "verdict": "refused", "goal": None, **spring, "reason": reason,
        "draft": None,
    }  # fmt: skip
    draft = bodega.pop("draft")
    assert bodega == {
        "client": "bodega", "verdict": "new", "goal": None, **spring, "reason": "",
    }  # fmt: skip
    assert (draft["target"], draft["baseline"]) == ("9.00", "12.00")
    assert goals(cast) == []
    first, again = (robot.post(f"{address}apply/", BOTH).json()["results"] for _ in range(2))
    [goal] = goals(cast)
    refused = {"client": "cafe", "verdict": "refused", "goal": None, "reason": reason}
    own = {"client": "bodega", "goal": goal.pk, "reason": ""}
    assert first == [refused, {**own, "verdict": "new"}]
    assert again == [refused, {**own, "verdict": "same"}]
    assert (goal.client_id, goal.target, goal.entered) == (cast.bodega.pk, 9, Decimal("-0.25"))
    seen = robot.post(f"{address}check/", {"clients": ["bodega"]}).json()["results"]
    assert (seen[0]["verdict"], seen[0]["goal"]) == ("same", goal.pk)


def test_the_same_key_keeps_one(robot: Caller, cast: Cast) -> None:
    made = [robot.post(TEMPLATES, GROW, **{"Idempotency-Key": "k"}).json() for _ in range(2)]
    assert made[0] == made[1]
    with tenant_scope(cast.aurora.pk):
        assert GoalTemplate.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"target": None}, "target"),
        ({"kpi": "nonsense"}, "kpi"),
        ({"kpi": "email_open_rate"}, "kpi"),  # its numbers are no aim
        ({"shape": "manual"}, "shape"),
        ({"period": "yesterday"}, "period"),
        ({"kind": "maintain", "low": "5", "high": "4"}, "high"),
        ({"kind": "decrease", "accumulation": "cumulative"}, "accumulation"),
        ({"guard": {"kpi": "leads", "operator": "at_most", "limit": "4"}}, "guard.kpi"),
        ({"guard": {"kpi": "luck", "operator": "at_most", "limit": "4"}}, "guard.kpi"),
        ({"guard": {"kpi": "cpl", "operator": "at_most"}}, "guard.limit"),
        ({"clients": ["bodega"]}, "clients"),
    ],
)
def test_what_no_client_could_have(
    robot: Caller, cast: Cast, change: dict[str, Any], field: str
) -> None:
    answer = robot.post(TEMPLATES, {**GROW, **change})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert [each["field"] for each in answer.json()["data"]["errors"]] == [field]
    with tenant_scope(cast.aurora.pk):
        assert not GoalTemplate.objects.exists()


def test_a_name_is_given_once_and_clients_are_named_rightly(robot: Caller) -> None:
    address = kept(robot, GROW)
    twice = robot.post(TEMPLATES, GROW).json()["data"]["errors"]
    assert [(each["field"], each["code"]) for each in twice] == [("name", "name_taken")]
    for clients in ([], ["bodega", "dulce"], ["bodega"] * 51, "bodega"):
        answer = robot.post(f"{address}apply/", {"clients": clients})
        assert answer.status_code == 400
        assert answer.json()["data"]["errors"][0]["field"].startswith("clients")


def test_only_for_keys_of_the_whole_agency(robot: Caller, cast: Cast, malena_robot: Caller) -> None:
    address = kept(robot, GROW)
    narrow = token(cast.aurora, "goals:write", client=cast.bodega)
    assert heard(narrow.get(TEMPLATES))[0] == 403
    assert heard(narrow.post(f"{address}apply/", {"clients": ["bodega"]}))[0] == 403
    assert malena_robot.get(TEMPLATES).json()["results"] == []
    assert heard(malena_robot.get(address)) == (404, error("not_found"))
    assert heard(malena_robot.post(f"{address}apply/", BOTH)) == (404, error("not_found"))
