"""UCI Online Retail end to end: invoices as sales, and a month of its lines with its credit notes.

Everything is read through `answer`, the API and the page, and held to the data's own notes.
"""

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.test import Client as Browser
from pytest_django import DjangoDbBlocker

from accounts.models import Client
from accounts.tenancy import tenant_scope, tenant_transaction
from campaigns.models import Product, Refund, Sale, SaleLine
from kpis.calendar import Period
from kpis.customer_value.worth import Worth, worth_of
from kpis.question import Question
from tests import real_data
from tests.api.conftest import Caller, token
from tests.cast import Cast
from tests.kpis.recompute import assert_snapshot_is_recomputed
from tests.real_data import DATA, asked, import_file, refresh, rows_of

pytestmark = real_data.needs("online_retail")

WHOLE = Period(date(2010, 12, 1), date(2011, 12, 9))
DECEMBER = Period(date(2010, 12, 1), date(2010, 12, 31))
#: Sales by month, December 2010 to December 2011, which ends on the 9th.
MONTHLY = (
    "823746.14", "691364.56", "523631.89", "717639.36", "537808.62", "770536.02", "761739.90",
    "719221.19", "759138.38", "1058590.17", "1154979.30", "1509496.33", "638792.68",
)  # fmt: skip
#: Who of the 885 customers of December 2010 bought in each month from then on.
ACTIVE = (885, 324, 286, 340, 321, 352, 321, 309, 313, 350, 331, 445)
PENNY = Decimal("0.01")
SALES = {
    "kind": "sales", "source": "till", "decimal": ".", "dates": "ymd",
    "columns": {
        "external_id": "InvoiceNo", "customer": "customer_id", "sold": "invoice_ts",
        "amount": "revenue_gbp",
    },
}  # fmt: skip
#: Invoices of nobody's too: a file of sales needs a customer in every row, one of lines does not.
INVOICES = {
    "kind": "lines", "source": "till", "decimal": ".", "dates": "ymd",
    "columns": {
        "sale": "InvoiceNo", "customer": "customer_id", "sold": "invoice_ts", "units": "units",
        "amount": "revenue_gbp",
    },
}  # fmt: skip
MAPPINGS = {"sales": SALES, "invoices": INVOICES}


@dataclass(frozen=True)
class Shop:
    """Three clients: all invoices; those with a customer; the lines of December 2010."""

    cast: Cast
    everybody: Client
    known: Client
    lines: Client
    printed: dict[str, dict[str, Any]]
    again: dict[str, Any]
    worth: Worth


def invoices() -> list[dict[str, str]]:
    return rows_of("online_retail", "derived_invoices.csv")


def lines_of_december() -> list[tuple[Any, ...]]:
    """(invoice, product, name, units, time, price, customer, country), in the file's order."""
    file = DATA / "online_retail" / "online_retail.parquet"
    return duckdb.sql(
        "SELECT InvoiceNo, StockCode, Description, Quantity, InvoiceDate,"
        " CAST(UnitPrice AS VARCHAR), CustomerID, Country"
        f" FROM '{file}' WHERE InvoiceDate < TIMESTAMP '2011-01-01'"
    ).fetchall()


