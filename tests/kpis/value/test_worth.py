"""What customers have left, from their sales: numbers that can be counted by hand."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from fractions import Fraction as F

import pytest
import time_machine

from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import Refund, Sale, SaleLine, SourceSync
from kpis.customer_value.worth import Worth, worth_of
from kpis.models import ExchangeRate, ParameterChange
from tests.cast import Cast
from tests.kpis.facts import new_customer, new_refund, new_sale


@pytest.fixture(autouse=True)
def in_april() -> Iterator[None]:
    """The last complete day is 31 March 2026, so March is complete."""
    with time_machine.travel(datetime(2026, 4, 1, 12, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def bought(cast: Cast) -> Cast:
    """Two customers since January, one since March.

    Ada: 100 on 10 January, 60 on 5 March, of which 10 given back on 20 March.
    Bea: 40 on 31 January; 30 on 1 April, which is not over. Cleo: 80 on 31 March.
    """
    with tenant_scope(cast.aurora.pk):
        own = {"agency": cast.aurora, "client": cast.bodega}
        SourceSync.objects.create(**own, family="sales", source="test", is_live=True)
        ada, bea, cleo = (new_customer(cast.bodega) for _ in range(3))
        new_sale(cast.bodega, date(2026, 1, 10), 100, customer=ada, is_first=True)
        again = new_sale(cast.bodega, date(2026, 3, 5), 60, customer=ada)
        new_refund(again, date(2026, 3, 20), 10)
        new_sale(cast.bodega, date(2026, 1, 31), 40, customer=bea, is_first=True)
        new_sale(cast.bodega, date(2026, 4, 1), 30, customer=bea)
        new_sale(cast.bodega, date(2026, 3, 31), 80, customer=cleo, is_first=True)
    return cast


def bodega(cast: Cast) -> Worth:
    with tenant_scope(cast.aurora.pk):
        return worth_of(Client.objects.get(pk=cast.bodega.pk))


def test_on_revenue(bought: Cast) -> None:
    worth = bodega(bought)

    assert (worth.as_of, worth.customers, worth.without_rate) == (date(2026, 3, 31), 3, 0)
    assert worth.is_on_revenue
    assert worth.total == 270  # 100 + 60 - 10 + 40 + 80
    assert worth.historical == 90
    # Known for 80, 59 and 0 days: 139 / 3 days of 30.4375 make 1.52 months.
    assert worth.months_observed == F(139, 3) / F(36525, 1200)
    assert [(c.month, c.customers, c.cumulative, c.active) for c in worth.cohorts] == [
        (date(2026, 1, 1), 2, (140, 140, 190), (2, 0, 1)),
        (date(2026, 3, 1), 1, (80,), (1,)),
    ]
    # Month 0: (140 + 80) / 3; month 1: 0 / 2; month 2: 50 / 2.
    assert [age.value for age in worth.chain] == [F(220, 3), F(220, 3), F(220, 3) + 25]
    assert not worth.is_sound


def test_on_margin(bought: Cast) -> None:
    with tenant_scope(bought.aurora.pk):
        Client.objects.filter(pk=bought.bodega.pk).update(margin="0.4")
    worth = bodega(bought)

    assert not worth.is_on_revenue
    assert worth.historical == 36  # 90 × 0.4
    assert worth.cohorts[0].cumulative == (56, 56, 76)


def test_each_day_counts_with_the_margin_of_its_day(bought: Cast) -> None:
    with tenant_scope(bought.aurora.pk):
        Client.objects.filter(pk=bought.bodega.pk).update(margin="0.4")
        ParameterChange.objects.create(
            agency=bought.aurora, client=bought.bodega, since=date(2026, 3, 20), margin="0.5"
        )
    # 0.4 × (100 + 40 + 60) and, from 20 March on, 0.5 × (80 - 10).
    assert bodega(bought).total == 80 + 35


def test_a_month_that_is_not_over(bought: Cast) -> None:
    with time_machine.travel(datetime(2026, 3, 31, 12, tzinfo=UTC), tick=False):
        worth = bodega(bought)
    # Cleo bought today: not yet told. February is the last whole month; January has ages 0 and 1.
    assert (worth.customers, worth.total) == (2, 190)
    assert [cohort.cumulative for cohort in worth.cohorts] == [(140, 140)]


def test_days_that_no_source_has_delivered(bought: Cast) -> None:
    with tenant_scope(bought.aurora.pk):
        SourceSync.objects.update(
            is_live=False, complete_from=date(2026, 1, 1), complete_through=date(2026, 2, 28)
        )
    worth = bodega(bought)
    assert (worth.as_of, worth.total) == (date(2026, 2, 28), 140)


def test_a_first_sale_given_back_makes_way_for_the_next(cast: Cast) -> None:
    """120 on 5 January, all of it back on 9 January; 50 on 2 February, which is the first now."""
    with tenant_scope(cast.aurora.pk):
        customer = new_customer(cast.bodega)
        none = new_sale(cast.bodega, date(2026, 1, 5), 120, customer=customer)
        new_refund(none, date(2026, 1, 9), 120)
        new_sale(cast.bodega, date(2026, 2, 2), 50, customer=customer, is_first=True)
    worth = bodega(cast)
    assert [(c.month, c.cumulative, c.active) for c in worth.cohorts] == [
        (date(2026, 2, 1), (50, 50), (1, 0))
    ]


def test_another_currency_counts_at_the_rate_of_its_day(bought: Cast) -> None:
    with tenant_scope(bought.aurora.pk):
        ExchangeRate.objects.create(
            agency=bought.aurora, day=date(2026, 2, 1), from_currency="USD", to_currency="EUR",
            rate="0.9", source="test",
        )  # fmt: skip
        new_sale(bought.bodega, date(2026, 2, 2), 50, currency="USD", is_first=True)
    worth = bodega(bought)
    assert (worth.without_rate, worth.total, worth.customers) == (0, 315, 4)  # 270 + 50 × 0.9


def test_less_the_cost_of_goods(bought: Cast) -> None:
    """Ada's first sale cost 70, her second 15 of which 3 came back; of the others nobody knows."""
    with tenant_scope(bought.aurora.pk):
        Client.objects.filter(pk=bought.bodega.pk).update(profit_basis="cost_of_goods")
        Sale.objects.filter(amount=100).update(cost_of_goods=70)
        Sale.objects.filter(amount=60).update(cost_of_goods=15)
        Refund.objects.update(cost_of_goods=3)
    worth = bodega(bought)
    assert (worth.uncosted, worth.historical) == (
        2,
        None,
    )  # 40 and 80; the 30 of 1 April is not yet
    with tenant_scope(bought.aurora.pk):
        Client.objects.filter(pk=bought.bodega.pk).update(margin="0.5")
    worth = bodega(bought)
    # 100 - 70, 60 - 15, -(10 - 3), and half of 40 and 80
    assert worth.total == 30 + 45 - 7 + 20 + 40
    assert worth.margin == F(128, 270)


