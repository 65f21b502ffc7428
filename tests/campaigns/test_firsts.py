"""A customer's first sale, and the copies of it on refunds and leads."""

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from accounts.models import Client
from accounts.tenancy import tenant_scope, tenant_transaction
from campaigns.firsts import firsts_keep
from campaigns.models import Customer, Lead, Refund, Sale
from tests.cast import Cast
from tests.kpis.facts import new_customer, new_lead, new_refund, new_sale

DAYS = [date(2026, 3, day) for day in range(1, 32)]


@pytest.fixture
def bodega(cast: Cast) -> Iterator[Client]:
    with tenant_scope(cast.aurora.pk):
        yield cast.bodega


@pytest.fixture
def buyer(bodega: Client) -> Customer:
    return new_customer(bodega)


def keep(customer: Customer) -> None:
    firsts_keep(customer.client, [customer.pk])


def firsts(customer: Customer) -> list[int]:
    return list(Sale.objects.filter(customer=customer, is_first=True).values_list("pk", flat=True))


def test_the_earliest_day_is_first_whatever_came_first(bodega: Client, buyer: Customer) -> None:
    later = new_sale(bodega, DAYS[5], 10, customer=buyer)
    keep(buyer)
    assert firsts(buyer) == [later.pk]
    earlier = new_sale(bodega, DAYS[2], 10, customer=buyer)
    keep(buyer)
    assert firsts(buyer) == [earlier.pk]
    earlier.delete()
    keep(buyer)
    assert firsts(buyer) == [later.pk]


def test_on_one_day_the_instant_then_the_identity_decides(bodega: Client, buyer: Customer) -> None:
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    new_sale(bodega, None, 10, customer=buyer, sold_at=at, external_id="b")
    first = new_sale(bodega, None, 10, customer=buyer, sold_at=at, external_id="a")
    new_sale(bodega, None, 10, customer=buyer, sold_at=at.replace(hour=13), external_id="0")
    keep(buyer)
    assert firsts(buyer) == [first.pk]


@pytest.mark.parametrize(
    ("refunds", "first"),
    [
        ([(30, "100")], "second"),  # wholly, on the last day that counts
        ([(31, "100")], "first"),  # too late
        ([(5, "99.99")], "first"),  # not wholly
        ([(5, "60"), (30, "40")], "second"),  # wholly, in two parts
        ([(5, "60"), (31, "40")], "first"),
    ],
)
def test_a_first_sale_wholly_refunded_in_time_was_none(
    bodega: Client, buyer: Customer, refunds: list[tuple[int, str]], first: str
) -> None:
    sales = {
        "first": new_sale(bodega, date(2026, 1, 1), 100, customer=buyer),
        "second": new_sale(bodega, date(2026, 1, 10), 50, customer=buyer),
    }
    for days, amount in refunds:
        new_refund(sales["first"], date(2026, 1, 1) + timedelta(days=days), amount)
    keep(buyer)
    assert firsts(buyer) == [sales[first].pk]
    copies = set(Refund.objects.filter(client=bodega).values_list("is_first", flat=True))
    assert copies == {first == "first"}


def test_the_first_sale_knows_the_day_of_the_second(bodega: Client, buyer: Customer) -> None:
    def seconds() -> list[tuple[date, bool, date | None]]:
        rows = Sale.objects.filter(customer=buyer).order_by("sold_on")
        return list(rows.values_list("sold_on", "is_first", "second_on"))

    first = new_sale(bodega, DAYS[0], 100, customer=buyer)
    keep(buyer)
    assert seconds() == [(DAYS[0], True, None)]
    given_back = new_sale(bodega, DAYS[5], 50, customer=buyer)
    new_sale(bodega, DAYS[9], 70, customer=buyer)
    keep(buyer)
    assert seconds() == [
        (DAYS[0], True, DAYS[5]), (DAYS[5], False, None), (DAYS[9], False, None),
    ]  # fmt: skip
    # A sale wholly given back was none: neither the second nor, below, the first.
    new_refund(given_back, DAYS[6], 50)
    keep(buyer)
    assert seconds()[0] == (DAYS[0], True, DAYS[9])
    new_refund(first, DAYS[1], 100)
    keep(buyer)
    assert seconds() == [
        (DAYS[0], False, None), (DAYS[5], False, None), (DAYS[9], True, None),
    ]  # fmt: skip


