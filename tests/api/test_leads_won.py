"""What winning a lead by API brings: a customer and a sale, kept in step, and taken back."""

from decimal import Decimal
from typing import Any

from accounts.tenancy import tenant_scope
from campaigns.models import Customer, Lead, Refund, Sale, SourceSync
from tests.api.conftest import Caller
from tests.cast import Cast

BULK = "/api/v1/clients/bodega/leads/bulk/"


def send(robot: Caller, *rows: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = robot.post(BULK, {"source": "crm", "rows": list(rows)}).json()
    return answer


def won(name: str, day: int = 9, **fields: Any) -> dict[str, Any]:
    return {
        "external_id": name, "created_on": "2026-03-01", "closed_on": f"2026-03-{day:02}",
        "outcome": "won", **fields,
    }  # fmt: skip


def sales(cast: Cast) -> list[tuple[Any, ...]]:
    with tenant_scope(cast.aurora.pk):
        rows = Sale.objects.filter(client=cast.bodega).order_by("external_id")
        return list(
            rows.values_list(
                "external_id", "customer__external_id", "amount", "is_first", "channel"
            )
        )


def test_a_won_lead_makes_one_customer_and_one_sale(cast: Cast, robot: Caller) -> None:
    rows = [won("L-1", amount="1250.50", channel="email"), won("L-2")]
    assert send(robot, *rows)["counts"]["new"] == 2
    expected = [
        ("lead:L-1", "L-1", Decimal("1250.50"), True, "email"),
        ("lead:L-2", "L-2", Decimal(0), True, "unassigned"),  # a blank amount is 0
    ]
    assert sales(cast) == expected
    assert send(robot, *rows)["counts"]["same"] == 2
    assert sales(cast) == expected
    with tenant_scope(cast.aurora.pk):
        lead = Lead.objects.get(external_id="L-1")
        assert (str(lead.first_sale_on), lead.was_customer) == ("2026-03-09", False)
        # A later stage counts as having entered every earlier one.
        assert {str(lead.mql_on), str(lead.sql_on), str(lead.opp_on)} == {"2026-03-09"}
        spans = SourceSync.objects.filter(source="crm").values_list("family", "complete_from")
        assert {family: str(since) for family, since in spans} == {
            "leads": "2026-03-01", "sales": "2026-03-09",
        }  # fmt: skip


def test_the_sale_follows_its_lead(cast: Cast, robot: Caller) -> None:
    send(robot, won("L-1", amount="10"))
    changed = {"external_id": "L-1", "amount": "20", "channel": "email", "closed_on": "2026-03-10"}
    assert send(robot, changed)["counts"]["changed"] == 1
    assert sales(cast) == [("lead:L-1", "L-1", Decimal(20), True, "email")]


def test_leads_of_one_customer_have_one_first_sale(cast: Cast, robot: Caller) -> None:
    send(robot, won("L-2", 9, customer="C", customer_name="Casa"), won("L-1", 5, customer="C"))
    assert [(row[0], row[1], row[3]) for row in sales(cast)] == [
        ("lead:L-1", "C", True), ("lead:L-2", "C", False),
    ]  # fmt: skip
    with tenant_scope(cast.aurora.pk):
        assert [(one.external_id, one.name) for one in Customer.objects.all()] == [("C", "Casa")]
    # The first one turns out to be somebody else's: the other one becomes the first.
    send(robot, {"external_id": "L-1", "customer": "D"})
    assert [(row[0], row[1], row[3]) for row in sales(cast)] == [
        ("lead:L-1", "D", True), ("lead:L-2", "C", True),
    ]  # fmt: skip


def test_a_lead_that_is_no_longer_won_loses_its_sale(cast: Cast, robot: Caller) -> None:
    send(robot, won("L-1", amount="10"))
    open_again = {"external_id": "L-1", "outcome": None, "closed_on": None}
    assert send(robot, open_again)["counts"]["changed"] == 1
    assert sales(cast) == []
    with tenant_scope(cast.aurora.pk):
        lead = Lead.objects.get()
        assert (lead.outcome, lead.closed_on, lead.customer, lead.first_sale_on) == (
            "", None, None, None,
        )  # fmt: skip
    assert send(robot, won("L-1"))["counts"]["changed"] == 1
    assert len(sales(cast)) == 1


def test_a_refunded_sale_keeps_its_lead_won(cast: Cast, robot: Caller) -> None:
    send(robot, won("L-1", amount="10"))
    with tenant_scope(cast.aurora.pk):
        Refund.objects.create(
            agency=cast.aurora, client=cast.bodega, source="crm", external_id="r", tz="UTC",
            sale=Sale.objects.get(), refunded_date="2026-03-12", amount="4", currency="EUR",
        )  # fmt: skip
    lost = {"external_id": "L-1", "outcome": "lost", "closed_on": "2026-03-20"}
    result = send(robot, lost, won("L-2"))["results"]
    assert [one["verdict"] for one in result] == ["refused", "new"]
    assert result[0]["errors"][0]["code"] == "refunded"
    assert [row[0] for row in sales(cast)] == ["lead:L-1", "lead:L-2"]
    # Its dimensions still reach the sale and the refund.
    send(robot, {"external_id": "L-1", "channel": "sms"})
    with tenant_scope(cast.aurora.pk):
        assert (Sale.objects.get(external_id="lead:L-1").channel, Refund.objects.get().channel) == (
            "sms", "sms",
        )  # fmt: skip


def test_a_sale_that_came_by_itself_is_not_doubled(cast: Cast, robot: Caller) -> None:
    send(robot, {"external_id": "L-1", "created_on": "2026-03-01"})
    with tenant_scope(cast.aurora.pk):
        buyer = Customer.objects.create(agency=cast.aurora, client=cast.bodega, external_id="B")
        Sale.objects.create(
            agency=cast.aurora, client=cast.bodega, source="shop", external_id="order-1", tz="UTC",
            customer=buyer, lead=Lead.objects.get(), sold_date="2026-03-09", amount="7",
            currency="EUR",
        )  # fmt: skip
    send(robot, won("L-1", amount="7"))
    assert [row[0] for row in sales(cast)] == ["order-1"]
