"""/api/v1/clients/<client>/comments/: read by all who read numbers, written by people and keys for it."""

from typing import Any

import pytest

from accounts.models import Membership
from accounts.tenancy import tenant_scope
from kpis.models import Goal
from steering.models import Comment
from tests.api.conftest import Caller, error, heard, person, token
from tests.cast import Cast
from tests.steering.scene import new_goal

COMMENTS = "/api/v1/clients/bodega/comments/"
FAIR = {"kpi": "leads", "text": "Fair week"}


@pytest.fixture
def goal(cast: Cast) -> Goal:
    with tenant_scope(cast.aurora.pk):
        return new_goal(cast.bodega)


def test_the_client_says_something_and_the_agency_reads_it(goal: Goal, cast: Cast) -> None:
    vera, ana = person(cast.vera, "aurora"), person(cast.ana, "aurora")
    answer = vera.post(COMMENTS, FAIR)
    assert answer.status_code == 201
    made = answer.json()
    with tenant_scope(cast.aurora.pk):
        number = Membership.objects.get(user=cast.vera).pk
    assert made.pop("at")
    assert made == {
        "id": made["id"], "kpi": "leads", "goal": None, "text": "Fair week", "author": number,
        "author_name": "Vera",
    }  # fmt: skip
    ana.post(COMMENTS, {"goal": goal.pk, "text": "Noted"})

    def texts(**query: Any) -> list[str]:
        return [each["text"] for each in ana.get(COMMENTS, **query).json()["results"]]

    assert texts() == ["Noted", "Fair week"]
    assert texts(goal=goal.pk) == ["Noted"]
    assert (texts(kpi="revenue"), texts(kpi="leads", limit=1)) == ([], ["Noted"])
    assert ana.get(f"{COMMENTS}{made['id']}/").json()["text"] == "Fair week"
    page = ana.get("/a/aurora/c/bodega/kpi/leads/").content.decode()
    assert ("Fair week" in page, "Noted" in page) == (True, False)  # the goal's own is on its page


def test_ones_own_is_removed_and_stays_in_the_audit(cast: Cast) -> None:
    vera, marta = person(cast.vera, "aurora"), person(cast.marta, "aurora")
    address = f"{COMMENTS}{vera.post(COMMENTS, FAIR).json()['id']}/"
    assert heard(marta.delete(address)) == (403, error("forbidden"))
    assert vera.delete(address).status_code == 204
    assert heard(vera.delete(address)) == (404, error("not_found"))
    assert marta.get(COMMENTS).json()["results"] == []
    with tenant_scope(cast.aurora.pk):
        assert Comment.objects.get().withdrawn_at is not None


def test_a_key_speaks_by_its_own_name(cast: Cast) -> None:
    """One that somebody made is theirs, too; one from the server's command is nobody's."""
    with tenant_scope(cast.aurora.pk):
        alicia = Membership.objects.get(agency=cast.aurora, user=cast.alicia)
    hers = token(cast.aurora, "goals:write", created_by=alicia)
    nobodys = token(cast.aurora, "goals:write", "read")
    first, second = (each.post(COMMENTS, FAIR).json() for each in (hers, nobodys))
    assert (first["author"], first["author_name"]) == (alicia.pk, "test")
    assert (second["author"], second["author_name"]) == (None, "test")
    assert nobodys.delete(f"{COMMENTS}{first['id']}/").status_code == 403
    assert nobodys.delete(f"{COMMENTS}{second['id']}/").status_code == 204
    assert person(cast.alicia, "aurora").delete(f"{COMMENTS}{first['id']}/").status_code == 204


def test_twice_is_once(robot: Caller, cast: Cast) -> None:
    again = {**FAIR, "text": "Again"}
    for document, key in ((FAIR, "a"), (FAIR, "b"), (again, "c"), (FAIR, "b"), (again, "c")):
        assert robot.post(COMMENTS, document, **{"Idempotency-Key": key}).status_code == 201
    with tenant_scope(cast.aurora.pk):
        assert Comment.objects.count() == 2


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kpi": "luck", "text": "x"}, "kpi"),
        ({"text": "x"}, "kpi"),
        ({"kpi": "leads"}, "text"),
        ({"kpi": "leads", "text": " "}, "text"),
        ({"goal": 999999, "text": "x"}, "goal"),
        ({"kpi": "leads", "text": "x", "author_name": "Vera"}, "author_name"),
    ],
)
def test_what_is_no_comment(robot: Caller, cast: Cast, body: dict[str, Any], field: str) -> None:
    answer = robot.post(COMMENTS, body)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert [each["field"] for each in answer.json()["data"]["errors"]] == [field]
    with tenant_scope(cast.aurora.pk):
        assert not Comment.objects.exists()


def test_a_goal_of_another_kpi_and_malena(goal: Goal, robot: Caller, malena_robot: Caller) -> None:
    answer = robot.post(COMMENTS, {"kpi": "revenue", "goal": goal.pk, "text": "x"})
    assert [each["code"] for each in answer.json()["data"]["errors"]] == ["another_kpi"]
    assert heard(malena_robot.get(COMMENTS)) == (404, error("not_found"))
