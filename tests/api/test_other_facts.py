"""Campaigns, people, customers, products, contracts, refunds, costs, budgets, contacts: each with what is its own."""

from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Membership
from accounts.tenancy import tenant_scope
from campaigns.models import Cost, Product, Refund, SourceSync
from tests.api.conftest import Caller, error, heard, token
from tests.cast import Cast

CLIENT = "/api/v1/clients/bodega/"
MARCH = {"starts_on": "2026-03-01", "ends_on": "2026-03-31"}

#: kind -> a row, and the same as it is answered (its id left out).
CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "campaigns": (
        {"external_id": "c", "platform": "meta_ads", "starts_on": "2026-03-01"},
        {"external_id": "c", "name": "c", "platform": "meta_ads", "starts_on": "2026-03-01",
         "ends_on": None, "is_archived": False},
    ),
    "salespeople": (
        {"external_id": "s", "name": "Sergio"},
        {"external_id": "s", "name": "Sergio", "ended_on": None, "member": None},
    ),
    "customers": (
        {"external_id": "p", "country": "ES", "salesperson": "s", "salesperson_name": "Sonia"},
        {"external_id": "p", "name": "", "country": "ES", "salesperson": "s",
         "salesperson_name": "Sonia"},
    ),
    "products": (
        {"external_id": "m", "name": "Malbec", "unit_cost": "4.1"},
        {"external_id": "m", "name": "Malbec", "unit_cost": "4.10", "currency": "EUR"},
    ),
    "terms": (
        {"external_id": "k", "customer": "p", "starts_on": "2026-03-01"},
        {"source": "api", "external_id": "k", "customer": "p", "customer_name": "",
         "starts_on": "2026-03-01", "ends_on": None},
    ),
    "refunds": (
        {"external_id": "r", "refunded_on": "2026-03-05", "amount": "10", "customer": "p",
         "channel": "email"},
        {"source": "api", "external_id": "r", "amount": "10.00", "currency": "EUR",
         "cost_of_goods": None, "customer": "p", "customer_name": "", "utm_source": "",
         "utm_medium": "", "channel": "email", "campaign": None, "campaign_name": None,
         "device": "", "country": "", "salesperson": None, "salesperson_name": None,
         "refunded_at": None, "refunded_on": "2026-03-05", "sale": None, "product": None,
         "product_name": None, "units": None},
    ),
    "costs": (
        {"external_id": "k", **MARCH, "layer": "people", "amount": "900"},
        {"source": "api", "external_id": "k", **MARCH, "amount": "900.00", "currency": "EUR",
         "channel": None, "campaign": None, "campaign_name": None, "layer": "people",
         "is_shared": False, "salesperson": None, "salesperson_name": None, "description": ""},
    ),
    "budgets": (
        {"external_id": "b", "starts_on": "2026-03-01", "amount": "3000", "channel": "display"},
        {"source": "api", "external_id": "b", "starts_on": "2026-03-01", "ends_on": "2026-03-01",
         "amount": "3000.00", "currency": "EUR", "channel": "display", "campaign": None,
         "campaign_name": None},
    ),
    "interactions": (
        {"external_id": "t", "kind": "meeting", "happened_at": "2026-03-31T22:30:00Z",
         "customer": "p"},
        {"source": "api", "external_id": "t", "kind": "meeting",
         "happened_at": "2026-03-31T22:30:00Z", "happened_on": "2026-04-01", "customer": "p",
         "customer_name": "", "lead": None, "salesperson": None, "salesperson_name": None,
         "is_inbound": False, "is_held": True, "is_bulk": False},
    ),
}  # fmt: skip
FAMILIES = {"refunds": "sales", "costs": "costs", "budgets": "budget", "interactions": "activity"}


def made(caller: Caller, kind: str, /, **row: Any) -> dict[str, Any]:
    response = caller.post(f"{CLIENT}{kind}/", row)
    assert response.status_code == 201, response.content
    answer: dict[str, Any] = response.json()
    return answer


def refusal(response: Any) -> list[tuple[str, str]]:
    assert response.status_code == 400, response.content
    return [(one["field"], one["code"]) for one in response.json()["data"]["errors"]]


