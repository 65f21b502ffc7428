"""POST /api/v1/clients/<client>/leads/bulk/."""

from typing import Any

import pytest

from accounts.tenancy import tenant_scope
from campaigns.models import Campaign, Lead
from kpis.models import DirtyDay
from tests.api.conftest import Caller, error, heard, person, token
from tests.cast import Cast

ADDRESS = "/api/v1/clients/bodega/leads/bulk/"


def row(number: int, **fields: Any) -> dict[str, Any]:
    return {"external_id": f"L-{number}", "created_on": f"2026-03-{number:02}", **fields}


def leads(cast: Cast) -> dict[str, tuple[str, str]]:
    with tenant_scope(cast.aurora.pk):
        rows = Lead.objects.filter(client=cast.bodega).order_by("external_id")
        return {one.external_id: (one.name, str(one.created_on)) for one in rows}


def verdict(index: int, name: str, kind: str, number: int | None = None, *errors: Any) -> Any:
    return {
        "index": index, "external_id": name, "verdict": kind, "id": number,
        "errors": [{"field": field, "code": code} for field, code in errors],
    }  # fmt: skip


def without_messages(document: dict[str, Any]) -> dict[str, Any]:
    for result in document["results"]:
        for one in result["errors"]:
            assert len(one.pop("message")) > 5
    return document


def test_it_says_of_each_row_what_became_of_it(cast: Cast, robot: Caller) -> None:
    first = robot.post(ADDRESS, {"rows": [row(1, name="Ana"), row(2)]})
    assert first.status_code == 200
    one, two = (result["id"] for result in first.json()["results"])
    assert first.json() == {
        "counts": {"new": 2, "changed": 0, "same": 0, "refused": 0},
        "results": [verdict(0, "L-1", "new", one), verdict(1, "L-2", "new", two)],
    }
    rows = [row(3), row(2), {"external_id": "L-1", "name": "Eva"}, row(4, amount="-1"), {}, 7]
    second = without_messages(robot.post(ADDRESS, {"rows": rows}).json())
    three = second["results"][0]["id"]
    assert second == {
        "counts": {"new": 1, "changed": 1, "same": 1, "refused": 3},
        "results": [
            verdict(0, "L-3", "new", three),
            verdict(1, "L-2", "same", two),
            verdict(2, "L-1", "changed", one),
            verdict(3, "L-4", "refused", None, ("amount", "min_value")),
            {**verdict(4, "", "refused", None, ("external_id", "required")), "external_id": None},
            {**verdict(5, "", "refused", None, ("", "invalid")), "external_id": None},
        ],
    }
    assert leads(cast) == {
        "L-1": ("Eva", "2026-03-01"),
        "L-2": ("", "2026-03-02"),
        "L-3": ("", "2026-03-03"),
    }


def test_atomic_refuses_the_call_for_one_bad_row(cast: Cast, robot: Caller) -> None:
    robot.post(ADDRESS, {"rows": [row(1)]})
    half_bad = {"rows": [row(1, name="Eva"), row(2, campaign="c"), row(3, outcome="won")]}
    response = robot.post(f"{ADDRESS}?atomic=true", half_bad)
    assert response.status_code == 400
    body = response.json()
    assert (set(body), body["code"]) == ({"code", "message", "data"}, "rows_refused")
    assert body["data"]["counts"] == {"new": 1, "changed": 1, "same": 0, "refused": 1}
    # Nothing was written, not even the campaign of a good row.
    assert leads(cast) == {"L-1": ("", "2026-03-01")}
    with tenant_scope(cast.aurora.pk):
        assert not Campaign.objects.exists()
    # The same call without it writes the good rows.
    assert robot.post(ADDRESS, half_bad).status_code == 200
    assert leads(cast) == {"L-1": ("Eva", "2026-03-01"), "L-2": ("", "2026-03-02")}


