"""/api/v1/clients/<client>/sales/: orders and won deals, with lines or without."""

from decimal import Decimal
from typing import Any

import pytest

from accounts.tenancy import tenant_scope
from campaigns.models import Customer, Lead, Product, Refund, Sale, SaleLine, SourceSync
from tests.api.conftest import Caller, error, heard, person, token
from tests.cast import Cast

ADDRESS = "/api/v1/clients/bodega/sales/"
BULK = f"{ADDRESS}bulk/"
LEADS = "/api/v1/clients/bodega/leads/"

FULL = {
    "external_id": "1001",
    "sold_at": "2026-03-31T23:30:00Z",
    "amount": "250.5",
    "kind": "repeat",
    "cost_of_goods": "100",
    "customer": "C-1",
    "customer_name": "Vinos del Sur",
    "utm_source": "newsletter",
    "utm_medium": "email",
    "campaign": "987",
    "campaign_name": "Otoño",
    "device": "mobile",
    "country": "ES",
    "salesperson": "s-7",
    "salesperson_name": "Sergio",
}
#: The same as it is answered. 23:30 UTC of 31 March is 1 April in Madrid.
ANSWERED = {
    **FULL,
    "source": "api",
    "amount": "250.50",
    "currency": "EUR",
    "cost_of_goods": "100.00",
    "channel": "email",
    "sold_on": "2026-04-01",
    "lead": None,
    "is_first": True,
    "lines": [],
}


def made(caller: Caller, **row: Any) -> dict[str, Any]:
    response = caller.post(ADDRESS, {"sold_on": "2026-03-01", "amount": "10", **row})
    assert response.status_code == 201, response.content
    answer: dict[str, Any] = response.json()
    return answer


def errors(response: Any) -> list[tuple[str, str]]:
    assert response.status_code == 400, response.content
    return [(one["field"], one["code"]) for one in response.json()["data"]["errors"]]


def test_it_creates_and_shows(cast: Cast, robot: Caller) -> None:
    answer = robot.post(ADDRESS, FULL).json()
    number = answer.pop("id")
    assert answer == ANSWERED
    assert robot.get(f"{ADDRESS}{number}/").json() == {"id": number, **ANSWERED}
    assert robot.get(ADDRESS).json() == {"next": None, "results": [{"id": number, **ANSWERED}]}


def test_a_new_customer_begins_with_what_the_sale_says(cast: Cast, robot: Caller) -> None:
    robot.post(ADDRESS, FULL)
    with tenant_scope(cast.aurora.pk):
        customer = Customer.objects.get()
        assert (customer.name, customer.country) == ("Vinos del Sur", "ES")
        assert customer.salesperson.external_id == "s-7"
        sync = SourceSync.objects.get()
        assert (sync.family, sync.source, sync.is_live) == ("sales", "api", True)
        assert str(sync.complete_from) == "2026-04-01"
    # One that is there already stays in the country where it was met.
    robot.post(ADDRESS, {**FULL, "external_id": "1002", "country": "PT"})
    with tenant_scope(cast.aurora.pk):
        assert Customer.objects.get().country == "ES"


def test_what_it_answers_can_be_sent_back(cast: Cast, robot: Caller) -> None:
    for row in (FULL, {**FULL, "external_id": "2", "amount": None, "cost_of_goods": None,
                       "lines": [{"product": "R", "units": 2, "unit_price": "5"}]}):  # fmt: skip
        answer = robot.post(ADDRESS, row).json()
        assert robot.patch(f"{ADDRESS}{answer['id']}/", answer).json() == answer
        verdict = robot.post(BULK, {"rows": [{**row}]}).json()["results"][0]["verdict"]
        assert verdict == "same"


def test_the_first_sale_is_judged_anew(cast: Cast, robot: Caller) -> None:
    later = made(robot, external_id="b", customer="C", sold_on="2026-03-09")
    assert later["is_first"] is True
    earlier = made(robot, external_id="a", customer="C", sold_on="2026-03-02")
    firsts = {row["external_id"]: row["is_first"] for row in robot.get(ADDRESS).json()["results"]}
    assert firsts == {"a": True, "b": False}
    # It moves behind the other one, and then to another customer.
    robot.patch(f"{ADDRESS}{earlier['id']}/", {"sold_on": "2026-03-20"})
    assert robot.get(f"{ADDRESS}{later['id']}/").json()["is_first"] is True
    assert robot.get(f"{ADDRESS}{earlier['id']}/").json()["is_first"] is False
    robot.patch(f"{ADDRESS}{earlier['id']}/", {"customer": "D"})
    assert robot.get(f"{ADDRESS}{earlier['id']}/").json()["is_first"] is True
    # A sale of nobody known is nobody's first.
    assert made(robot, external_id="c")["is_first"] is False