@pytest.mark.parametrize("kind", CASES)
def test_it_creates_shows_and_takes_it_back(cast: Cast, robot: Caller, kind: str) -> None:
    row, answered = CASES[kind]
    answer = made(robot, kind, **row)
    number = answer.pop("id")
    assert answer == answered
    shown = {"id": number, **answered}
    address = f"{CLIENT}{kind}/{number}/"
    assert robot.get(address).json() == shown
    assert robot.get(f"{CLIENT}{kind}/").json() == {"next": None, "results": [shown]}
    assert robot.patch(address, shown).json() == shown
    assert robot.post(f"{CLIENT}{kind}/bulk/", {"rows": [row]}).json()["counts"]["same"] == 1
    assert heard(robot.post(f"{CLIENT}{kind}/", row)) == (409, error("exists", id=number))
    with tenant_scope(cast.aurora.pk):
        families = set(SourceSync.objects.filter(is_live=True).values_list("family", flat=True))
        assert families == ({FAMILIES[kind]} if kind in FAMILIES else set())


@pytest.mark.parametrize("kind", CASES)
def test_half_a_call_is_bad(cast: Cast, robot: Caller, kind: str) -> None:
    row = CASES[kind][0]
    rows = [row, {**row, "external_id": "bad", "nmae": 1}, {**row, "external_id": ""}, 7]
    answer = robot.post(f"{CLIENT}{kind}/bulk/", {"rows": rows}).json()
    assert answer["counts"] == {"new": 1, "changed": 0, "same": 0, "refused": 3}
    assert [one["verdict"] for one in answer["results"]] == ["new", *["refused"] * 3]
    rows[0] = {**row, "external_id": "other"}
    whole = robot.post(f"{CLIENT}{kind}/bulk/?atomic=true", {"rows": rows})
    assert (whole.status_code, whole.json()["code"]) == (400, "rows_refused")
    assert len(robot.get(f"{CLIENT}{kind}/").json()["results"]) == 1


@pytest.mark.parametrize(
    ("kind", "row", "field", "code"),
    [
        ("campaigns", {**MARCH, "ends_on": "2026-02-01"}, "ends_on", "wrong_way_round"),
        ("campaigns", {"name": "x" * 201}, "name", "max_length"),
        ("campaigns", {"source": "x"}, "source", "unknown_field"),
        ("products", {"unit_cost": "-1"}, "unit_cost", "min_value"),
        ("products", {"currency": "euro"}, "currency", "unknown"),
        ("terms", MARCH, "customer", "required"),
        ("terms", {"customer": "p"}, "starts_on", "required"),
        ("terms", {**MARCH, "customer": "p", "ends_on": "2026-02-01"}, "ends_on", "wrong_way_round"),
        ("salespeople", {"member": 10**15}, "member", "unknown"),
        ("salespeople", {"ended_on": "2026-02-31"}, "ended_on", "invalid"),
        ("customers", {"country": "Spain"}, "country", "invalid"),
        ("refunds", {"refunded_on": "2026-03-01"}, "amount", "required"),
        ("refunds", {"amount": "1"}, "refunded_at", "required"),
        ("refunds", {"amount": "1", "refunded_on": "2026-03-01", "sale": "x"}, "sale", "unknown"),
        ("costs", {"amount": "1"}, "starts_on", "required"),
        ("costs", {"starts_on": "2026-03-01"}, "amount", "required"),
        ("costs", {**MARCH, "amount": "-1"}, "amount", "min_value"),
        ("costs", {**MARCH, "amount": "1", "layer": "gifts"}, "layer", "invalid_choice"),
        ("budgets", {**MARCH, "amount": "1", "ends_on": "2026-02-01"}, "ends_on", "wrong_way_round"),
        ("interactions", {"happened_on": "2026-03-01"}, "kind", "required"),
        ("interactions", {"kind": "call"}, "happened_at", "required"),
        ("interactions", {"kind": "call", "happened_on": "2026-03-01", "lead": "x"}, "lead", "unknown"),
    ],
)  # fmt: skip
def test_bad_input_is_refused(
    cast: Cast, robot: Caller, kind: str, row: dict[str, Any], field: str, code: str
) -> None:
    response = robot.post(f"{CLIENT}{kind}/", {"external_id": "x", **row})
    assert refusal(response) == [(field, code)]
    assert robot.get(f"{CLIENT}{kind}/").json()["results"] == []


def test_an_amount_of_nothing_is_no_refund(cast: Cast, robot: Caller) -> None:
    row = {"external_id": "r", "refunded_on": "2026-03-01", "amount": "0"}
    assert refusal(robot.post(f"{CLIENT}refunds/", row)) == [("amount", "min_value")]