def test_goods_of_the_lines_of_a_sale(cast: Cast) -> None:
    """A sale of 100 with lines of 60 (goods 20) and 40 (nobody knows): 40 and, at 50 %, 20."""
    with tenant_scope(cast.aurora.pk):
        Client.objects.filter(pk=cast.bodega.pk).update(profit_basis="cost_of_goods", margin="0.5")
        sale = new_sale(cast.bodega, date(2026, 1, 10), 100, is_first=True, has_lines=True)
        for number, (amount, goods) in enumerate(((60, 20), (40, None))):
            SaleLine.objects.create(
                agency=cast.aurora, client=cast.bodega, source="test", external_id=f"l{number}",
                tz="UTC", sale=sale, sold_on=sale.sold_date, amount=amount, cost_of_goods=goods,
            )  # fmt: skip
    worth = bodega(cast)
    assert (worth.customers, worth.total, worth.cohorts[0].active) == (1, 60, (1, 0, 0))


def test_two_currencies_cannot_be_added(bought: Cast) -> None:
    with tenant_scope(bought.aurora.pk):
        new_sale(bought.bodega, date(2026, 2, 1), 5, currency="USD", is_first=True)
    worth = bodega(bought)
    assert (worth.without_rate, worth.customers, worth.historical, worth.cohorts) == (
        1,
        0,
        None,
        (),
    )


def test_nobody_has_bought(cast: Cast) -> None:
    worth = bodega(cast)
    assert (worth.customers, worth.historical, worth.months_observed) == (0, None, None)
    assert (worth.cohorts, worth.chain) == ((), ())


def test_another_agency_sees_nothing(bought: Cast) -> None:
    with tenant_scope(bought.boreal.pk):
        assert worth_of(bought.bodega).customers == 0
