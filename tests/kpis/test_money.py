"""Amounts in other currencies, converted at the rate of their own local day (KPIS G.6)."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import SourceSync
from kpis.calendar import Period
from kpis.exchange import rate_sql
from kpis.models import DailyTotal, SnapshotState
from kpis.question import Question
from kpis.rates.services import RateRow, rates_put
from kpis.services import answer
from tests.cast import Cast
from tests.kpis.facts import new_refund, new_sale

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


@pytest.fixture
def bodega(cast: Cast) -> Any:
    """Bodega, whose money is in dollars, at noon of 15 April 2026 with live sources."""
    with (
        time_machine.travel(datetime(2026, 4, 15, 12, tzinfo=UTC), tick=False),
        tenant_scope(cast.aurora.pk),
    ):
        cast.bodega.currency = "USD"
        cast.bodega.save()
        for family in ("web", "ads", "leads", "sales", "costs"):
            SourceSync.objects.create(
                agency=cast.aurora, client=cast.bodega, family=family, source=family, is_live=True
            )
        SnapshotState.objects.create(
            agency=cast.aurora, client=cast.bodega, stock_through=date(2026, 4, 14)
        )
        yield cast.bodega


def total(client: Client, family: str, day: date, currency: str, **columns: Any) -> None:
    DailyTotal.objects.create(
        agency_id=client.agency_id,
        client=client,
        family=family,
        day=day,
        currency=currency,
        **columns,
    )


def rate(client: Client, day: date, code: str, to: str, value: str | None) -> None:
    rates_put(client.agency, [RateRow(day, code, to, value and Decimal(value))], "test")


def march(day: int) -> date:
    return date(2026, 3, day)


def one(client: Client, key: str, period: Period = MARCH, **asked: Any) -> Any:
    return answer(client, Question((key,), period, **asked), sees_costs=True).only.values[key]


def test_each_days_amounts_take_that_days_rate(bodega: Client) -> None:
    """KPIS G.6: 133.33 × 1.0812 + 250.10 × 1.0790 = 144.156396 + 269.857900 = 414.014296."""
    total(bodega, "sales", march(3), "EUR", order_value="100.00")
    total(bodega, "sales", march(3), "EUR", order_value="33.33", channel="email")
    total(bodega, "sales", march(4), "EUR", order_value="250.10")
    rate(bodega, march(3), "EUR", "USD", "1.0812")
    rate(bodega, march(4), "EUR", "USD", "1.0790")
    value = one(bodega, "revenue")
    assert value.value == Decimal("414.014296")
    assert (value.state, value.missing) == ("final", ())


def test_a_ratio_converts_both_sides_and_divides_then(bodega: Client) -> None:
    """KPIS G.6: revenue EUR 300 at 1.10 and 500 at 1.00, spend USD 100 and 200: 830 ÷ 300."""
    for day, revenue, spend, at in ((3, "300", "100", "1.10"), (4, "500", "200", "1.00")):
        total(bodega, "sales", march(day), "EUR", order_value=revenue, channel="paid_search")
        total(bodega, "ads", march(day), "USD", ad_spend=spend, channel="paid_search")
        rate(bodega, march(day), "EUR", "USD", at)
    value = one(bodega, "roas")
    assert 830 in value.inputs.values() and 300 in value.inputs.values()
    assert round(value.value, 4) == Decimal("2.7667")


def test_a_weekend_takes_fridays_rate_and_is_final(bodega: Client) -> None:
    total(bodega, "sales", march(8), "EUR", order_value="10")  # a Sunday
    rate(bodega, march(6), "EUR", "USD", "1.1")
    rate(bodega, march(9), "EUR", "USD", "1.2")
    value = one(bodega, "revenue")
    assert (value.value, value.state) == (11, "final")


def test_until_a_later_rate_is_out_the_number_may_change(bodega: Client) -> None:
    total(bodega, "sales", march(9), "EUR", order_value="10")
    rate(bodega, march(6), "EUR", "USD", "1.1")
    assert (one(bodega, "revenue").value, one(bodega, "revenue").state) == (11, "provisional")
    rate(bodega, march(9), "EUR", "USD", "1.2")
    assert (one(bodega, "revenue").value, one(bodega, "revenue").state) == (12, "final")


def test_seven_days_back_and_no_further(bodega: Client) -> None:
    total(bodega, "sales", march(10), "EUR", order_value="10")
    total(bodega, "sales", march(11), "EUR", order_value="10")
    rate(bodega, march(3), "EUR", "USD", "1.1")
    value = one(bodega, "revenue", Period(march(1), march(20)))
    assert (value.value, value.state) == (11, "partial")
    (gap,) = value.missing
    assert (gap.family, gap.source, gap.first, gap.last) == (
        "rates",
        "EUR→USD",
        march(11),
        march(11),
    )
    alone = one(bodega, "revenue", Period(march(11), march(11)))
    assert (alone.value, alone.reason, alone.state) == (None, "rate_missing", "partial")


def test_a_day_without_a_rate_is_left_out_on_both_sides(bodega: Client) -> None:
    # 3 March: 20 of 2 leads. 4 March has euros without a rate, so its 8 leads do not count either.
    total(bodega, "ads", march(3), "USD", ad_spend="20")
    total(bodega, "leads", march(3), "", leads=2)
    total(bodega, "ads", march(4), "EUR", ad_spend="7")
    total(bodega, "leads", march(4), "", leads=8)
    value = one(bodega, "cpl")
    assert (value.value, value.state) == (10, "partial")
    assert value.inputs == {"ad_spend": 20, "leads": 2}
    assert one(bodega, "leads").value == 10


def test_the_direction_is_never_turned_round(bodega: Client) -> None:
    total(bodega, "sales", march(3), "EUR", order_value="10")
    rate(bodega, march(3), "USD", "EUR", "0.5")
    assert one(bodega, "revenue", Period(march(3), march(3))).reason == "rate_missing"


def test_two_foreign_currencies_meet_through_the_euro(bodega: Client) -> None:
    total(bodega, "sales", march(3), "BRL", order_value="100")
    rate(bodega, march(3), "BRL", "EUR", "0.2")
    rate(bodega, march(3), "EUR", "USD", "1.1")
    assert one(bodega, "revenue").value == 22  # 100 × 0.2 × 1.1
    rate(bodega, march(3), "BRL", "USD", "0.3")  # a rate of its own goes first
    assert one(bodega, "revenue").value == 30


def test_the_highest_version_holds_and_a_withdrawn_rate_is_gone(bodega: Client) -> None:
    total(bodega, "sales", march(3), "EUR", order_value="10")
    rate(bodega, march(3), "EUR", "USD", "1.1")
    rate(bodega, march(3), "EUR", "USD", "1.3")
    assert one(bodega, "revenue").value == 13
    rate(bodega, march(3), "EUR", "USD", None)
    assert one(bodega, "revenue", Period(march(3), march(3))).reason == "rate_missing"


def test_by_channel_the_parts_add_up_to_the_whole(bodega: Client) -> None:
    total(bodega, "sales", march(3), "EUR", order_value="10", channel="email")
    total(bodega, "sales", march(3), "USD", order_value="5", channel="email")
    total(bodega, "sales", march(4), "EUR", order_value="7", channel="direct")
    total(bodega, "sales", march(20), "EUR", order_value="9", channel="direct")  # no rate
    rate(bodega, march(3), "EUR", "USD", "2")
    rows = answer(bodega, Question(("revenue",), MARCH, split="channel"), sees_costs=True).rows
    found = {row.split: row.values["revenue"].value for row in rows}
    assert found == {"email": 25, "direct": 14}  # 10 × 2 + 5; 7 × 2
    assert one(bodega, "revenue").value == 39


def test_a_stock_takes_the_rate_of_its_last_day(bodega: Client) -> None:
    for day, at in ((30, "1.1"), (31, "1.2")):
        total(bodega, "leads", march(day), "EUR", open_pipeline_amount="100", open_opps=1)
        rate(bodega, march(day), "EUR", "USD", at)
    assert one(bodega, "open_pipeline_value").value == 120


def test_money_can_be_read_in_another_currency(bodega: Client) -> None:
    total(bodega, "sales", march(3), "USD", order_value="10")
    total(bodega, "sales", march(3), "EUR", order_value="4")
    rate(bodega, march(3), "USD", "EUR", "0.9")
    asked = answer(bodega, Question(("revenue",), MARCH, currency="EUR"), sees_costs=True)
    assert (asked.currency, asked.only.values["revenue"].value) == ("EUR", 13)  # 10 × 0.9 + 4


def test_a_viewer_of_one_client_gets_the_same_numbers(bodega: Client, cast: Cast) -> None:
    total(bodega, "sales", march(3), "EUR", order_value="10")
    rate(bodega, march(3), "EUR", "USD", "1.1")
    number = bodega.agency_id
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('rumbo.clients', %s, true)", [str(bodega.pk)])
    assert one(bodega, "revenue").value == 11
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('rumbo.clients', '*', true)")
        cursor.execute("SELECT set_config('rumbo.agency', %s, true)", [str(cast.boreal.pk)])
        cursor.execute("SELECT count(*) FROM kpis_exchangerate")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT set_config('rumbo.agency', %s, true)", [str(number)])


def test_who_has_no_foreign_amounts_asks_no_more_than_before(bodega: Client) -> None:
    total(bodega, "sales", march(3), "USD", order_value="10")
    one(bodega, "revenue")  # what is kept with the client for the request is read now
    with CaptureQueriesContext(connection) as plain:
        one(bodega, "revenue")
    assert not any("exchange" in query["sql"] for query in plain)
    total(bodega, "sales", march(3), "EUR", order_value="10")
    rate(bodega, march(3), "EUR", "USD", "1.1")
    with CaptureQueriesContext(connection) as foreign:
        one(bodega, "revenue")
    # Which days hold foreign amounts, the rates of these days, and the sums once more.
    assert len(foreign) == len(plain) + 3


AMOUNT = st.decimals("-99999", "99999", places=2)
RATE = st.decimals("0.0001", "20000", places=4)
SALES = st.lists(
    st.tuples(st.integers(1, 28), st.sampled_from(["USD", "EUR", "BRL", ""]), AMOUNT), max_size=12
)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(sales=SALES, days=st.dictionaries(st.integers(1, 28), RATE, min_size=1, max_size=8))
def test_converting_rows_and_converting_days_is_the_same(
    bodega: Client, sales: Any, days: dict[int, Decimal]
) -> None:
    """KPIS G.9.12, for any rows and any days with rates; euros and reais, the latter by the euro."""
    with transaction.atomic():
        for day, value in days.items():
            rate(bodega, march(day), "EUR", "USD", str(value))
            rate(bodega, march(day), "BRL", "EUR", "0.18")
        for day, currency, amount in sales:
            total(bodega, "sales", march(day), currency, order_value=amount)
        rows, lacking = Fraction(0), set()
        for day, currency, amount in sales:
            held = [march(day - age) for age in range(8) if day - age in days]
            if currency in ("USD", ""):
                rows += Fraction(amount)
            elif not held:
                lacking.add(march(day))
            else:
                worth = Fraction(days[held[0].day]) * (1 if currency == "EUR" else Fraction("0.18"))
                rows += Fraction(amount) * worth
        for day, currency, amount in sales:
            if march(day) in lacking and currency in ("USD", ""):
                rows -= Fraction(amount)
        value = one(bodega, "revenue")
        assert value.value is not None
        assert Fraction(value.value) == rows
        assert (value.state == "partial") == bool(lacking)
        by_day = answer(bodega, Question(("revenue",), MARCH, by="day"), sees_costs=True).rows
        parts = [row.values["revenue"].value for row in by_day]
        assert sum(Fraction(part) for part in parts if part is not None) == rows
        assert {
            row.bucket.first for row in by_day if row.values["revenue"].value is None
        } == lacking
        transaction.set_rollback(True)


def test_a_statement_over_facts_converts_alike(bodega: Client) -> None:
    facts = [
        (3, "EUR", "10"),
        (8, "EUR", "3"),
        (3, "BRL", "100"),
        (4, "USD", "5"),
        (20, "EUR", "1"),
    ]
    for day, currency, amount in facts:
        total(bodega, "sales", march(day), currency, order_value=amount)
    rate(bodega, march(3), "EUR", "USD", "1.1")
    rate(bodega, march(3), "BRL", "EUR", "0.2")
    rate(bodega, march(8), "EUR", "USD", "9")
    rate(bodega, march(8), "EUR", "USD", None)  # taken back: the 3rd holds
    worth = rate_sql("fact.day", "fact.currency", bodega.agency_id, "USD")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT sum(order_value * rate), bool_or(rate IS NULL) FROM"
            f" (SELECT order_value, {worth} AS rate FROM kpis_dailytotal AS fact"
            "   WHERE client_id = %s AND day < %s) AS fact",
            [bodega.pk, march(20)],
        )
        # 10 × 1.1 + 3 × 1.1 + 100 × 0.2 × 1.1 + 5 = 41.3
        assert cursor.fetchone() == (Decimal("41.3"), False)
        cursor.execute(
            f"SELECT {worth} FROM kpis_dailytotal AS fact WHERE client_id = %s AND day = %s",
            [bodega.pk, march(20)],
        )
        assert cursor.fetchone() == (None,)
    assert one(bodega, "revenue", Period(march(1), march(19))).value == Decimal("41.3")
    for day, currency, to in (
        ("day", "fact.currency", "USD"),
        ("fact.day", "currency", "USD"),
        ("fact.day", "fact.currency", "US'"),
    ):
        with pytest.raises(ValueError, match="not a"):
            rate_sql(day, currency, bodega.agency_id, to)


def test_what_is_counted_from_sales_is_converted_too(bodega: Client) -> None:
    """Historical value: a sale of 10 EUR at 1.1 and one of 5 USD, less a refund of 2 EUR at 1.2."""
    sale = new_sale(bodega, march(3), 10, currency="EUR", is_first=True)
    new_sale(bodega, march(4), 5, customer=sale.customer)
    new_refund(sale, march(9), 2)
    key, days = "cltv_historical", Period(march(1), march(31))
    assert one(bodega, key, days).reason == "rate_missing"
    rate(bodega, march(3), "EUR", "USD", "1.1")
    rate(bodega, march(9), "EUR", "USD", "1.2")
    value = one(bodega, key, days)
    assert value.inputs["cohort_value"] == Decimal("13.6")  # 11 + 5 − 2.4