def test_a_refund_takes_what_its_sale_has(cast: Cast, robot: Caller) -> None:
    with tenant_scope(cast.aurora.pk):
        Product.objects.create(
            agency=cast.aurora, client=cast.bodega, external_id="RIO", unit_cost=Decimal("20"),
            currency="USD",
        )  # fmt: skip
    sale = {"sold_on": "2026-03-01", "amount": "99", "currency": "USD", "customer": "p"}
    made(robot, "sales", external_id="1", **sale, channel="email", campaign="c", salesperson="s")
    made(robot, "sales", external_id="1", **sale, channel="sms", source="other")
    refund = made(
        robot, "refunds", external_id="r", sale="1", refunded_on="2026-03-09", amount="30",
        channel="direct", customer="somebody else", product="RIO", units=2,
    )  # fmt: skip
    names = ("channel", "campaign", "salesperson", "currency", "customer", "cost_of_goods")
    # Two bottles of 20.00 came back; of two sales of that id it is the one of its own source.
    assert [refund[name] for name in names] == ["email", "c", "s", "USD", None, "40.00"]
    with tenant_scope(cast.aurora.pk):
        assert Refund.objects.get().is_first is True


def test_costs_for_the_agency_only_need_their_scope(cast: Cast, robot: Caller) -> None:
    hidden = made(robot, "costs", external_id="k", **MARCH, layer="people", amount="900")["id"]
    shared = made(robot, "costs", external_id="f", **MARCH, layer="fee", amount="90")["id"]
    others = token(cast.aurora, "data:write")
    forbidden = (403, error("forbidden", capability="see_costs"))
    seen = [row["id"] for row in others.get(f"{CLIENT}costs/").json()["results"]]
    assert seen == [shared]
    assert heard(others.get(f"{CLIENT}costs/{hidden}/"))[0] == 404
    assert heard(others.patch(f"{CLIENT}costs/{hidden}/", {"amount": "1"}))[0] == 404
    # Neither may it make one, hide one, or write over one that it does not see.
    for row in ({"layer": "tools"}, {"layer": "fee", "is_shared": False}):
        body = {"external_id": "n", **MARCH, "amount": "1", **row}
        assert heard(others.post(f"{CLIENT}costs/", body)) == forbidden
    assert heard(others.patch(f"{CLIENT}costs/{shared}/", {"is_shared": False})) == forbidden
    body = {"rows": [{"external_id": "k", "is_shared": True, "amount": "1"}]}
    answer = others.post(f"{CLIENT}costs/bulk/", body).json()["results"][0]
    assert (answer["verdict"], answer["id"]) == ("refused", None)
    with tenant_scope(cast.aurora.pk):
        assert Cost.objects.get(pk=hidden).amount == 900
        assert Cost.objects.count() == 2


def test_another_layer_hides_a_cost_until_somebody_says_otherwise(
    cast: Cast, robot: Caller
) -> None:
    cost = made(robot, "costs", external_id="k", **MARCH, amount="900")
    assert (cost["layer"], cost["is_shared"]) == ("media", True)
    address = f"{CLIENT}costs/{cost['id']}/"
    assert robot.patch(address, {"layer": "tools"}).json()["is_shared"] is False
    assert robot.patch(address, {"is_shared": True}).json()["is_shared"] is True
    assert robot.patch(address, {"layer": "tools"}).json()["is_shared"] is True


def test_names_of_customers_need_the_scope_of_leads(cast: Cast, robot: Caller) -> None:
    number = made(robot, "customers", external_id="p", name="Vinos del Sur")["id"]
    others = token(cast.aurora, "data:write")
    assert "name" not in others.get(f"{CLIENT}customers/{number}/").json()
    others.patch(f"{CLIENT}customers/{number}/", {"country": "PT"})
    assert robot.get(f"{CLIENT}customers/{number}/").json()["name"] == "Vinos del Sur"


def test_a_salesperson_may_be_a_member_of_the_agency_alone(cast: Cast, robot: Caller) -> None:
    with tenant_scope(cast.aurora.pk):
        sergio = Membership.objects.get(user=cast.sergio).pk
    with tenant_scope(cast.boreal.pk):
        malena = Membership.objects.get(user=cast.malena).pk
    assert made(robot, "salespeople", external_id="s", member=sergio)["member"] == sergio
    foreign = robot.post(f"{CLIENT}salespeople/", {"external_id": "m", "member": malena})
    assert refusal(foreign) == [("member", "unknown")]


def test_only_meetings_are_held(cast: Cast, robot: Caller) -> None:
    day = {"happened_on": "2026-03-01"}
    call = made(robot, "interactions", external_id="1", kind="call", is_held=True, **day)
    missed = made(robot, "interactions", external_id="2", kind="meeting", is_held=False, **day)
    assert (call["is_held"], missed["is_held"]) == (False, False)
    address = f"{CLIENT}interactions/{missed['id']}/"
    assert robot.patch(address, {"is_inbound": True}).json()["is_held"] is False
