"""DELETE /api/v1/clients/<client>/<kind>/<id>/: what goes, what goes along, what keeps it."""

from typing import Any

import pytest

from accounts.tenancy import tenant_scope
from campaigns.models import Act, DailyFact, Lead, Refund, Sale, SaleLine
from kpis.models import DirtyDay
from tests.api.conftest import Caller, error, heard, person, token
from tests.cast import Cast

CLIENT = "/api/v1/clients/bodega/"
ROWS: dict[str, dict[str, Any]] = {
    "campaigns": {},
    "salespeople": {},
    "customers": {},
    "leads": {"created_on": "2026-03-01"},
    "sales": {"sold_on": "2026-03-01", "amount": "10"},
    "refunds": {"refunded_on": "2026-03-01", "amount": "10"},
    "costs": {"starts_on": "2026-03-01", "amount": "10"},
    "budgets": {"starts_on": "2026-03-01", "amount": "10"},
    "interactions": {"happened_on": "2026-03-01", "kind": "call"},
    "products": {},
    "terms": {"starts_on": "2026-03-01", "customer": "C"},
    "daily-facts": {"family": "web", "day": "2026-03-01", "sessions": 1},
}


def made(caller: Caller, kind: str, **row: Any) -> str:
    """The address of a new row."""
    response = caller.post(f"{CLIENT}{kind}/", {"external_id": "x", **ROWS[kind], **row})
    assert response.status_code == 201, response.content
    return f"{CLIENT}{kind}/{response.json()['id']}/"


@pytest.mark.parametrize("kind", ROWS)
def test_it_removes(cast: Cast, robot: Caller, kind: str) -> None:
    address = made(robot, kind)
    with tenant_scope(cast.aurora.pk):
        DirtyDay.objects.all().delete()
    response = robot.delete(address)
    assert (response.status_code, response.content) == (204, b"")
    assert heard(robot.get(address)) == (404, error("not_found"))
    assert heard(robot.delete(address)) == (404, error("not_found"))
    with tenant_scope(cast.aurora.pk):
        reasons = set(DirtyDay.objects.values_list("reason", flat=True))
        is_counted = kind not in ("campaigns", "salespeople", "customers", "products")
        assert reasons == ({"api"} if is_counted else set())
        if kind != "daily-facts":
            act = Act.objects.get()
            assert (act.kind, act.verb, act.count) == (kind, "remove", 1)


@pytest.mark.parametrize("kind", ROWS)
def test_malena_removes_nothing(cast: Cast, robot: Caller, malena_robot: Caller, kind: str) -> None:
    address = made(robot, kind)
    for caller in (malena_robot, person(cast.malena, "boreal")):
        assert heard(caller.delete(address)) == (404, error("not_found"))
    elsewhere = address.replace("/bodega/", "/cafe/")
    assert heard(robot.delete(elsewhere)) == (404, error("not_found"))
    assert robot.get(address).status_code == 200


@pytest.mark.parametrize("kind", ROWS)
def test_the_same_call_again_gets_the_same_answer(cast: Cast, robot: Caller, kind: str) -> None:
    address = made(robot, kind)
    assert robot.delete(address, Idempotency_Key="k").status_code == 204
    again = robot.delete(address, Idempotency_Key="k")
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (204, "true")


def test_lines_and_refunds_go_with_their_sale(cast: Cast, robot: Caller) -> None:
    lines = [{"product": "R", "amount": "10"}]
    address = made(robot, "sales", lines=lines, customer="C")
    other = made(robot, "sales", external_id="y", sold_on="2026-03-09", customer="C")
    made(robot, "refunds", sale="x", amount="2")
    assert robot.get(other).json()["is_first"] is False
    assert robot.delete(address).status_code == 204
    with tenant_scope(cast.aurora.pk):
        assert not SaleLine.objects.exists()
        assert not Refund.objects.exists()
    assert robot.get(other).json()["is_first"] is True


@pytest.mark.parametrize("kind", ["campaigns", "salespeople", "customers"])
def test_what_facts_name_stays(cast: Cast, robot: Caller, kind: str) -> None:
    address = made(robot, kind)
    name = {"campaigns": "campaign", "salespeople": "salesperson", "customers": "customer"}[kind]
    made(robot, "sales", **{name: "x"})
    status, answer = heard(robot.delete(address))
    assert (status, answer["code"], answer["data"]) == (409, "in_use", {"hanging": {"sales": 1}})
    assert robot.get(address).status_code == 200
    with tenant_scope(cast.aurora.pk):
        assert not Act.objects.exists()


def test_a_product_of_a_line_stays(cast: Cast, robot: Caller) -> None:
    address = made(robot, "products")
    made(robot, "sales", lines=[{"product": "x", "amount": "10"}])
    status, answer = heard(robot.delete(address))
    assert (status, answer["data"]) == (409, {"hanging": {"saleline": 1}})


def test_a_won_lead_takes_its_sale_along_if_asked(cast: Cast, robot: Caller) -> None:
    address = made(robot, "leads", closed_on="2026-03-02", outcome="won", amount="9")
    refusal = (409, error("in_use", hanging={"sales": 1}))
    assert heard(robot.delete(address)) == refusal
    assert heard(robot.delete(f"{address}?with_hanging=no")) == (400, error("bad_with_hanging"))
    assert heard(robot.get(f"{address}?with_hanging=true"))[1]["code"] == "unknown_parameter"
    assert robot.delete(f"{address}?with_hanging=true").status_code == 204
    with tenant_scope(cast.aurora.pk):
        assert not Lead.objects.exists()
        assert not Sale.objects.exists()


def test_the_agencys_own_costs_are_not_there_for_others(cast: Cast, robot: Caller) -> None:
    address = made(robot, "costs", layer="people")
    others = token(cast.aurora, "data:write")
    assert heard(others.get(address)) == (404, error("not_found"))
    assert heard(others.delete(address)) == (404, error("not_found"))
    assert robot.delete(address).status_code == 204


def test_a_removed_day_may_come_again(cast: Cast, robot: Caller) -> None:
    robot.delete(made(robot, "daily-facts"))
    made(robot, "daily-facts")
    with tenant_scope(cast.aurora.pk):
        assert DailyFact.objects.count() == 1
