"""Customers active at the start and at the end; who of them bought more, wrote or met."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from accounts.models import Client
from campaigns.models import Salesperson
from kpis.calendar import Period
from kpis.parameters import parameters_change
from tests.cast import Cast
from tests.kpis.facts import refresh
from tests.kpis.recounts.world import (
    MARCH,
    D,
    asked,
    by_split,
    contact,
    customer,
    in_april,
    mar,
    one,
    order,
    product,
    term,
)

BEFORE = date(2026, 2, 10)


@pytest.fixture
def bodega(cast: Cast) -> Iterator[Client]:
    with in_april(cast) as client:
        client.active_days = 30
        client.save()
        yield client


def test_who_was_there_and_who_stayed(bodega: Client) -> None:
    """Active: bought in the last 30 days, or under contract."""
    ana, beto, cora, dora, eva = (
        customer(bodega, name) for name in ["Ana", "Beto", "Cora", "Dora", "Eva"]
    )
    order(ana, BEFORE)  # 28 Feb: there (18 days). 31 Mar: 49 days ago, gone
    order(beto, BEFORE)  # there; buys again, stays
    order(beto, mar(20))
    term(cora, date(2025, 1, 1))  # under contract throughout
    term(dora, date(2025, 1, 1), mar(30))  # its contract ends a day too early
    order(eva, mar(1))  # a customer from 1 March on: not at the start
    value = one(bodega, "retention_rate")
    assert value.inputs == {"stayed": 2, "customers_start": 4}
    assert value.value == D("0.5")


def test_the_limits_of_thirty_days_and_of_a_contract(bodega: Client) -> None:
    ana, beto = customer(bodega, "Ana"), customer(bodega, "Beto")
    order(ana, date(2026, 1, 29))  # 28 Feb is the thirtieth day after
    order(beto, date(2026, 1, 28))  # the thirty-first
    term(customer(bodega, "Cora"), date(2025, 1, 1), date(2026, 2, 28))
    term(customer(bodega, "Dora"), mar(1))
    assert one(bodega, "retention_rate").inputs == {"stayed": 0, "customers_start": 2}


def test_the_start_of_a_month_is_the_stock_of_the_day_before(bodega: Client) -> None:
    for number in range(6):
        who = customer(bodega, f"C{number}")
        for step in range(0, 90, 17 + number):
            order(who, date(2026, 1, 3 + number) + timedelta(days=step))
    refresh(bodega)
    quarter = Period(date(2026, 1, 1), mar(31))
    rows = asked(bodega, "retention_rate", period=quarter, by="month").rows
    starts = [row.values["retention_rate"].inputs["customers_start"] for row in rows]
    stocks = [
        one(bodega, "engaged_customer_rate", Period(day, day)).inputs["active_customers"]
        for day in (date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 28))
    ]
    assert starts == stocks
    assert starts[1:] == [6, 6]


def test_days_active_may_change_from_a_day_on(bodega: Client) -> None:
    order(customer(bodega, "Ana"), BEFORE)
    parameters_change(bodega, mar(15), {"active_days": 90}, "", None)
    # 28 Feb: 18 days of 30. 31 Mar: 49 days of 90.
    assert one(bodega, "retention_rate").inputs == {"stayed": 1, "customers_start": 1}
    first_half = one(bodega, "retention_rate", Period(mar(1), mar(14)))
    assert first_half.inputs == {"stayed": 0, "customers_start": 1}


def test_by_seller_and_country_of_the_customer(bodega: Client) -> None:
    luis = Salesperson.objects.create(
        agency_id=bodega.agency_id, client=bodega, external_id="l", name="Luis"
    )
    term(customer(bodega, "Ana", salesperson=luis, country="ES"), BEFORE, mar(2))
    term(customer(bodega, "Beto", salesperson=luis, country="BR"), BEFORE)
    term(customer(bodega, "Cora", country="ES"), BEFORE)
    assert by_split(bodega, "retention_rate", "salesperson") == {"Luis": D("0.5"), "": 1}
    assert by_split(bodega, "retention_rate", "country") == {"BR": 1, "ES": D("0.5")}
    assert one(bodega, "retention_rate", filters={"country": ("BR",)}).value == 1


def test_upsell_and_cross_sell_among_the_customers_of_the_start(bodega: Client) -> None:
    pen, ink = product(bodega, "Pen"), product(bodega, "Ink")
    ana, beto, cora = (customer(bodega, name) for name in ("Ana", "Beto", "Cora"))
    order(ana, BEFORE, (pen, 1, ""))
    order(beto, BEFORE, (pen, 1, ""), (ink, 1, ""))
    order(ana, mar(3), (pen, 1, "upsell"))
    order(ana, mar(9), (pen, 1, "upsell"))  # twice is once
    order(beto, mar(9), (ink, 1, "cross"), (ink, 1, ""))
    order(cora, mar(9), (ink, 1, "cross"))  # not a customer when March began
    order(beto, date(2026, 4, 2), (pen, 1, "upsell"))  # not in March
    upsell, cross = one(bodega, "upsell_rate"), one(bodega, "cross_sell_rate")
    assert upsell.inputs == {"upsold": 1, "eligible": 2}
    assert cross.inputs == {"cross": 1, "eligible": 2}
    # Of the two owners of pens one took a better one; of the one owner of ink, none.
    assert by_split(bodega, "upsell_rate", "product") == {"Pen": D("0.5"), "Ink": 0}
    assert one(bodega, "cross_sell_rate", filters={"product": (str(ink.pk),)}).value == 1


def test_no_customer_at_the_start_has_no_rate(bodega: Client) -> None:
    assert one(bodega, "retention_rate").reason == "zero_denominator"
    assert one(bodega, "upsell_rate").reason == "zero_denominator"


def test_engaged_are_those_who_answered_met_or_wrote(bodega: Client) -> None:
    names = ["Ana", "Beto", "Cora", "Dora", "Eva", "Fito"]
    ana, beto, cora, dora, eva, fito = (customer(bodega, name) for name in names)
    for who in (ana, beto, cora, dora, eva):
        term(who, BEFORE)
    order(fito, date(2026, 1, 2))  # no longer active at the end of March
    contact(ana, mar(2), is_inbound=True)
    contact(ana, mar(3), is_inbound=True)
    contact(beto, mar(2), kind="meeting", is_held=True)
    contact(cora, mar(2), kind="meeting")  # nobody came
    contact(dora, mar(2), is_inbound=True, is_bulk=True)  # sent to many
    contact(eva, date(2026, 2, 28), is_inbound=True)  # before March
    contact(fito, mar(2), is_inbound=True)
    refresh(bodega)
    value = one(bodega, "engaged_customer_rate")
    assert value.inputs == {"engaged_customers": 2, "active_customers": 5}
    assert value.value == D("0.4")
    # 5 contacts that are neither meetings nor sent to many (Ana 2, Fito 1) over 5 customers.
    assert one(bodega, "interactions_per_customer").value == D("0.6")


def test_another_clients_customers_do_not_stand_in(cast: Cast, bodega: Client) -> None:
    term(customer(cast.cafe, "Eva"), BEFORE)
    order(customer(cast.cafe, "Fito"), BEFORE)
    assert one(bodega, "retention_rate").value is None


def test_march_is_whole(bodega: Client) -> None:
    term(customer(bodega, "Ana"), BEFORE)
    assert one(bodega, "retention_rate", MARCH).state == "final"
