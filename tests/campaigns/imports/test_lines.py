"""Lines of orders: sales, products and customers from them, credit notes as refunds of their own day."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Client
from accounts.tenancy import tenant_transaction
from campaigns.models import (
    Customer,
    ImportBatch,
    Product,
    Refund,
    RefusedRow,
    Sale,
    SaleLine,
    SourceSync,
)
from campaigns.services import batch_undo
from kpis.models import DailySnapshot, DirtyDay
from kpis.snapshots import snapshot_refresh
from tests.campaigns.imports.sending import send
from tests.cast import Cast
from tests.kpis.recompute import assert_snapshot_is_recomputed

LINES = {"kind": "lines", "preset": "generic_lines", "source": "shop"}
HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
#: A1: 2 × 10.00 + 1 × 5.005; A2: nobody's; Z0: a correction worth nothing; C1: one of A1's mugs back.
FILE = HEADER + (
    "A1,mug,Mug,2,2026-03-01 10:00,10.00,ann,ES\n"
    "A1,cup,Cup,1,2026-03-01 10:00,5.005,ann,ES\n"
    "A2,mug,Mug,1,2026-03-02 09:00,10.00,,PT\n"
    "A3,mug,Mug,3,2026-03-09 09:00,10.00,ann,ES\n"
    "Z0,mug,,-5,2026-03-03 09:00,0.00,,ES\n"
    "C1,mug,Mug,-1,2026-03-05 12:00,10.00,ann,ES\n"
)


@pytest.fixture
def bodega(committed_cast: Cast) -> Client:
    return committed_cast.bodega


def rows(model: Any, *names: str) -> list[tuple[Any, ...]]:
    return sorted(model.objects.values_list(*names), key=repr)


def test_sales_lines_products_and_refunds(bodega: Client) -> None:
    batch = send(bodega, FILE, LINES)
    assert (batch.state, batch.error) == ("done", None)
    with tenant_transaction(bodega.agency_id):
        assert rows(Sale, "external_id", "amount", "customer__external_id", "has_lines") == [
            ("A1", Decimal("25.005"), "ann", True),
            ("A2", Decimal("10"), None, True),
            ("A3", Decimal("30"), "ann", True),
        ]
        assert rows(Sale, "external_id", "is_first", "second_on") == [
            ("A1", True, date(2026, 3, 9)), ("A2", False, None), ("A3", False, None),
        ]  # fmt: skip
        lines = rows(SaleLine, "external_id", "product__external_id", "units", "amount", "sold_on")
        assert lines == [
            ("A1#1", "mug", 2, Decimal("20"), date(2026, 3, 1)),
            ("A1#2", "cup", 1, Decimal("5.005"), date(2026, 3, 1)),
            ("A2#1", "mug", 1, Decimal("10"), date(2026, 3, 2)),
            ("A3#1", "mug", 3, Decimal("30"), date(2026, 3, 9)),
        ]
        refund = ("external_id", "amount", "refunded_on", "customer__external_id", "sale", "units")
        assert rows(Refund, *refund) == [("C1#1", Decimal("10"), date(2026, 3, 5), "ann", None, 1)]
        assert rows(Product, "external_id", "name") == [("cup", "Cup"), ("mug", "Mug")]
        assert rows(Customer, "external_id", "country") == [("ann", "ES")]
        assert rows(SourceSync, "family", "source", "complete_through") == [
            ("sales", "shop", date(2026, 3, 9))
        ]
    assert batch.counts["sales_new"] == 3
    assert batch.notes == [{"code": "without_amount", "count": 1}]


def test_the_snapshot_has_them_by_product(bodega: Client) -> None:
    send(bodega, FILE, LINES)
    with tenant_transaction(bodega.agency_id):
        snapshot_refresh(bodega)
        found: dict[str, list[Any]] = {}
        for row in DailySnapshot.objects.filter(family="sales", active_customers=None):
            name = Product.objects.get(pk=row.product_id).external_id if row.product_id else ""
            into = found.setdefault(name, [0, 0, 0, 0])
            for index, key in enumerate(("orders", "order_value", "units", "refunds")):
                into[index] += getattr(row, key) or 0
        # By hand: mugs 20 + 10 + 30 = 60.00 of 6, one of 10.00 given back; cups 5.005 of 1.
        assert found == {
            "": [3, 0, 0, 0],
            "mug": [0, 60, 6, 10],
            "cup": [0, Decimal("5.005"), 1, 0],
        }
        assert_snapshot_is_recomputed(bodega)


def test_twice_is_once_and_marks_no_day(bodega: Client) -> None:
    send(bodega, FILE, LINES)
    with tenant_transaction(bodega.agency_id):
        before = [rows(model, "pk", "amount", "batch_id") for model in (Sale, SaleLine, Refund)]
        DirtyDay.objects.all().delete()
    again = send(bodega, FILE, LINES)
    assert (again.counts["new"], again.counts["changed"], again.counts["same"]) == (0, 0, 5)
    with tenant_transaction(bodega.agency_id):
        after = [rows(model, "pk", "amount", "batch_id") for model in (Sale, SaleLine, Refund)]
        assert before == after
        assert not DirtyDay.objects.exists()


def test_a_sale_sent_again_is_what_the_file_says_now_and_undo_brings_it_back(
    bodega: Client,
) -> None:
    send(bodega, FILE, LINES)
    names = ("external_id", "product__external_id", "units", "amount", "sold_on")
    with tenant_transaction(bodega.agency_id):
        before = rows(SaleLine, *names), rows(Sale, "external_id", "amount", "sold_on")
    changed = send(bodega, HEADER + "A1,cup,Cup,2,2026-03-04 10:00,5.00,ann,ES\n", LINES)
    assert changed.counts["lines_removed"] == 1
    with tenant_transaction(bodega.agency_id):
        sale = Sale.objects.get(external_id="A1")
        assert (sale.amount, sale.sold_on) == (Decimal(10), date(2026, 3, 4))
        assert rows(SaleLine, *names)[0] == (
            "A1#1", "cup", 2, Decimal("10"), date(2026, 3, 4),
        )  # fmt: skip
        snapshot_refresh(bodega)
        assert_snapshot_is_recomputed(bodega)
        batch_undo(bodega, ImportBatch.objects.get(pk=changed.pk))
        assert (rows(SaleLine, *names), rows(Sale, "external_id", "amount", "sold_on")) == before
        snapshot_refresh(bodega)
        assert_snapshot_is_recomputed(bodega)


def test_undo_of_the_first_leaves_nothing(bodega: Client) -> None:
    batch = send(bodega, FILE, LINES)
    with tenant_transaction(bodega.agency_id):
        batch_undo(bodega, ImportBatch.objects.get(pk=batch.pk))
        for model in (Sale, SaleLine, Refund, Product, Customer, SourceSync):
            assert not model.objects.exists()


def test_a_credit_note_may_name_its_sale(bodega: Client) -> None:
    header = HEADER.replace("Country", "Country,Refund of,utm_source,utm_medium")
    send(
        bodega,
        header
        + "A1,mug,Mug,1,2026-03-01,10.00,ann,ES,,google,cpc\n"
        + "A2,mug,Mug,1,2026-03-08,10.00,ann,ES,,,\n"
        + "K1,mug,Mug,-1,2026-03-05,10.00,ann,ES,A1,,\n",
        LINES,
    )
    with tenant_transaction(bodega.agency_id):
        refund = Refund.objects.get()
        assert (refund.sale.external_id, refund.customer_id) == ("A1", None)
        assert (refund.channel, refund.utm_source) == ("paid_search", "google")
        # A1 was wholly given back within 30 days: the first sale is the other one.
        assert rows(Sale, "external_id", "is_first") == [("A1", False), ("A2", True)]


def test_a_discount_is_a_line_and_mixed_credits_are_one_refund(bodega: Client) -> None:
    send(
        bodega,
        HEADER
        + "A1,mug,Mug,2,2026-03-01,10.00,ann,ES\n"
        + "A1,off,Discount,1,2026-03-01,-3.00,ann,ES\n"
        + "C1,mug,Mug,-2,2026-03-05,10.00,ann,ES\n"
        + "C1,fee,Handling,1,2026-03-05,4.00,ann,ES\n",
        LINES,
    )
    with tenant_transaction(bodega.agency_id):
        assert Sale.objects.get().amount == Decimal(17)  # 20 − 3
        assert rows(Refund, "external_id", "amount", "product") == [("C1", Decimal(16), None)]


def test_costs_of_products_reach_lines_sales_and_refunds(bodega: Client) -> None:
    send(bodega, FILE, LINES)
    products = {"kind": "products", "preset": "generic_products", "source": "shop"}
    send(bodega, "sku,unit cost,currency\nmug,4.00,EUR\n", products)
    with tenant_transaction(bodega.agency_id):
        # A1 has a cup of unknown cost, so the sale's own cost is unknown too.
        assert rows(Sale, "external_id", "cost_of_goods") == [
            ("A1", None), ("A2", Decimal(4)), ("A3", Decimal(12)),
        ]  # fmt: skip
        assert rows(SaleLine, "external_id", "cost_of_goods") == [
            ("A1#1", Decimal(8)), ("A1#2", None), ("A2#1", Decimal(4)), ("A3#1", Decimal(12)),
        ]  # fmt: skip
        assert Refund.objects.get().cost_of_goods == Decimal(4)
        snapshot_refresh(bodega)
        total = {"cost_of_goods": Decimal(0), "uncosted_value": Decimal(0)}
        for row in DailySnapshot.objects.filter(family="sales"):
            for key in total:
                total[key] += getattr(row, key) or 0
        # 8 + 4 + 12 − 4 given back; the cup's 5.005 is uncosted.
        assert total == {"cost_of_goods": Decimal(20), "uncosted_value": Decimal("5.005")}
        assert_snapshot_is_recomputed(bodega)
    again = send(bodega, FILE, LINES)  # which says nothing of costs: they stay
    assert (again.counts["new"], again.counts["changed"]) == (0, 0)


def test_a_file_of_sales_leaves_the_sum_of_lines_alone(bodega: Client) -> None:
    send(bodega, FILE, LINES)
    sales = {"kind": "sales", "preset": "generic_sales", "source": "shop"}
    again = send(bodega, "order,date,amount,customer\nA1,2026-03-01 10:00,99.00,ann\n", sales)
    assert again.counts["changed"] == 0
    with tenant_transaction(bodega.agency_id):
        assert Sale.objects.get(external_id="A1").amount == Decimal("25.005")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("A9,mug,Mug,1.5,2026-03-01,10.00,ann,ES", "not_whole"),
        ("A9,mug,Mug,1,2026-02-31,10.00,ann,ES", "no_such_day"),
        (",mug,Mug,1,2026-03-01,10.00,ann,ES", "missing"),
        ("A9,mug,Mug,1,2026-03-01,ten,ann,ES", "not_a_number"),
    ],
)
def test_bad_rows_are_refused_and_nothing_is_written(bodega: Client, row: str, code: str) -> None:
    batch = send(bodega, FILE + row + "\n", LINES)
    assert batch.state == "refused"
    with tenant_transaction(bodega.agency_id):
        assert list(RefusedRow.objects.values_list("code", flat=True)) == [code]
        assert not Sale.objects.exists()


def test_no_other_client_is_touched(committed_cast: Cast) -> None:
    send(committed_cast.bodega, FILE, LINES)
    with tenant_transaction(committed_cast.boreal.pk):
        assert not SaleLine.objects.exists()
        assert not Product.objects.exists()
