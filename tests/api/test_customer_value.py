"""What customers are worth, by API."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import Sale, SourceSync
from kpis.models import ValueModel
from tests.api.conftest import Caller, heard, person, token
from tests.cast import Cast
from tests.kpis.facts import new_customer, new_sale

PATH = "/api/v1/clients/bodega/customer-value/"


@pytest.fixture(autouse=True)
def in_april() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 4, 1, 12, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def ada(cast: Cast) -> Any:
    """Bodega's one customer: 100 in January and 50 in March, margin 40 %."""
    with tenant_scope(cast.aurora.pk):
        Client.objects.filter(pk=cast.bodega.pk).update(margin="0.4")
        SourceSync.objects.create(
            agency=cast.aurora, client=cast.bodega, family="sales", source="t", is_live=True
        )
        ada = new_customer(cast.bodega)
        type(ada).objects.filter(pk=ada.pk).update(name="Ada", external_id="A-1")
        new_sale(cast.bodega, date(2026, 1, 1), 100, customer=ada, is_first=True)
        new_sale(cast.bodega, date(2026, 3, 10), 50, customer=ada)
    return ada


def fitted(cast: Cast, customer: int) -> None:
    with tenant_scope(cast.aurora.pk):
        ValueModel.objects.create(
            agency_id=cast.aurora.pk, client=cast.bodega, state="done", as_of=date(2026, 3, 31),
            basis="margin", margin=0.4, currency="EUR", seconds=1.5, log_likelihood=-9582.4,
            finished_at=datetime(2026, 4, 1, tzinfo=UTC),
            gates=[{"code": "buyers", "is_met": True, "found": 600, "needed": 500}],
            parameters={"r": 0.25},
            results={
                "months": 12, "customers": 600, "alive": 310.5, "purchases": 900.25,
                "revenue": 30000.0, "value": 9000.0, "new_customer_purchases": 1.25,
                "mean_purchase": None,
                "top": [{
                    "customer": customer, "repeats": 7, "days_since": 12, "alive": 0.9,
                    "purchases": 4.25, "mean_purchase": 40.5, "value": 66.5,
                }],
            },
        )  # fmt: skip


def test_the_whole_answer(cast: Cast, ada: Any, robot: Caller) -> None:
    fitted(cast, ada.pk)
    answer = robot.get(PATH).json()
    # 150 × 0.4 = 60; known for 89 days of 30.4375 to a month = 2.924 months.
    assert answer.pop("months_observed").startswith("2.92402464")
    assert answer == {
        "client": "bodega", "currency": "EUR", "as_of": "2026-03-31", "basis": "margin",
        "margin": "0.4", "value": "60.00", "reason": None, "customers": 1,
        "is_chain_sound": False,
        "chain": [
            {"age": 0, "increment": "40.00", "value": "40.00", "customers": 1, "cohorts": 1},
            {"age": 1, "increment": "0.00", "value": "40.00", "customers": 1, "cohorts": 1},
            {"age": 2, "increment": "20.00", "value": "60.00", "customers": 1, "cohorts": 1},
        ],
        "cohorts": [{
            "month": "2026-01-01", "customers": 1, "values": ["40.00", "40.00", "60.00"],
            "active": [1, 0, 1],
        }],
        "is_waiting": False,
        "model": {
            "state": "done", "error": "", "as_of": "2026-03-31",
            "finished_at": "2026-04-01T00:00:00Z", "seconds": 1.5, "basis": "margin",
            "gates": [{"code": "buyers", "is_met": True, "found": 600, "needed": 500}],
            "parameters": {"r": 0.25}, "log_likelihood": -9582.4, "spending_log_likelihood": None,
            "expected": {
                "months": 12, "discount": "0.01", "customers": 600, "alive": "310.5",
                "purchases": "900.25", "revenue": "30000", "value": "9000",
                "new_customer_purchases": "1.25", "mean_purchase": None,
                "top": [{
                    "customer": "A-1", "name": "Ada", "repeats": 7, "days_since": 12,
                    "alive": "0.9", "purchases": "4.25", "mean_purchase": "40.5", "value": "66.5",
                }],
            },
        },
    }  # fmt: skip


def test_persons_are_not_named_to_who_may_not_see_them(cast: Cast, ada: Any) -> None:
    fitted(cast, ada.pk)
    for caller in (person(cast.vera, "aurora"), token(cast.aurora, "read")):
        answer = caller.get(PATH)
        (top,) = answer.json()["model"]["expected"]["top"]
        assert (top["customer"], top["name"], top["value"]) == (None, None, "66.5")
        assert b"Ada" not in answer.content and b"A-1" not in answer.content


def test_without_any_customer(cast: Cast, robot: Caller) -> None:
    answer = robot.get(PATH).json()
    assert (answer["value"], answer["reason"], answer["model"]) == (None, "no_customers", None)
    assert (answer["chain"], answer["cohorts"], answer["basis"]) == ([], [], "revenue")


def test_what_cannot_be_added_up_has_a_reason(cast: Cast, ada: Any, robot: Caller) -> None:
    with tenant_scope(cast.aurora.pk):
        Client.objects.filter(pk=cast.bodega.pk).update(margin=None, profit_basis="cost_of_goods")
    assert robot.get(PATH).json()["reason"] == "cost_unknown"
    with tenant_scope(cast.aurora.pk):
        Sale.objects.filter(amount=50).update(currency="USD")
    answer = robot.get(PATH).json()
    assert (answer["value"], answer["reason"]) == (None, "rate_missing")


def test_computing_is_queued_once(cast: Cast, ada: Any, robot: Caller) -> None:
    said = [robot.post(PATH, {}, Idempotency_Key=f"key-{n % 2}") for n in range(3)]
    assert [each.status_code for each in said] == [201, 201, 201]
    assert said[0].json() == said[1].json() == said[2].json()
    assert said[2].headers["Idempotency-Replayed"] == "true"
    with tenant_scope(cast.aurora.pk):
        assert ValueModel.objects.filter(state="queued").count() == 1
    assert robot.get(PATH).json()["is_waiting"] is True


def test_bad_input(cast: Cast, robot: Caller) -> None:
    status, body = heard(robot.post(PATH, {"as_of": "1997-09-30"}))
    assert (status, body["code"], body["data"]["errors"][0]["field"]) == (400, "invalid", "as_of")
    status, body = heard(robot.get(PATH, by="month"))
    assert (status, body["code"]) == (400, "unknown_parameter")
    with tenant_scope(cast.aurora.pk):
        assert not ValueModel.objects.exists()


def test_another_agency_sees_nothing(ada: Any, malena_robot: Caller) -> None:
    assert malena_robot.get(PATH).status_code == 404
    assert malena_robot.post(PATH, {}).status_code == 404