def write_csv(path: Path, head: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    with path.open("w", newline="") as file:
        csv.writer(file).writerow(head)
        csv.writer(file).writerows(rows)
    return str(path)


@pytest.fixture(scope="module")
def shop(
    template_database: str,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("retail")
    mappings = {name: str(folder / f"{name}.json") for name in MAPPINGS}
    for name, mapping in MAPPINGS.items():
        Path(mappings[name]).write_text(json.dumps(mapping))
    whole = ("online_retail", "derived_invoices.csv")
    rows = [row for row in invoices() if row["customer_id"]]
    known_file = write_csv(folder / "known.csv", rows[0], (row.values() for row in rows))
    head = (
        "InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice",
        "CustomerID", "Country",
    )  # fmt: skip
    lines_file = write_csv(folder / "lines.csv", head, lines_of_december())
    about = {"currency": "GBP", "time_zone": "Europe/London"}
    with (
        django_db_blocker.unblock(),
        real_data.a_client(template_database, name="All", slug="all", **about) as (cast, everybody),
    ):
        with tenant_transaction(cast.aurora.pk):
            known, lines = (
                Client.objects.create(agency=cast.aurora, name=slug, slug=slug, **about)
                for slug in ("known", "lines")
            )
        printed = {
            "all": import_file(everybody, "lines", mappings["invoices"], *whole),
            "known": import_file(known, "sales", mappings["sales"], known_file),
            "lines": import_file(lines, "lines", "online_retail_lines.json", lines_file),
        }
        again = import_file(lines, "lines", "online_retail_lines.json", lines_file)
        for client in (everybody, known, lines):
            refresh(client)
        with tenant_transaction(cast.aurora.pk):
            yield Shop(cast, everybody, known, lines, printed, again, worth_of(known))


@pytest.fixture(scope="module")
def robot(shop: Shop) -> Caller:
    return token(shop.cast.aurora, "read", "costs")


def values(client: Client, *keys: str, period: Period = WHOLE) -> dict[str, Decimal | None]:
    found = asked(client, Question(keys, period)).only.values
    return {key: found[key].value for key in keys}


def rounded(number: Decimal | None) -> Decimal:
    assert number is not None
    return number.quantize(PENNY, ROUND_HALF_UP)


# --- all invoices ------------------------------------------------------------------------------


def test_every_invoice_is_a_sale(shop: Shop) -> None:
    assert shop.printed["all"]["counts"]["sales_new"] == 19_960
    assert shop.printed["known"]["counts"]["new"] == 18_532
    found = values(shop.everybody, "sales_count", "revenue", "aov")
    assert found["sales_count"] == 19_960
    assert rounded(found["revenue"]) == Decimal("10666684.54")
    assert found["aov"] == found["revenue"] / 19_960


def test_sales_by_month(shop: Shop, robot: Caller) -> None:
    question = Question(("revenue",), WHOLE, by="month")
    rows = asked(shop.everybody, question).rows
    assert [str(rounded(row.values["revenue"].value)) for row in rows] == list(MONTHLY)
    said = robot.get(
        "/api/v1/clients/all/kpis/values/", keys="revenue", by="month",
        **{"from": "2010-12-01", "to": "2011-12-09"},
    ).json()  # fmt: skip
    by_api = [Decimal(row["values"]["revenue"]["value"]) for row in said["rows"]]
    assert [str(rounded(each)) for each in by_api] == list(MONTHLY)


# --- those with a customer ---------------------------------------------------------------------


def test_customers(shop: Shop) -> None:
    found = values(
        shop.known, "sales_count", "revenue", "aov", "revenue_per_customer", "new_customers"
    )
    assert (found["sales_count"], found["new_customers"]) == (18_532, 4_338)
    assert rounded(found["revenue"]) == Decimal("8911407.90")
    assert round(found["aov"], 3) == Decimal("480.866")
    assert rounded(found["revenue_per_customer"]) == Decimal("2054.27")
    assert round(Decimal(18_532) / 4_338, 3) == Decimal("4.272")
    # The KPI and the page's own figure, two derivations of one number.
    left = values(shop.known, "cltv_historical")["cltv_historical"]
    assert rounded(left) == Decimal("2054.27")
    assert abs(Fraction(left) - shop.worth.historical) < Fraction(1, 10**12)


def test_who_came_back(shop: Shop) -> None:
    """2,845 of 4,338 have more than one invoice: 65.58 %."""
    counts: dict[int, int] = defaultdict(int)
    for customer in Sale.objects.filter(client=shop.known).values_list("customer", flat=True):
        counts[customer] += 1
    again = sum(count > 1 for count in counts.values())
    assert (again, len(counts)) == (2_845, 4_338)
    assert round(Decimal(again) / len(counts) * 100, 2) == Decimal("65.58")


def test_the_cohort_of_december(shop: Shop, robot: Caller) -> None:
    assert values(shop.known, "new_customers", period=DECEMBER) == {"new_customers": 885}
    cohort = shop.worth.cohorts[0]
    # The months of 2011 as far as they are whole: the data end on 9 December.
    assert (cohort.month, cohort.customers, cohort.active) == (date(2010, 12, 1), 885, ACTIVE)
    said = robot.get("/api/v1/clients/known/customer-value/").json()
    assert said["as_of"] == "2011-12-09"
    assert said["cohorts"][0]["active"] == list(ACTIVE)
    assert said["cohorts"][0]["values"][0] == str(december_of_new(invoices()))
    assert said["customers"] == 4_338
    assert rounded(Decimal(said["value"])) == Decimal("2054.27")  # on revenue: no margin is set


def december_of_new(rows: list[dict[str, str]]) -> Decimal:
    """What the customers of December 2010 bought in it, counted from the file."""
    own = [row for row in rows if row["customer_id"] and row["invoice_ts"] < "2011"]
    return sum((Decimal(row["revenue_gbp"]) for row in own), Decimal(0))


def test_repeat_purchases_within_ninety_days(shop: Shop) -> None:
    """The KPI against the file, for customers of January to March 2011: a second day or sale by then."""
    dates: dict[str, list[datetime]] = defaultdict(list)
    for row in invoices():
        if row["customer_id"]:
            dates[row["customer_id"]].append(datetime.fromisoformat(row["invoice_ts"]))
    quarter = Period(date(2011, 1, 1), date(2011, 3, 31))
    members = [sorted(each) for each in dates.values() if min(each).date() in quarter]
    again = sum(len(each) > 1 and (each[1].date() - each[0].date()).days <= 90 for each in members)
    found = values(shop.known, "repeat_purchase_rate", period=quarter)
    assert found == {"repeat_purchase_rate": Decimal(again) / len(members)}


def test_the_page(shop: Shop) -> None:
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(shop.cast.alicia)
    page = browser.get("/a/aurora/c/known/customers/?show=active").content.decode()
    assert "2.054,27" in page or "2,054.27" in page
    assert "36.6" in page  # 324 of 885


# --- the lines of December 2010 ----------------------------------------------------------------


def expected_of_lines() -> tuple[dict[str, Decimal], dict[date, Decimal]]:
    """From the file: the amount of each sales invoice, and what was given back on each day."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    days: dict[str, date] = {}
    for invoice, _product, _name, units, at, price, _customer, _country in lines_of_december():
        sums[invoice] += units * Decimal(price)
        days[invoice] = at.date()
    back: dict[date, Decimal] = defaultdict(Decimal)
    for invoice, amount in sums.items():
        if amount < 0:
            back[days[invoice]] -= amount
    return {invoice: amount for invoice, amount in sums.items() if amount > 0}, dict(back)


def test_lines_become_sales_with_their_products(shop: Shop) -> None:
    sales, _back = expected_of_lines()
    assert sum(sales.values()) == Decimal("823746.14")
    with tenant_scope(shop.cast.aurora.pk):
        found = dict(Sale.objects.filter(client=shop.lines).values_list("external_id", "amount"))
        assert found == sales
        assert SaleLine.objects.filter(client=shop.lines).count() > 40_000
        names = {row[1] for row in lines_of_december()}
        assert set(
            Product.objects.filter(client=shop.lines).values_list("external_id", flat=True)
        ) <= names  # fmt: skip
    assert values(shop.lines, "sales_count", period=DECEMBER) == {"sales_count": len(sales)}


def test_refunds_count_on_their_own_day(shop: Shop) -> None:
    _sales, back = expected_of_lines()
    assert sum(back.values()) == Decimal("74789.12")
    with tenant_scope(shop.cast.aurora.pk):
        found: dict[date, Decimal] = defaultdict(Decimal)
        rows = Refund.objects.filter(client=shop.lines).values_list("refunded_on", "amount")
        for day, amount in rows:
            found[day] += amount
    assert found == back
    # Sales of the whole month less what came back in it: 823,746.14 − 74,789.12.
    assert values(shop.lines, "revenue", period=DECEMBER) == {"revenue": Decimal("748957.02")}
    by_day = asked(shop.lines, Question(("revenue", "aov"), DECEMBER, by="day")).rows
    for row in by_day:
        day = row.bucket.first
        sold = row.values["aov"].inputs["order_value"] or Decimal(0)
        assert (row.values["revenue"].value or Decimal(0)) == sold - back.get(day, Decimal(0)), day


def test_the_same_lines_again_change_nothing(shop: Shop) -> None:
    counts = shop.again["counts"]
    assert (counts["new"], counts["changed"]) == (0, 0)


def test_the_snapshot_is_what_the_facts_add_up_to(shop: Shop) -> None:
    with tenant_scope(shop.cast.aurora.pk):
        assert_snapshot_is_recomputed(shop.lines)