def test_what_it_leaves_open_is_its_leads(cast: Cast, robot: Caller) -> None:
    for name, medium in (("L-1", "cpc"), ("L-2", "organic")):
        lead = {
            "external_id": name, "created_on": "2026-03-01", "utm_source": "google",
            "utm_medium": medium, "campaign": name, "device": "mobile", "salesperson": "s",
        }  # fmt: skip
        assert robot.post(LEADS, {**lead, "source": "crm"}).status_code == 201
    sale = made(robot, external_id="1", lead="L-1", device="desktop")
    assert [sale[name] for name in ("channel", "utm_source", "campaign", "device", "salesperson")] == [
        "paid_search", "google", "L-1", "desktop", "s",
    ]  # fmt: skip
    # Another lead takes the place of the first one's, but not of what the sale says itself.
    moved = robot.patch(f"{ADDRESS}{sale['id']}/", {"lead": "L-2", "device": "desktop"}).json()
    assert [moved[name] for name in ("channel", "utm_medium", "campaign", "device", "lead")] == [
        "organic_search", "organic", "L-2", "desktop", "L-2",
    ]  # fmt: skip


LINES = [
    {"product": "RIO", "product_name": "Rioja", "units": 2, "unit_price": "54.00", "unit_cost": "20"},
    {"product": "BOX", "units": 1, "amount": "4.5", "cost_of_goods": "1.5"},
    {"amount": "-10", "cost_of_goods": "0"},
]  # fmt: skip


def test_a_sale_with_lines_is_their_sum(cast: Cast, robot: Caller) -> None:
    row = {"external_id": "1001", "sold_on": "2026-03-01", "customer": "C", "lines": LINES}
    answer = robot.post(ADDRESS, row).json()
    # 2 x 54.00 + 4.50 - 10.00 = 102.50; 2 x 20 + 1.50 + 0 = 41.50
    assert (answer["amount"], answer["cost_of_goods"]) == ("102.50", "41.50")
    assert answer["lines"] == [
        {"product": "RIO", "product_name": "Rioja", "units": 2, "amount": "108.00",
         "cost_of_goods": "40.00", "kind": ""},
        {"product": "BOX", "product_name": "", "units": 1, "amount": "4.50",
         "cost_of_goods": "1.50", "kind": ""},
        {"product": None, "product_name": None, "units": 0, "amount": "-10.00",
         "cost_of_goods": "0.00", "kind": ""},
    ]  # fmt: skip
    with tenant_scope(cast.aurora.pk):
        lines = SaleLine.objects.order_by("external_id")
        assert [(line.external_id, str(line.sold_on)) for line in lines] == [
            ("1001#1", "2026-03-01"), ("1001#2", "2026-03-01"), ("1001#3", "2026-03-01"),
        ]  # fmt: skip
        kept = [line.pk for line in lines]
    # The same again writes nothing; other lines take the place of all of them.
    assert robot.post(BULK, {"rows": [row]}).json()["counts"]["same"] == 1
    with tenant_scope(cast.aurora.pk):
        assert [line.pk for line in SaleLine.objects.order_by("external_id")] == kept
    changed = robot.patch(f"{ADDRESS}{answer['id']}/", {"lines": LINES[1:2]}).json()
    assert (changed["amount"], changed["cost_of_goods"], len(changed["lines"])) == (
        "4.50",
        "1.50",
        1,
    )
    # Its lines go with it to another day.
    robot.patch(f"{ADDRESS}{answer['id']}/", {"sold_on": "2026-03-04"})
    with tenant_scope(cast.aurora.pk):
        assert str(SaleLine.objects.get().sold_on) == "2026-03-04"
    # Without lines it is what it says itself.
    plain = robot.patch(f"{ADDRESS}{answer['id']}/", {"lines": [], "amount": "7"}).json()
    assert (plain["amount"], plain["lines"]) == ("7.00", [])


