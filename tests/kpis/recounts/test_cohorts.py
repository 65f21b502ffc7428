"""What a cohort has left so far, by the profit basis; lifetime values from twelve months."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from accounts.models import Client
from campaigns.firsts import firsts_keep
from campaigns.models import Customer
from kpis.calendar import Period
from kpis.parameters import parameters_change
from kpis.rates.services import RateRow, rates_put
from tests.cast import Cast
from tests.kpis.facts import new_cost, new_refund, new_sale, refresh
from tests.kpis.recounts.world import D, asked, customer, in_april, mar, one, order, product, term


@pytest.fixture
def bodega(cast: Cast) -> Iterator[Client]:
    with in_april(cast) as client:
        yield client


def two_buyers(client: Client) -> tuple[Customer, Customer]:
    """Ana first bought in March, Beto in February.

    Ana: 100.00 (goods 60.00) and in April 50.00 (goods unknown), of which 20.00 went back.
    """
    ana, beto = customer(client, "Ana"), customer(client, "Beto")
    new_sale(client, mar(2), 100, customer=ana, cost_of_goods=D(60))
    second = new_sale(client, date(2026, 4, 3), 50, customer=ana)
    new_refund(second, date(2026, 4, 5), 20)
    new_sale(client, date(2026, 2, 2), 900, customer=beto, cost_of_goods=D(1))
    new_sale(client, mar(3), 900, customer=beto, cost_of_goods=D(1))
    firsts_keep(client, [ana.pk, beto.pk])
    return ana, beto


@pytest.mark.parametrize(
    ("basis", "margin", "value", "reason"),
    [
        ("revenue", None, "130", None),  # 100 + 50 − 20
        ("margin", "0.4", "52", None),  # 130 × 0.4
        ("cost_of_goods", "0.4", "52", None),  # 100 − 60 = 40, and 30 of unknown cost leave 12
        ("cost_of_goods", "0.5", "55", None),  # 40 + 15
        ("cost_of_goods", None, None, "cost_unknown"),
    ],
)
def test_value_so_far_by_basis(
    bodega: Client, basis: str, margin: str | None, value: str | None, reason: str | None
) -> None:
    two_buyers(bodega)
    bodega.profit_basis = basis
    bodega.margin = Decimal(margin) if margin else None
    bodega.save()
    found = one(bodega, "cltv_historical")
    assert (found.value, found.reason) == (D(value) if value else None, reason)
    assert found.inputs["cohort_size"] == 1


def test_both_cohorts_together_and_by_month(bodega: Client) -> None:
    two_buyers(bodega)  # Beto: 1800
    both = Period(date(2026, 2, 1), mar(31))
    assert one(bodega, "cltv_historical", both).value == 965  # (130 + 1800) / 2
    rows = asked(bodega, "cltv_historical", period=both, by="month").rows
    assert [row.values["cltv_historical"].value for row in rows] == [1800, 130]
    assert one(bodega, "cltv_historical", Period(mar(3), mar(31))).reason == "zero_denominator"


def test_foreign_money_counts_at_the_rate_of_its_day(bodega: Client) -> None:
    ana = customer(bodega, "Ana")
    new_sale(bodega, mar(2), 100, customer=ana)
    new_sale(bodega, mar(9), 50, customer=ana, currency="USD")
    firsts_keep(bodega, [ana.pk])
    missing = one(bodega, "cltv_historical")
    assert (missing.value, missing.reason) == (None, "rate_missing")
    rates_put(bodega.agency, [RateRow(mar(9), "USD", bodega.currency, D("0.9"))], "test")
    assert one(bodega, "cltv_historical").value == 145  # 100 + 50 × 0.9


def test_each_amount_is_worth_what_the_basis_of_its_day_says(bodega: Client) -> None:
    two_buyers(bodega)
    bodega.profit_basis, bodega.margin = "margin", D("0.4")
    bodega.save()
    parameters_change(bodega, date(2026, 4, 1), {"margin": D("0.5")}, "", None)
    # 100 × 0.4 in March, (50 − 20) × 0.5 in April.
    assert one(bodega, "cltv_historical").value == 55


def test_lines_know_their_own_goods(bodega: Client) -> None:
    ana = customer(bodega, "Ana")
    order(ana, mar(2), (product(bodega, "Pen"), 3, ""))  # 30.00, cost unknown
    firsts_keep(bodega, [ana.pk])
    bodega.profit_basis, bodega.margin = "cost_of_goods", D("0.25")
    bodega.save()
    assert one(bodega, "cltv_historical").value == D("7.5")


def year_of_orders(client: Client) -> None:
    """Five contracts throughout, of which one ends on 31 March; two orders of 60.00 a month."""
    people = [customer(client, f"C{number}") for number in range(5)]
    for who in people:
        last = date(2026, 3, 30) if who is people[0] else None
        term(who, date(2025, 1, 1), last)
    for month in range(12):
        first = date(2025 + (month + 3) // 12, (month + 3) % 12 + 1, 1)
        for who in people[:2]:
            new_sale(client, first, 60, customer=who)
    firsts_keep(client, [who.pk for who in people])


def test_lifetime_value_from_twelve_months(bodega: Client) -> None:
    year_of_orders(bodega)
    bodega.profit_basis, bodega.margin, bodega.active_days = "margin", D("0.4"), 1
    bodega.save()
    new_cost(bodega, mar(1), mar(31), 80, layer="fee")
    new_sale(bodega, mar(31), 0, customer=customer(bodega, "New"))
    firsts_keep(bodega, list(Customer.objects.filter(client=bodega).values_list("pk", flat=True)))
    refresh(bodega)
    # April 2025 to March 2026: 25 orders of 1,440.00 in all; 60 customers' months began, 1 ended.
    # 1440 / 25 × 0.4 × 25 / 60 ÷ (1 / 60) = 576.
    ltv = one(bodega, "ltv")
    assert ltv.inputs["orders:last_12_months"] == 25
    assert ltv.inputs["customers_start:last_12_months"] == 60
    assert ltv.inputs["stayed:last_12_months"] == 59
    assert ltv.value is not None
    assert ltv.value.quantize(D("1e-20")) == 576
    # CAC 80 / 1; a month's profit 1440 × 0.4 / 60 = 9.60: 80 / 9.6 = 8.33 months.
    assert one(bodega, "cac").value == 80
    assert round(one(bodega, "ltv_cac_ratio").value or 0, 20) == D("7.2")
    assert round(one(bodega, "customer_profit").value or 0, 20) == 496
    payback = one(bodega, "payback_months").value
    assert payback is not None and round(payback * D("9.6"), 20) == 80


def test_nobody_left_so_there_is_no_lifetime(bodega: Client) -> None:
    who = customer(bodega, "Ana")
    term(who, date(2025, 1, 1))
    for month in (1, 2, 3):
        new_sale(bodega, date(2026, month, 5), 60, customer=who)
    refresh(bodega)
    assert one(bodega, "ltv").reason == "no_churn"


def test_two_months_are_too_few(bodega: Client) -> None:
    who = customer(bodega, "Ana")
    for month in (2, 3):
        new_sale(bodega, date(2026, month, 5), 60, customer=who)
    refresh(bodega)
    assert one(bodega, "ltv").reason == "too_few_months"


def test_without_a_margin_it_is_on_revenue_and_nothing_is_paid_back(bodega: Client) -> None:
    year_of_orders(bodega)
    bodega.active_days = 1
    bodega.save()
    refresh(bodega)
    payback = one(bodega, "payback_months")
    assert (payback.value, payback.reason) == (None, "margin_missing")
    assert one(bodega, "gross_margin").reason == "margin_missing"
    assert one(bodega, "ltv").value is not None