def test_twice_is_once(cast: Cast, robot: Caller) -> None:
    body = {"rows": [row(number, campaign="c", salesperson="s") for number in range(1, 20)]}
    robot.post(ADDRESS, body)
    with tenant_scope(cast.aurora.pk):
        DirtyDay.objects.all().delete()
    second = robot.post(ADDRESS, body).json()
    assert second["counts"] == {"new": 0, "changed": 0, "same": 19, "refused": 0}
    with tenant_scope(cast.aurora.pk):
        # Nothing changed, so no day is dirty.
        assert not DirtyDay.objects.exists()


def test_rows_that_name_the_same_lead_are_all_refused(cast: Cast, robot: Caller) -> None:
    body = {"rows": [row(1, name="a"), row(2), row(1, name="b")]}
    answer = robot.post(ADDRESS, body).json()
    assert [result["verdict"] for result in answer["results"]] == ["refused", "new", "refused"]
    fault = answer["results"][0]["errors"][0]
    assert (fault["field"], fault["code"]) == ("external_id", "twice")
    assert "0, 2" in fault["message"]
    assert list(leads(cast)) == ["L-2"]


def test_sources_are_kept_apart(cast: Cast, robot: Caller) -> None:
    for source in ("hubspot", "pipedrive"):
        answer = robot.post(ADDRESS, {"source": source, "rows": [row(1)]}).json()
        assert answer["counts"]["new"] == 1


def test_a_thousand_rows_are_a_few_statements(
    cast: Cast, robot: Caller, django_assert_max_num_queries: Any
) -> None:
    rows = [row(1 + number % 28, campaign=f"c-{number % 9}") for number in range(1000)]
    for number, one in enumerate(rows):
        one["external_id"] = f"L-{number}"
    with django_assert_max_num_queries(35):
        answer = robot.post(ADDRESS, {"rows": rows})
    assert answer.json()["counts"] == {"new": 1000, "changed": 0, "same": 0, "refused": 0}
    for one in rows:
        one["name"] = "changed"
    with django_assert_max_num_queries(35):
        answer = robot.post(ADDRESS, {"rows": rows})
    assert answer.json()["counts"] == {"new": 0, "changed": 1000, "same": 0, "refused": 0}


def test_it_requires_a_role(cast: Cast) -> None:
    refusal = (403, error("forbidden", capability="edit_leads"))
    for caller in (
        person(cast.vera, "aurora"),
        person(cast.ana, "aurora"),
        token(cast.aurora, "leads:read", "data:write", "read"),
    ):
        assert heard(caller.post(ADDRESS, {"rows": [row(1)]})) == refusal
    assert person(cast.sergio, "aurora").post(ADDRESS, {"rows": [row(1)]}).status_code == 200


def test_it_refuses_malena(cast: Cast, malena_robot: Caller, bodega_robot: Caller) -> None:
    gone = (404, error("not_found"))
    assert heard(malena_robot.post(ADDRESS, {"rows": [row(1)]})) == gone
    cafe = "/api/v1/clients/cafe/leads/bulk/"
    assert heard(bodega_robot.post(cafe, {"rows": [row(1)]})) == gone
    assert leads(cast) == {}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ([], "bad_body"),
        ({}, "bad_body"),
        ({"rows": {}}, "bad_body"),
        ({"rows": []}, "bad_row_count"),
        ({"rows": [{}] * 1001}, "bad_row_count"),
        ({"rows": [{}], "rosw": []}, "unknown_field"),
        ({"rows": [{}], "source": "A B"}, "invalid"),
        ({"rows": [{}], "source": None}, "invalid"),
    ],
)
def test_a_body_of_the_wrong_shape_is_refused(
    cast: Cast, robot: Caller, body: Any, code: str
) -> None:
    status, answer = heard(robot.post(ADDRESS, body))
    assert (status, answer["code"]) == (400, code)
    typo = robot.post(f"{ADDRESS}?atomc=true", {"rows": [row(1)]})
    assert heard(typo) == (400, error("unknown_parameter", known=["atomic"]))
    assert heard(robot.post(f"{ADDRESS}?atomic=maybe", {"rows": [row(1)]})) == (
        400,
        error("bad_atomic"),
    )