def test_a_line_costs_what_its_product_does(cast: Cast, robot: Caller) -> None:
    with tenant_scope(cast.aurora.pk):
        Product.objects.create(
            agency=cast.aurora, client=cast.bodega, external_id="RIO", unit_cost=Decimal("20"),
            currency="EUR",
        )  # fmt: skip
    lines = [{"product": "RIO", "units": 3, "amount": "99"}]
    assert made(robot, external_id="1", amount=None, lines=lines)["cost_of_goods"] == "60.00"
    # In another currency nobody knows, and then the sale does not know either.
    other = made(robot, external_id="2", amount=None, lines=lines, currency="USD")
    assert other["cost_of_goods"] is None


def test_a_refund_follows_its_sale(cast: Cast, robot: Caller) -> None:
    number = made(robot, external_id="1", customer="C", channel="email")["id"]
    robot.post(
        "/api/v1/clients/bodega/refunds/",
        {"external_id": "r", "sale": "1", "refunded_on": "2026-03-05", "amount": "10"},
    )
    # Given back whole within 30 days: then it was no first sale.
    assert robot.get(f"{ADDRESS}{number}/").json()["is_first"] is False
    robot.patch(f"{ADDRESS}{number}/", {"channel": "sms"})
    with tenant_scope(cast.aurora.pk):
        assert Refund.objects.get().channel == "sms"


