"""The page of the customers' value as each person gets it."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser

from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import Sale, SourceSync
from kpis.models import ValueModel
from tests.cast import Cast
from tests.kpis.facts import new_cost, new_customer, new_sale, refresh
from tests.kpis.test_pages import read

PAGE = "/a/aurora/c/bodega/customers/"
JANUARY, MARCH = date(2026, 1, 1), date(2026, 3, 1)


@pytest.fixture(autouse=True)
def in_april() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 4, 1, 12, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def bought(cast: Cast) -> Cast:
    """January: 2 customers of 100 each, one of whom comes back in March with 50; margin 40 %."""
    with tenant_scope(cast.aurora.pk):
        Client.objects.filter(pk=cast.bodega.pk).update(margin="0.4")
        own = {"agency": cast.aurora, "client": cast.bodega}
        for family in ("sales", "costs", "ads"):
            SourceSync.objects.create(**own, family=family, source="test", is_live=True)
        ada, bea = new_customer(cast.bodega), new_customer(cast.bodega)
        for customer in (ada, bea):
            new_sale(cast.bodega, date(2026, 1, 10), 100, customer=customer, is_first=True)
        new_sale(cast.bodega, date(2026, 3, 10), 50, customer=ada)
    return cast


def fitted(cast: Cast, customer: int) -> ValueModel:
    """A fit as a worker leaves it, with one customer of whom most is expected."""
    return ValueModel.objects.create(
        agency_id=cast.aurora.pk, client=cast.bodega, state="done", as_of=date(2026, 3, 31),
        basis="margin", margin=0.4, currency="EUR",
        gates=[{"code": "buyers", "is_met": True, "found": 600, "needed": 500}],
        parameters={"r": 0.2426, "alpha": 4.4135},
        results={
            "months": 12, "customers": 600, "alive": 310.4, "purchases": 900.6, "revenue": 30000.0,
            "value": 9000.0, "new_customer_purchases": 1.2345, "mean_purchase": 33.3,
            "top": [{
                "customer": customer, "repeats": 7, "days_since": 12, "alive": 0.91,
                "purchases": 4.25, "mean_purchase": 40.5, "value": 66.6,
            }],
        },
    )  # fmt: skip


def gated(cast: Cast) -> ValueModel:
    return ValueModel.objects.create(
        agency_id=cast.aurora.pk, client=cast.bodega, state="gated", as_of=date(2026, 3, 31),
        gates=[
            {"code": "buyers", "is_met": False, "found": 1234, "needed": 5000},
            {"code": "independent", "is_met": False, "found": -0.4567, "needed": 0.3},
            {"code": "frequent", "is_met": True, "found": 9, "needed": 3},
        ],
    )  # fmt: skip


def test_works_without_any_sale(client: Browser, cast: Cast) -> None:
    words = read(client, cast.alicia, PAGE)
    assert "Nobody has bought yet" in words
    assert "It has not been computed yet" in words


def test_shows_what_customers_have_left(client: Browser, bought: Cast) -> None:
    words = read(client, bought.alicia, PAGE)
    # (100 + 100 + 50) × 0.4 / 2 = 50.00; each known for 80 days = 2.6 months of 30.4375 days
    assert "50,00 €" in words and "over 2 customers, known for 2,6 months" in words
    assert "basis: sales times the configured margin" in words
    # January: 80 / 2 = 40.00, in February nothing, in March 20 more.
    assert "Jan 2026 2 40,00 40,00 50,00" in words
    assert "It needs 3 monthly cohorts of 30 customers." in words


def test_shows_who_came_back(client: Browser, bought: Cast) -> None:
    assert "Jan 2026 2 100,0 0,0 50,0" in read(client, bought.vera, f"{PAGE}?show=active")
    assert "Jan 2026 2 40,00" in read(client, bought.vera, f"{PAGE}?show=nonsense")


def test_on_revenue_it_says_so(client: Browser, bought: Cast) -> None:
    with tenant_scope(bought.aurora.pk):
        Client.objects.filter(pk=bought.bodega.pk).update(margin=None)
    words = read(client, bought.alicia, PAGE)
    assert "125,00 €" in words and "basis: on revenue, no margin is known" in words


def test_two_currencies_are_refused_in_words(client: Browser, bought: Cast) -> None:
    with tenant_scope(bought.aurora.pk):
        Sale.objects.filter(amount=50).update(currency="USD")
    words = read(client, bought.alicia, PAGE)
    assert "1 sale or refund is in another currency and has no exchange rate." in words
    assert "Jan 2026 2" not in words
    assert client.get(f"{PAGE}cohorts.csv").content.decode().count("\r\n") == 1


def test_a_gate_that_is_not_met_is_said_in_words(client: Browser, bought: Cast) -> None:
    with tenant_scope(bought.aurora.pk):
        gated(bought)
    words = read(client, bought.vera, PAGE)
    assert "At least 5.000 customers who bought. 1.234 customers have bought so far." in words
    assert "The correlation is -0,46" in words
    assert words.count("Not met") == 2
    assert "50,00 €" in words  # the historical value stands


def test_a_fit_names_customers_to_who_may_see_persons(client: Browser, bought: Cast) -> None:
    with tenant_scope(bought.aurora.pk):
        customer = new_customer(bought.bodega)
        type(customer).objects.filter(pk=customer.pk).update(name="<b>Ada</b>")
        fitted(bought, customer.pk)
    # 9,000 / 600 = 15.00 of margin each.
    line = "7 12 91,0 % 4,25 40,50 66,60"
    words = read(client, bought.ana, PAGE)
    assert "15,00 €" in words and f"&lt;b&gt;Ada&lt;/b&gt; {line}" in words
    assert "margin per customer, next 12 months" in words
    words = read(client, bought.vera, PAGE)
    assert f"Customer no. 1 {line}" in words and "Ada" not in words


@pytest.mark.parametrize(("error", "said"), [
    ("no_scipy", "the package SciPy is not installed there"),
    ("gave_up", "broke off again and again"),
])  # fmt: skip
def test_a_failure_says_why(client: Browser, bought: Cast, error: str, said: str) -> None:
    with tenant_scope(bought.aurora.pk):
        ValueModel.objects.create(
            agency_id=bought.aurora.pk, client=bought.bodega, state="failed", error=error
        )
    assert said in read(client, bought.alicia, PAGE)


def test_the_button_queues_one(client: Browser, bought: Cast) -> None:
    client.force_login(bought.marta)
    for _ in range(2):
        assert client.post(f"{PAGE}compute/").status_code == 302
    with tenant_scope(bought.aurora.pk):
        (model,) = ValueModel.objects.all()
    assert model.state == "queued" and model.queued_by
    words = read(client, bought.marta, PAGE)
    assert "Waiting for a worker" in words and "Compute now" not in words
    part = client.get(f"{PAGE}progress/")
    assert "HX-Refresh" not in part and b"hx-get" in part.content
    with tenant_scope(bought.aurora.pk):
        ValueModel.objects.update(state="gated", as_of=date(2026, 3, 31))
    over = client.get(f"{PAGE}progress/")
    assert over["HX-Refresh"] == "true" and b"hx-get" not in over.content


def test_who_may_not_compute_has_no_button(client: Browser, bought: Cast) -> None:
    assert "Compute now" in read(client, bought.marta, PAGE)
    for who in (bought.ana, bought.vera):
        assert "Compute now" not in read(client, who, PAGE)
        assert client.post(f"{PAGE}compute/").status_code == 403


def test_the_table_to_take_away(client: Browser, bought: Cast) -> None:
    client.force_login(bought.vera)
    reply = client.get(f"{PAGE}cohorts.csv")
    assert reply["Content-Disposition"] == 'attachment; filename="bodega-cohorts-2026-03-31.csv"'
    lines = list(csv.reader(io.StringIO(reply.content.decode("utf-8-sig"))))
    assert lines == [
        ["cohort", "customers", "age", "month", "value (EUR)", "value per customer (EUR)", "active",
         "active share"],
        ["2026-01", "2", "0", "2026-01", "80.00", "40.00", "2", "1"],
        ["2026-01", "2", "1", "2026-02", "80.00", "40.00", "0", "0"],
        ["2026-01", "2", "2", "2026-03", "100.00", "50.00", "1", "0.5"],
    ]  # fmt: skip


def test_malena_and_sellers_see_nothing(client: Browser, bought: Cast) -> None:
    for who, status in ((bought.malena, 404), (bought.sergio, 403)):
        client.force_login(who)
        for path in ("", "cohorts.csv", "progress/"):
            assert client.get(PAGE + path).status_code == status
        assert client.post(f"{PAGE}compute/").status_code == status


# --- the notices of KPIS E.4 -------------------------------------------------------------------


@pytest.fixture
def costly(bought: Cast) -> Any:
    """Twelve customers won in January with one sale of 100 each; what they cost is for the test."""

    def spend(amount: int) -> Cast:
        with tenant_scope(bought.aurora.pk):
            for _ in range(10):
                new_sale(bought.bodega, date(2026, 1, 20), 100, is_first=True)
            new_cost(bought.bodega, date(2026, 1, 1), date(2026, 1, 31), amount)
            refresh(bought.bodega)
        return bought

    return spend


def test_cac_above_the_ticket(client: Browser, costly: Any) -> None:
    told = costly(1200)
    # CAC 1,200 / 12 = 100.00; tickets (12 × 100 + 50) / 13 = 96.15
    words = read(client, told.alicia, PAGE)
    assert "Winning a customer costs more than an average sale brings in" in words
    assert "CAC 100,00 €, average sale 96,15 €. LTV:CAC" in words


def test_cac_below_the_ticket(client: Browser, costly: Any) -> None:
    assert "Winning a customer costs more" not in read(client, costly(1100).alicia, PAGE)


@pytest.mark.parametrize("path", ["?whole=1", "?view=manager&whole=1", "kpi/cac/?whole=1"])
def test_the_notice_stands_on_the_dashboard_and_on_cacs_own_page(
    client: Browser, costly: Any, path: str
) -> None:
    told = costly(1200)
    mark = "&" if "?" in path else "?"
    period = "from=2026-01-01&to=2026-03-31"
    words = read(client, told.vera, f"/a/aurora/c/bodega/{path}{mark}{period}")
    assert "CAC above the ticket" in words
    assert "CAC 100,00 €, average sale 96,15 €. LTV:CAC" in words
    words = read(client, told.vera, f"/a/aurora/c/bodega/{path}{mark}from=2026-03-01&to=2026-03-31")
    assert "CAC above the ticket" not in words  # nobody was won in March
