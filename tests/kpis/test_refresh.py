"""From facts to the two grains of the snapshot, by hand."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import Lead, Sale
from kpis.models import DailySnapshot, DailyTotal, DirtyDay, SnapshotState
from tests.cast import Cast
from tests.kpis.facts import (
    coarse_of,
    in_order,
    new_cost,
    new_daily,
    new_lead,
    new_refund,
    new_sale,
    refresh,
    rows_of,
)

MARCH_1, MARCH_2, MARCH_5 = date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 5)


@pytest.fixture
def bodega(cast: Cast):
    with tenant_scope(cast.aurora.pk):
        yield cast.bodega


def test_a_lead_falls_on_each_of_its_days(bodega: Client) -> None:
    new_lead(
        bodega,
        MARCH_1,
        channel="paid_search",
        device="mobile",
        country="ES",
        mql_date=MARCH_2,
        opp_date=MARCH_2,
        closed_date=MARCH_5,
        outcome="won",
        amount=Decimal("1200.50"),
        currency="EUR",
        first_sale_on=MARCH_5,
    )
    refresh(bodega)
    lead = {"family": "leads", "channel": "paid_search", "country": "ES"}
    opened = {**lead, "open_opps": 1, "open_pipeline_amount": Decimal("1200.50"), "currency": "EUR"}
    assert rows_of(bodega) == in_order(
        [
            {
                **lead, "day": MARCH_1, "device": "mobile",
                "leads": 1, "lead_cohort": 1, "lead_cohort_to_mql": 1,
                "prospect_cohort": 1, "prospect_cohort_won": 1,
                "leads_sla_due": 0, "leads_in_sla": 0,  # no time of day is known
            },
            {**lead, "day": MARCH_2, "device": "mobile", "mqls": 1, "mql_cohort": 1,
             "mql_cohort_to_sql": 0},
            {**lead, "day": MARCH_2, "opps_created": 1},
            {
                **lead, "day": MARCH_5, "currency": "EUR", "opps_won": 1, "opps_lost": 0,
                "won_amount": Decimal("1200.50"), "won_cycle_days": 3,
            },
            # Open at the end of 2, 3 and 4 March; on the 5th it is decided.
            *({**opened, "day": date(2026, 3, day)} for day in (2, 3, 4)),
        ],
    )  # fmt: skip


def test_spam_counts_nowhere(bodega: Client) -> None:
    new_lead(bodega, MARCH_1, status="spam", mql_date=MARCH_1, opp_date=MARCH_1)
    refresh(bodega)
    assert rows_of(bodega) == []


def test_cohort_windows_include_their_last_day(bodega: Client) -> None:
    # 31 March is day 30 after the 1st, 30 May day 90; one day later is outside.
    new_lead(bodega, MARCH_1, mql_date=date(2026, 3, 31), first_sale_on=date(2026, 5, 30))
    new_lead(bodega, MARCH_1, mql_date=date(2026, 4, 1), first_sale_on=date(2026, 5, 31))
    new_lead(bodega, MARCH_1, was_customer=True, first_sale_on=date(2026, 2, 1))
    refresh(bodega)
    total = DailyTotal.objects.get(client=bodega, day=MARCH_1)
    assert (total.lead_cohort, total.lead_cohort_to_mql) == (3, 1)
    assert (total.prospect_cohort, total.prospect_cohort_won) == (2, 1)


def test_sales_and_refunds_fall_on_their_own_days(bodega: Client) -> None:
    sale = new_sale(bodega, MARCH_1, "100.10", channel="email", is_first=True)
    new_sale(bodega, MARCH_1, "50", channel="email", customer=sale.customer)
    new_refund(sale, MARCH_5, "20.05")
    refresh(bodega)
    sold = {"family": "sales", "channel": "email", "currency": "EUR"}
    assert rows_of(bodega) == in_order(
        [
            {**sold, "day": MARCH_1, "is_returning": False, "orders": 1, "new_customers": 1,
             "cohort_customers": 1, "repeaters": 0,
             "order_value": Decimal("100.10"), "uncosted_value": Decimal("100.10")},
            {**sold, "day": MARCH_1, "is_returning": True, "orders": 1, "new_customers": 0,
             "cohort_customers": 0, "repeaters": 0,
             "order_value": Decimal("50"), "uncosted_value": Decimal("50")},
            {**sold, "day": MARCH_5, "is_returning": False, "refunds": Decimal("20.05"),
             "uncosted_value": Decimal("-20.05")},
        ],
    )  # fmt: skip
    assert coarse_of(bodega) == in_order(
        [
            {**sold, "day": MARCH_1, "orders": 2, "new_customers": 1, "cohort_customers": 1,
             "repeaters": 0, "order_value": Decimal("150.10"), "uncosted_value": Decimal("150.10")},
            {**sold, "day": MARCH_5, "refunds": Decimal("20.05"),
             "uncosted_value": Decimal("-20.05")},
        ],
    )  # fmt: skip


def test_what_a_source_does_not_report_stays_unknown(bodega: Client) -> None:
    new_daily(bodega, MARCH_1, impressions=100, ad_spend=Decimal("1.50"), item="a")
    new_daily(bodega, MARCH_1, impressions=50, platform_conversions=Decimal("0.333333"), item="b")
    refresh(bodega)
    assert rows_of(bodega) == [
        {
            "family": "ads", "day": MARCH_1, "channel": "unassigned", "currency": "EUR",
            "platform": "test",
            "impressions": 150, "ad_spend": Decimal("1.50"),
            "platform_conversions": Decimal("0.333333"),
        }
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("amount", "currency", "last", "shares"),
    [
        # KPIS A.2: 1,000.00 over 30 days is 10 × 33.34 and 20 × 33.33.
        ("1000.00", "EUR", 30, ["33.34"] * 10 + ["33.33"] * 20),
        ("1000", "JPY", 3, ["334", "333", "333"]),
        ("1", "KWD", 3, ["0.334", "0.333", "0.333"]),
        ("0.02", "EUR", 3, ["0.01", "0.01", "0"]),
        # Finer than a cent: spread in millionths, still exact.
        ("10.001", "EUR", 3, ["3.333667", "3.333667", "3.333666"]),
        ("999999999999.999999", "EUR", 2, ["500000000000", "499999999999.999999"]),
        ("0", "EUR", 2, ["0", "0"]),
    ],
)
def test_a_cost_is_spread_exactly(
    bodega: Client, amount: str, currency: str, last: int, shares: list[str]
) -> None:
    new_cost(bodega, MARCH_1, date(2026, 3, last), amount, currency=currency, layer="media")
    refresh(bodega)
    spread = DailyTotal.objects.filter(client=bodega).order_by("day")
    assert list(spread.values_list("ad_spend", flat=True)) == [Decimal(each) for each in shares]
    assert sum(map(Decimal, shares)) == Decimal(amount)


def test_layers_have_columns_of_their_own(bodega: Client) -> None:
    for layer in ("media", "fee", "tools", "people", "other"):
        new_cost(bodega, MARCH_1, MARCH_1, "1.10", layer=layer, channel="email")
    refresh(bodega)
    columns = ("ad_spend", "agency_fees", "tool_cost", "people_cost", "other_marketing_cost")
    (row,) = rows_of(bodega)
    assert row == {
        "family": "costs", "day": MARCH_1, "channel": "email", "currency": "EUR",
        **dict.fromkeys(columns, Decimal("1.10")),
    }  # fmt: skip


def test_a_second_run_writes_nothing(bodega: Client) -> None:
    new_lead(bodega, MARCH_1, opp_date=MARCH_1)
    assert not refresh(bodega).did_nothing
    before = (
        list(DailySnapshot.objects.filter(client=bodega).order_by("pk").values()),
        list(DailyTotal.objects.filter(client=bodega).order_by("pk").values()),
        list(SnapshotState.objects.values()),
    )
    assert refresh(bodega).did_nothing
    assert before == (
        list(DailySnapshot.objects.filter(client=bodega).order_by("pk").values()),
        list(DailyTotal.objects.filter(client=bodega).order_by("pk").values()),
        list(SnapshotState.objects.values()),
    )


def test_only_marked_days_are_written_again(bodega: Client) -> None:
    new_lead(bodega, MARCH_1)
    new_lead(bodega, MARCH_2)
    refresh(bodega)
    untouched = DailySnapshot.objects.get(client=bodega, day=MARCH_1)
    new_lead(bodega, MARCH_2)
    assert refresh(bodega).days == {"leads": 1}
    assert DailySnapshot.objects.get(client=bodega, day=MARCH_1).pk == untouched.pk
    assert DailySnapshot.objects.get(client=bodega, day=MARCH_2).leads == 2


def test_a_mark_without_a_day_means_all(bodega: Client) -> None:
    new_lead(bodega, MARCH_1, first_sale_on=date(2026, 4, 1))
    refresh(bodega)
    assert DailyTotal.objects.get(client=bodega).prospect_cohort_won == 1
    Client.objects.filter(pk=bodega.pk).update(cohort_days=30)  # 1 April is day 31
    bodega.refresh_from_db()
    assert refresh(bodega).days == {"leads": None, "stock": None}
    assert DailyTotal.objects.get(client=bodega).prospect_cohort_won == 0


def test_a_deleted_fact_leaves_no_row(bodega: Client) -> None:
    new_lead(bodega, MARCH_1, opp_date=MARCH_1)
    new_sale(bodega, MARCH_1, "10")
    refresh(bodega)
    Lead.objects.filter(client=bodega).delete()
    Sale.objects.filter(client=bodega).delete()
    refresh(bodega)
    assert rows_of(bodega) == coarse_of(bodega) == []


@pytest.mark.parametrize(
    ("zone", "instant", "day"),
    [
        ("America/Argentina/Cordoba", "2026-03-01T02:30Z", "2026-02-28"),
        ("America/Mexico_City", "2026-03-01T02:30Z", "2026-02-28"),
        ("Europe/Madrid", "2026-03-01T02:30Z", "2026-03-01"),
        # The day that clocks go forward has 23 hours, the day they go back 25.
        ("Europe/Madrid", "2026-03-28T22:59:59Z", "2026-03-28"),
        ("Europe/Madrid", "2026-03-29T21:59:59Z", "2026-03-29"),
        ("Europe/Madrid", "2026-03-29T22:00Z", "2026-03-30"),
        ("Europe/Madrid", "2026-10-25T22:59:59Z", "2026-10-25"),
        ("Europe/Madrid", "2026-10-25T23:00Z", "2026-10-26"),
        # No local midnight: the day begins at 01:00.
        ("America/Santiago", "2026-09-06T03:59:59Z", "2026-09-05"),
        ("America/Santiago", "2026-09-06T04:00Z", "2026-09-06"),
        ("America/Santiago", "2026-09-07T02:59:59Z", "2026-09-06"),
        ("Africa/Cairo", "2026-04-23T22:00Z", "2026-04-24"),
    ],
)
def test_a_day_is_the_local_one(bodega: Client, zone: str, instant: str, day: str) -> None:
    at = datetime.fromisoformat(instant.replace("Z", "+00:00")).astimezone(UTC)
    new_lead(bodega, created_at=at, tz=zone)
    refresh(bodega)
    assert DailySnapshot.objects.get(client=bodega).day == date.fromisoformat(day)


def test_a_lead_in_another_zone_is_marked_on_both_days(bodega: Client) -> None:
    lead = new_lead(bodega, created_at=datetime(2026, 3, 1, 2, 30, tzinfo=UTC), tz="Europe/Madrid")
    refresh(bodega)
    Lead.objects.filter(pk=lead.pk).update(tz="America/Mexico_City")
    refresh(bodega)
    assert DailySnapshot.objects.get(client=bodega).day == date(2026, 2, 28)


def test_stocks_are_written_through_the_last_complete_day(bodega: Client) -> None:
    new_lead(bodega, MARCH_1, opp_date=date(2020, 1, 1))
    refresh(bodega)
    state = SnapshotState.objects.get(client=bodega)
    stocks = DailyTotal.objects.filter(client=bodega, open_opps=1)
    assert stocks.order_by("-day").first().day == state.stock_through
    assert stocks.count() == (state.stock_through - date(2020, 1, 1)).days + 1
    assert set(stocks.values_list("open_pipeline_amount", "currency")) == {(None, "")}


def test_another_client_is_left_alone(cast: Cast, bodega: Client) -> None:
    new_lead(cast.cafe, MARCH_1)
    new_lead(bodega, MARCH_1)
    refresh(bodega)
    assert not rows_of(cast.cafe)
    assert DirtyDay.objects.filter(client=cast.cafe).exists()
    refresh(cast.cafe)
    assert len(rows_of(cast.cafe)) == len(rows_of(bodega)) == 1
