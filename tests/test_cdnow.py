"""CDNOW end to end: purchases imported as sales, fitted by the task, against the published figures.

The summary that everybody fits is of the first 39 weeks: here it is a client in October 1997.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import pytest
import time_machine
from django.test import Client as Browser
from pytest_django import DjangoDbBlocker

from accounts.models import Client
from accounts.tenancy import tenant_transaction
from campaigns.models import Customer
from kpis.calendar import Period
from kpis.customer_value.queries import histories_of
from kpis.customer_value.services import value_model_queue
from kpis.customer_value.worth import Worth, worth_of
from kpis.models import ValueModel
from kpis.question import Question
from kpis.tasks import value
from kpis.value import spending
from kpis.value.estimate import Histories
from tests import real_data
from tests.cast import Cast
from tests.real_data import DATA, asked, import_file, refresh, rows_of

pytestmark = real_data.needs("cdnow")

THEN = datetime(1997, 10, 1, 12, tzinfo=UTC)
LAST_DAY = date(1997, 9, 30)
MAPPING = {
    "kind": "sales", "source": "cdnow", "decimal": ".", "dates": "ymd",
    "columns": {"external_id": "order", "customer": "customer", "sold": "day", "amount": "dollars"},
}  # fmt: skip
near = pytest.approx


@dataclass(frozen=True)
class Shop:
    """The client after the import, and its fit as of the 39th week."""

    cast: Cast
    client: Client
    printed: dict[str, object]
    again: dict[str, object]
    histories: Histories
    model: ValueModel
    worth: Worth


def purchases() -> list[tuple[str, date, Decimal]]:
    """(customer of the sample, day, dollars), in the order of the file."""
    found = []
    for line in DATA.joinpath("cdnow", "CDNOW_sample.txt").read_text().splitlines():
        if line.strip():
            _master, customer, day, _units, dollars = line.split()
            found.append((customer, datetime.strptime(day, "%Y%m%d").date(), Decimal(dollars)))
    return found


def as_csv(directory: Path) -> Path:
    """The same with a head and a number for each purchase, as an agency would have it exported."""
    path = directory / "cdnow.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["order", "customer", "day", "dollars"])
        for number, (customer, day, dollars) in enumerate(purchases(), start=1):
            writer.writerow([number, customer, day.isoformat(), dollars])
    return path


@pytest.fixture(scope="module")
def shop(
    template_database: str,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Shop]:
    directory = tmp_path_factory.mktemp("cdnow")
    mapping = directory / "mapping.json"
    mapping.write_text(json.dumps(MAPPING))
    about = {
        "name": "CDNOW", "slug": "cdnow", "currency": "USD", "time_zone": "UTC", "margin": Decimal("0.4")
    }  # fmt: skip
    with (
        django_db_blocker.unblock(),
        real_data.a_client(template_database, **about) as (cast, client),
    ):
        file = str(as_csv(directory))
        printed = import_file(client, "sales", str(mapping), file)
        again = import_file(client, "sales", str(mapping), file)
        refresh(client)
        with time_machine.travel(THEN):
            with tenant_transaction(client.agency_id):
                model = value_model_queue(client)
            value(agency_id=client.agency_id, client_id=client.pk, model_id=model.pk)
            with tenant_transaction(client.agency_id):
                yield Shop(
                    cast, client, printed, again, histories_of(client, LAST_DAY),
                    ValueModel.objects.get(pk=model.pk), worth_of(client),
                )  # fmt: skip


def test_every_purchase_is_a_sale_and_twice_changes_nothing(shop: Shop) -> None:
    assert shop.printed["counts"]["new"] == 6919
    assert (shop.again["counts"]["new"], shop.again["counts"]["same"]) == (0, 6919)


def test_the_histories_are_the_published_summary(shop: Shop) -> None:
    """x, t_x and T in weeks, and the mean of the repeat purchases, customer by customer."""
    names = dict(Customer.objects.values_list("pk", "external_id"))
    columns = zip(*vars(shop.histories).values(), strict=True)
    found = {
        int(names[customer]): (x, round(last / 7, 2), round(age / 7, 2), spent / max(x, 1))
        for customer, x, last, age, spent in columns
    }
    published = rows_of("cdnow", "cdnow_customers_summary_with_transactions.csv")
    assert len(found) == len(published) == 2357
    for row in published:
        x, t_x, age, mean = found[int(row["ID"])]
        assert (x, t_x, age) == (int(row["x"]), float(row["t_x"]), float(row["T"])), row
        assert mean == near(float(row["zbar"]), abs=0.006), row


def test_the_fit_is_the_published_one(shop: Shop) -> None:
    model = shop.model
    assert (model.state, model.as_of, model.basis, model.currency) == (
        "done", LAST_DAY, "margin", "USD"
    )  # fmt: skip
    assert model.counts == {"customers": 2357, "repeaters": 946}
    its = model.parameters
    assert (its["r"], its["alpha"], its["a"], its["b"]) == near(
        (0.242593, 4.413531, 0.792886, 2.425754), abs=0.001
    )
    assert (its["p"], its["q"], its["gamma"]) == near((6.25, 3.74, 15.44), abs=0.005)
    # The published summary rounds weeks to two digits; days are exact, hence the third decimal.
    assert model.log_likelihood == near(-9582.4256, abs=0.01)
    gates = {gate["code"]: gate for gate in model.gates}
    assert all(gate["is_met"] for gate in gates.values())
    assert gates["independent"]["found"] == near(0.1139, abs=0.0001)
    assert (gates["buyers"]["found"], gates["days"]["found"]) == (2357, 273)


def test_the_fit_of_spending_with_means_to_the_cent(shop: Shop) -> None:
    """As the published summary has them: that moves the third decimal of gamma, and no more."""
    its = shop.histories
    means = [
        float((Decimal(f"{spent:.2f}") / max(x, 1)).quantize(Decimal("0.01"), ROUND_HALF_UP))
        for x, spent in zip(its.repeats, its.spent, strict=True)
    ]
    model, _height = spending.fit(means, its.repeats)
    assert (model.p, model.q, model.gamma) == near((6.248802, 3.744588, 15.447750), abs=0.001)


def test_what_is_expected_of_them(shop: Shop) -> None:
    results = shop.model.results
    assert results["mean_purchase"] == near(35.1710, abs=0.01)
    # In 12 months of 4.348 weeks more than in the 39 weeks for which 1,653.42 are published.
    assert 1653.42 < results["purchases"] < 1653.42 * 52.18 / 39
    assert 0 < results["value"] < 0.4 * results["revenue"]
    names = dict(Customer.objects.values_list("pk", "external_id"))
    top = {int(names[each["customer"]]): each for each in results["top"]}
    assert (top[6]["repeats"], top[6]["mean_purchase"]) == (7, near(71.4629, abs=0.01))


def test_cohorts_of_the_sample(shop: Shop) -> None:
    """Customers, dollars and buyers by month of the first purchase, counted from the file."""
    firsts: dict[str, date] = {}
    for customer, day, _dollars in sorted(purchases(), key=lambda each: each[1]):
        firsts.setdefault(customer, day)
    for cohort in shop.worth.cohorts:
        members = {name for name, day in firsts.items() if day.replace(day=1) == cohort.month}
        assert cohort.customers == len(members)
        for age, left in enumerate(cohort.cumulative):
            month = cohort.month.month + age
            own = [each for each in purchases() if each[0] in members and each[1].year == 1997]
            assert left == sum(d for _, day, d in own if day.month <= month) * Decimal("0.4")
            assert cohort.active[age] == len({c for c, day, _ in own if day.month == month})
    assert [cohort.month.month for cohort in shop.worth.cohorts] == [1, 2, 3]
    assert sum(cohort.customers for cohort in shop.worth.cohorts) == 2357


def test_the_page_and_the_kpis_say_the_same(shop: Shop) -> None:
    answer = asked(
        shop.client,
        Question(("revenue", "new_customers", "aov"), Period(date(1997, 1, 1), LAST_DAY)),
    ).only.values
    counted = [dollars for _, day, dollars in purchases() if day <= LAST_DAY]
    assert answer["revenue"].value == sum(counted)
    assert answer["new_customers"].value == 2357
    assert shop.worth.historical == Fraction(sum(counted)) * Fraction(4, 10) / 2357


def test_the_page(shop: Shop) -> None:
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(shop.cast.alicia)
    page = browser.get("/a/aurora/c/cdnow/customers/").content.decode()
    assert "as of Sep 30, 1997" in page and "alpha = 4.4136" in page