def test_a_leads_own_sale_follows_its_lead(cast: Cast, robot: Caller) -> None:
    won = {"created_on": "2026-03-01", "closed_on": "2026-03-02", "outcome": "won", "amount": "9"}
    robot.post(LEADS, {"external_id": "L", **won})
    sale = robot.get(ADDRESS).json()["results"][0]
    assert (sale["external_id"], sale["lead"], sale["kind"]) == ("lead:L", "L", "new")
    for change in ({"amount": "8"}, {"customer": "X"}, {"channel": "email"}, {"lead": None}):
        assert errors(robot.patch(f"{ADDRESS}{sale['id']}/", change)) == [("", "of_lead")]
    # What the lead does not say may be said here.
    answer = robot.patch(f"{ADDRESS}{sale['id']}/", {"cost_of_goods": "3"})
    assert answer.json()["cost_of_goods"] == "3.00"
    with tenant_scope(cast.aurora.pk):
        assert Lead.objects.get().customer.external_id == "L"


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"external_id": ""}, "external_id", "blank"),
        ({"sold_at": None}, "sold_at", "required"),
        ({"sold_at": "2026-03-01T00:00:00"}, "sold_at", "offset_missing"),
        ({"amount": None}, "amount", "required"),
        ({"amount": "-1"}, "amount", "min_value"),
        ({"amount": "NaN"}, "amount", "invalid"),
        ({"cost_of_goods": "-1"}, "cost_of_goods", "min_value"),
        ({"kind": "gift"}, "kind", "invalid_choice"),
        ({"currency": "EURO"}, "currency", "unknown"),
        ({"lead": "nobody"}, "lead", "unknown"),
        ({"lines": [{"product": "x"}], "amount": None}, "lines.0.amount", "required"),
        ({"lines": [{"amount": "x"}]}, "lines.0.amount", "invalid"),
        ({"lines": [{"prodcut": "x"}]}, "lines.0.prodcut", "unknown_field"),
        ({"lines": [7]}, "lines.0", "invalid"),
        ({"lines": [{"amount": "5"}]}, "amount", "of_lines"),
        ({"lines": [{"amount": "250.5"}]}, "cost_of_goods", "of_lines"),
        ({"lines": [{"amount": "5"}, {"amount": "-6"}], "amount": None}, "lines", "negative"),
        ({"lines": [{"units": 10**9, "unit_price": "9999"}], "amount": None}, "lines", "too_large"),
        ({"lines": [{"units": 10**9, "unit_cost": "9999", "amount": "250.5"}],
          "cost_of_goods": None}, "lines", "too_large"),
        ({"lines": [{"amount": "1"}] * 201}, "lines", "max_length"),
        ({"is_frist": True}, "is_frist", "unknown_field"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_and_changes_nothing(
    cast: Cast, robot: Caller, change: dict[str, Any], field: str, code: str
) -> None:
    assert errors(robot.post(ADDRESS, {**FULL, **change})) == [(field, code)]
    with tenant_scope(cast.aurora.pk):
        for model in (Sale, SaleLine, Customer, Product):
            assert not model.objects.exists()


def test_half_a_call_is_bad(cast: Cast, robot: Caller) -> None:
    rows = [
        {"external_id": "1", "sold_on": "2026-03-01", "amount": "10", "customer": "C"},
        {"external_id": "2", "sold_on": "2026-03-01", "amount": "10", "lead": "nobody"},
        {"external_id": "3", "sold_on": "2026-03-01"},
        {"external_id": "4", "sold_on": "2026-03-01", "amount": "0", "customer": "C"},
    ]
    answer = robot.post(BULK, {"source": "shop", "rows": rows}).json()
    assert answer["counts"] == {"new": 2, "changed": 0, "same": 0, "refused": 2}
    assert [
        (one["external_id"], one["verdict"], [fault["field"] for fault in one["errors"]])
        for one in answer["results"]
    ] == [("1", "new", []), ("2", "refused", ["lead"]), ("3", "refused", ["amount"]), ("4", "new", [])]  # fmt: skip
    with tenant_scope(cast.aurora.pk):
        assert sorted(Sale.objects.values_list("external_id", flat=True)) == ["1", "4"]
    refused = robot.post(f"{BULK}?atomic=true", {"source": "other", "rows": rows})
    assert (refused.status_code, refused.json()["code"]) == (400, "rows_refused")
    with tenant_scope(cast.aurora.pk):
        assert Sale.objects.count() == 2


def test_names_of_persons_need_the_scope_of_leads(cast: Cast, robot: Caller) -> None:
    number = robot.post(ADDRESS, FULL).json()["id"]
    answer = token(cast.aurora, "data:read").get(f"{ADDRESS}{number}/").json()
    assert "customer_name" not in answer
    assert answer["customer"] == "C-1"
    shown = token(cast.aurora, "data:read", "leads:read").get(f"{ADDRESS}{number}/").json()
    assert shown["customer_name"] == "Vinos del Sur"


def test_it_filters(cast: Cast, robot: Caller) -> None:
    for day in (1, 2, 3):
        made(robot, external_id=f"S-{day}", sold_on=f"2026-03-0{day}", customer=f"C-{day % 2}")

    def found(**query: Any) -> list[str]:
        return [row["external_id"] for row in robot.get(ADDRESS, **query).json()["results"]]

    assert found() == ["S-3", "S-2", "S-1"]
    assert found(sold_from="2026-03-02", sold_to="2026-03-02") == ["S-2"]
    assert found(customer="C-1") == ["S-3", "S-1"]
    assert found(is_first="true") == ["S-2", "S-1"]
    assert found(external_id="S-1", source="api") == ["S-1"]
    assert found(channel="email") == []
    assert heard(robot.get(ADDRESS, sold_form="2026-01-01"))[1]["code"] == "unknown_parameter"


def test_malena_is_refused(cast: Cast, robot: Caller, malena_robot: Caller) -> None:
    number = made(robot, external_id="1")["id"]
    gone = (404, error("not_found"))
    for caller in (malena_robot, person(cast.malena, "boreal")):
        assert heard(caller.get(ADDRESS)) == gone
        assert heard(caller.get(f"{ADDRESS}{number}/")) == gone
        assert heard(caller.patch(f"{ADDRESS}{number}/", {"amount": "1"})) == gone
        assert heard(caller.post(BULK, {"rows": [FULL]})) == gone


def test_twice_is_once(cast: Cast, robot: Caller) -> None:
    rows = [
        {"external_id": f"S-{number}", "sold_on": "2026-03-01", "amount": "5", "customer": "C",
         "campaign": "k"}
        for number in range(20)
    ]  # fmt: skip
    robot.post(BULK, {"rows": rows})
    assert robot.post(BULK, {"rows": rows}).json()["counts"]["same"] == 20
    again = robot.post(ADDRESS, rows[0])
    assert heard(again)[0] == 409
    first = robot.post(ADDRESS, {**FULL}, Idempotency_Key="k")
    second = robot.post(ADDRESS, {**FULL}, Idempotency_Key="k")
    assert (first.json(), second.headers["Idempotency-Replayed"]) == (second.json(), "true")