def test_who_gave_everything_back_is_no_customer(bodega: Client, buyer: Customer) -> None:
    lead = new_lead(bodega, DAYS[0], customer=buyer)
    sale = new_sale(bodega, DAYS[3], 100, customer=buyer)
    keep(buyer)
    lead.refresh_from_db()
    assert lead.first_sale_on == DAYS[3]
    new_refund(sale, DAYS[4], 100)
    keep(buyer)
    lead.refresh_from_db()
    assert firsts(buyer) == []
    assert (lead.first_sale_on, lead.was_customer) == (None, False)


def test_a_sale_for_nothing_is_a_sale(bodega: Client, buyer: Customer) -> None:
    sale = new_sale(bodega, DAYS[0], Decimal(0), customer=buyer)
    keep(buyer)
    assert firsts(buyer) == [sale.pk]


def test_leads_know_the_day_and_whether_it_was_before_them(bodega: Client, buyer: Customer) -> None:
    before, same, after = (new_lead(bodega, DAYS[day], customer=buyer) for day in (2, 3, 4))
    stranger = new_lead(bodega, DAYS[2])
    new_sale(bodega, DAYS[3], 10, customer=buyer)
    keep(buyer)
    rows = {lead.pk: (lead.first_sale_on, lead.was_customer) for lead in Lead.objects.all()}
    assert rows == {
        before.pk: (DAYS[3], False),
        same.pk: (DAYS[3], False),
        after.pk: (DAYS[3], True),
        stranger.pk: (None, False),
    }


def test_twice_writes_nothing(bodega: Client, buyer: Customer) -> None:
    new_lead(bodega, DAYS[0], customer=buyer)
    new_refund(new_sale(bodega, DAYS[0], 10, customer=buyer), DAYS[1], 5)
    keep(buyer)
    with connection.cursor() as cursor:
        query = (
            "SELECT xmin::text FROM campaigns_sale UNION ALL SELECT xmin::text FROM campaigns_lead"
        )
        cursor.execute(query)
        before = cursor.fetchall()
        keep(buyer)
        cursor.execute(query)
        assert cursor.fetchall() == before


def test_other_customers_and_clients_are_left_alone(cast: Cast, bodega: Client) -> None:
    mine, theirs = new_customer(bodega), new_customer(cast.cafe)
    new_sale(bodega, DAYS[0], 10, customer=mine)
    new_sale(cast.cafe, DAYS[0], 10, customer=theirs)
    firsts_keep(bodega, [mine.pk, theirs.pk])
    assert (len(firsts(mine)), len(firsts(theirs))) == (1, 0)


def test_two_concurrent_sales_leave_one_first(committed_cast: Cast) -> None:
    """Both insert before either recomputes; neither sees the other's row until it commits."""
    agency, client = committed_cast.aurora.pk, committed_cast.bodega
    for number in range(5):
        with tenant_transaction(agency):
            buyer = new_customer(client)
        both_inserted = threading.Barrier(2, timeout=30)
        errors: list[BaseException] = []

        def sell(
            day: date,
            buyer: Customer = buyer,
            both_inserted: threading.Barrier = both_inserted,
            errors: list[BaseException] = errors,
        ) -> None:
            try:
                with tenant_transaction(agency):
                    new_sale(client, day, 10, customer=buyer)
                    both_inserted.wait()
                    keep(buyer)
            except BaseException as error:
                errors.append(error)
            finally:
                connection.close()

        threads = [threading.Thread(target=sell, args=[DAYS[number + step]]) for step in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not errors
        with tenant_transaction(agency):
            (first,) = Sale.objects.filter(customer=buyer, is_first=True)
            assert first.sold_on == DAYS[number]
