"""Which sale is the first: by date and never by arrival, also when two writers sell at once."""

import threading
from datetime import date
from typing import Any

import pytest
from django.db import connection

from accounts.tenancy import tenant_scope, tenant_transaction
from campaigns.firsts import firsts_recompute
from campaigns.models import Customer, Lead, Refund, Sale
from tests.cast import Cast


def customer(cast: Cast, number: str = "ana") -> Customer:
    return Customer.objects.create(agency=cast.aurora, client=cast.bodega, external_id=number)


def sell(who: Customer, number: str, day: int, amount: int = 100, **fields: Any) -> Sale:
    return Sale.objects.create(
        agency_id=who.agency_id, client_id=who.client_id, source="shop", external_id=number, tz="UTC",
        customer=who, sold_date=date(2026, 3, day), amount=amount, currency="EUR", **fields,
    )  # fmt: skip


def refund(sale: Sale, when: date, amount: int) -> Refund:
    return Refund.objects.create(
        agency_id=sale.agency_id, client_id=sale.client_id, source="shop", external_id=f"r{sale.external_id}",
        tz="UTC", sale=sale, refunded_date=when, amount=amount, currency="EUR",
    )  # fmt: skip


def recompute(who: Customer) -> list[str]:
    firsts_recompute(who.agency_id, who.client_id, [who.pk])
    return list(
        Sale.objects.filter(customer=who, is_first=True).values_list("external_id", flat=True)
    )


@pytest.fixture
def ana(cast: Cast) -> Any:
    with tenant_scope(cast.aurora.pk):
        yield customer(cast)


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_the_earliest_is_first_whatever_came_first(ana: Customer, order: tuple[str, str]) -> None:
    days = {"a": 3, "b": 9}
    for number in order:
        sell(ana, number, days[number])
    assert recompute(ana) == ["a"]
    sell(ana, "c", 1)
    assert recompute(ana) == ["c"]


def test_of_one_day_the_names_decide(ana: Customer) -> None:
    for number in ("b", "a", "c"):
        sell(ana, number, 3)
    assert recompute(ana) == ["a"]


def test_a_sale_wholly_given_back_in_thirty_days_is_passed_over(ana: Customer) -> None:
    first = sell(ana, "a", 1)
    sell(ana, "b", 9)
    given = refund(first, date(2026, 3, 31), 99)
    assert recompute(ana) == ["a"]  # 99 of 100
    Refund.objects.filter(pk=given.pk).update(amount=100)
    assert recompute(ana) == ["b"]
    Refund.objects.filter(pk=given.pk).update(refunded_date=date(2026, 4, 1))
    assert recompute(ana) == ["a"]  # the 31st day
    given.refresh_from_db()
    assert given.is_first


def test_nothing_left_is_no_customer(ana: Customer) -> None:
    refund(sell(ana, "a", 1), date(2026, 3, 2), 100)
    assert recompute(ana) == []


def test_leads_carry_the_day_and_whether_they_were_customers(cast: Cast, ana: Customer) -> None:
    def lead(number: str, day: int) -> Lead:
        return Lead.objects.create(
            agency=cast.aurora, client=cast.bodega, source="form", external_id=number, tz="UTC", customer=ana,
            created_date=date(2026, 3, day),
        )  # fmt: skip

    before, same_day, after = lead("1", 1), lead("2", 5), lead("3", 6)
    sell(ana, "a", 5)
    recompute(ana)
    for row in (before, same_day, after):
        row.refresh_from_db()
    assert {row.first_sale_on for row in (before, same_day, after)} == {date(2026, 3, 5)}
    assert [row.was_customer for row in (before, same_day, after)] == [False, False, True]


def test_twice_writes_nothing(ana: Customer) -> None:
    sell(ana, "a", 1)
    recompute(ana)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kpis_dirtyday")
        recompute(ana)
        cursor.execute("SELECT count(*) FROM kpis_dirtyday")
        assert cursor.fetchone() == (0,)


def test_two_sales_at_once_leave_one_first(committed_cast: Cast) -> None:
    cast = committed_cast
    with tenant_transaction(cast.aurora.pk):
        ana = customer(cast)
    written = threading.Barrier(2)

    def write(number: str, day: int) -> None:
        try:
            with tenant_transaction(cast.aurora.pk):
                sell(ana, number, day)
                written.wait(timeout=30)  # both have written, neither has committed
                firsts_recompute(ana.agency_id, ana.client_id, [ana.pk])
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=args) for args in (("a", 2), ("b", 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with tenant_transaction(cast.aurora.pk):
        firsts = list(Sale.objects.filter(is_first=True).values_list("external_id", flat=True))
    assert firsts == ["b"]
