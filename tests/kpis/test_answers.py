"""Questions to the snapshot, against totals worked out by hand."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import Campaign, Lead, Sale, SourceSync
from campaigns.models.parents import Customer
from kpis.calendar import Period
from kpis.models import DailySnapshot, DailyTotal, SnapshotState
from kpis.question import Question
from kpis.services import answer
from tests.cast import Cast

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
pytestmark = pytest.mark.usefixtures("in_april")


@pytest.fixture
def in_april() -> Any:
    """Noon of 15 April 2026: March is complete, and settled for leads and ads."""
    with time_machine.travel(datetime(2026, 4, 15, 12, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def bodega(cast: Cast) -> Any:
    """Bodega inside its scope, with live sources for every family."""
    with tenant_scope(cast.aurora.pk):
        for family in ("web", "ads", "leads", "sales", "costs"):
            sync(cast.bodega, family)
        SnapshotState.objects.create(
            agency=cast.aurora, client=cast.bodega, stock_through=date(2026, 4, 14)
        )
        yield cast.bodega


def sync(client: Client, family: str, **fields: Any) -> None:
    fields = fields or {"is_live": True}
    SourceSync.objects.create(
        agency_id=client.agency_id,
        client=client,
        family=family,
        source=f"{family}-source",
        **fields,
    )


def total(client: Client, family: str, day: int, grain: Any = DailyTotal, **columns: Any) -> None:
    grain.objects.create(
        agency_id=client.agency_id,
        client=client,
        family=family,
        day=date(2026, 3, day),
        **{"currency": client.currency, **columns},
    )


def one(client: Client, key: str, period: Period = MARCH, **asked: Any) -> Any:
    return answer(client, Question((key,), period, **asked), sees_costs=True).only.values[key]


def test_it_sums_then_divides(bodega: Client) -> None:
    # 250.00 + 1000.00 = 1250.00 over 20 + 30 = 50 leads is 25.00; the mean of 12.50 and 33.33 is not.
    total(bodega, "ads", 1, channel="paid_search", ad_spend="250.00")
    total(bodega, "ads", 2, channel="paid_search", ad_spend="1000.00")
    total(bodega, "leads", 1, channel="paid_search", leads=20)
    total(bodega, "leads", 2, channel="email", leads=30)
    value = one(bodega, "cpl")
    assert value.value == Decimal(25)
    assert value.inputs == {"ad_spend": Decimal("1250.00"), "leads": Decimal(50)}
    assert (value.reason, value.state, value.missing) == (None, "final", ())


def test_a_missing_denominator_is_unknown_and_a_missing_numerator_zero(bodega: Client) -> None:
    total(bodega, "ads", 1, ad_spend="250.00")
    assert one(bodega, "cpl").reason == "zero_denominator"
    total(bodega, "leads", 1, leads=4)
    assert one(bodega, "lead_close_ratio_period").value == 0


def test_it_splits_and_the_parts_add_up(bodega: Client) -> None:
    total(bodega, "leads", 1, channel="paid_search", leads=20)
    total(bodega, "leads", 9, channel="email", leads=30)
    total(bodega, "leads", 9, channel="unassigned", leads=1)
    reply = answer(bodega, Question(("leads", "mer"), MARCH, split="channel"), sees_costs=True)
    assert [(row.split, row.values["leads"].value) for row in reply.rows] == [
        ("paid_search", 20),
        ("email", 30),
        ("unassigned", 1),
    ]
    # MER has no channel: asking gives no value, never a repeated total.
    assert {row.values["mer"].reason for row in reply.rows} == {"not_applicable"}


def test_it_cuts_time_and_compares_bucket_by_bucket(bodega: Client) -> None:
    DailyTotal.objects.create(
        agency_id=bodega.agency_id, client=bodega, family="leads", day=date(2026, 2, 3), leads=7
    )
    total(bodega, "leads", 5, leads=10)
    total(bodega, "leads", 31, leads=2)
    reply = answer(
        bodega, Question(("leads",), MARCH, by="week", compare="previous"), sees_costs=True
    )
    # Weeks from Monday: 1 March is a Sunday, so the first bucket is that day alone.
    assert [(row.bucket_key, row.values["leads"].value) for row in reply.rows] == [
        ("2026-W09", 0),
        ("2026-W10", 10),
        ("2026-W11", 0),
        ("2026-W12", 0),
        ("2026-W13", 0),
        ("2026-W14", 2),
    ]
    assert [row.previous and row.previous["leads"].value for row in reply.rows] == [
        0, 7, 0, 0, 0, None,
    ]  # fmt: skip
    assert reply.comparison and reply.comparison.period == Period(
        date(2026, 2, 1), date(2026, 2, 28)
    )


def test_it_takes_the_grain_that_has_the_dimension(bodega: Client) -> None:
    total(bodega, "web", 1, sessions=1000)
    total(bodega, "web", 1, grain=DailySnapshot, device="mobile", sessions=650)
    total(bodega, "web", 1, grain=DailySnapshot, device="desktop", sessions=350)
    value = one(bodega, "mobile_traffic_share")
    assert value.value == Decimal("0.65")
    assert value.inputs == {"sessions[device=mobile]": Decimal(650), "sessions": Decimal(1000)}
    assert one(bodega, "sessions", filters={"device": ("mobile",)}).value == 650
    assert (
        one(bodega, "mobile_traffic_share", filters={"device": ("mobile",)}).reason
        == "not_applicable"
    )


def test_a_stock_is_its_last_day(bodega: Client) -> None:
    total(bodega, "leads", 30, open_pipeline_amount="120000")
    total(bodega, "leads", 31, open_pipeline_amount="126000")
    assert one(bodega, "open_pipeline_value").value == 126000
    reply = answer(bodega, Question(("open_pipeline_value",), MARCH, by="day"), sees_costs=True)
    assert [row.values["open_pipeline_value"].value for row in reply.rows][-2:] == [120000, 126000]


def test_an_incomplete_source_makes_it_partial(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        client = cast.bodega
        sync(client, "leads")
        sync(client, "ads", complete_from=date(2026, 1, 1), complete_through=date(2026, 3, 20))
        total(client, "ads", 20, ad_spend="100")
        total(client, "leads", 20, leads=5)
        total(client, "leads", 25, leads=5)  # no spend is known for this day: not divided by
        value = one(client, "cpl")
        assert (value.value, value.state) == (Decimal(20), "partial")
        assert [(gap.family, gap.first, gap.last) for gap in value.missing] == [
            ("ads", date(2026, 3, 21), date(2026, 3, 31))
        ]
        assert one(client, "leads").value == 10
        assert one(client, "cac").reason == "no_source"


def test_money_in_another_currency_is_not_added(bodega: Client) -> None:
    total(bodega, "sales", 1, order_value="100", orders=1)
    total(bodega, "sales", 2, order_value="100", orders=1, currency="USD")
    revenue = one(bodega, "revenue")  # with rates: tests/kpis/test_money.py
    assert (revenue.value, revenue.state) == (100, "partial")
    assert one(bodega, "sales_count").value == 2


def test_a_measure_that_nobody_reports_is_unknown(bodega: Client) -> None:
    total(bodega, "ads", 1, clicks=10, impressions=100, ad_spend="5")
    assert one(bodega, "platform_leads").reason == "not_reported"
    # Reported in February, absent in March: a complete source without a row is zero.
    DailyTotal.objects.create(
        agency_id=bodega.agency_id,
        client=bodega,
        family="ads",
        day=date(2026, 2, 1),
        platform_leads=3,
    )
    assert one(bodega, "platform_leads").value == 0


def test_buyers_are_recounted(bodega: Client) -> None:
    ana = Customer.objects.create(agency_id=bodega.agency_id, client=bodega, external_id="ana")
    blas = Customer.objects.create(agency_id=bodega.agency_id, client=bodega, external_id="blas")
    for number, (customer, day) in enumerate([(ana, 2), (ana, 3), (blas, 3)]):
        Sale.objects.create(
            agency_id=bodega.agency_id, client=bodega, source="shop", external_id=str(number),
            tz="Europe/Madrid", customer=customer, sold_date=date(2026, 3, day), amount=40,
            currency="EUR",
        )  # fmt: skip
        total(bodega, "sales", day, order_value="40", orders=1)
    # 120 / 2 buyers; by day it is 40 / 1 and 80 / 2: days do not add up.
    assert one(bodega, "revenue_per_customer").value == 60
    reply = answer(bodega, Question(("revenue_per_customer",), MARCH, by="day"), sees_costs=True)
    assert [row.values["revenue_per_customer"].value for row in reply.rows][:3] == [None, 40, 40]


def test_the_median_waits_for_the_unanswered(bodega: Client) -> None:
    created = datetime(2026, 3, 10, 9, tzinfo=UTC)

    def lead(number: int, minutes: int | None) -> None:
        answered = (
            None
            if minutes is None
            else datetime(2026, 3, 10, 9 + minutes // 60, minutes % 60, tzinfo=UTC)
        )
        Lead.objects.create(
            agency_id=bodega.agency_id, client=bodega, source="form", external_id=str(number),
            tz="Europe/Madrid", created_at=created, answered_at=answered,
        )  # fmt: skip

    for number, minutes in enumerate([4, 12, 30, 95, None]):
        lead(number, minutes)
    assert one(bodega, "speed_to_lead").value == 30
    lead(6, 50)  # 4 12 30 | 50 95 ∞: the mean of the two in the middle is 40
    assert one(bodega, "speed_to_lead").value == 40
    for number in range(10, 20):
        lead(number, None)
    assert one(bodega, "speed_to_lead").reason == "unanswered"


def test_the_median_is_divided_once(bodega: Client) -> None:
    created = datetime(2026, 3, 10, 9, tzinfo=UTC)
    Lead.objects.create(
        agency_id=bodega.agency_id, client=bodega, source="form", external_id="1",
        tz="Europe/Madrid", created_at=created, answered_at=created + timedelta(seconds=100),
    )  # fmt: skip
    assert one(bodega, "speed_to_lead").value == Decimal(100) / 60  # to all 28 digits


def test_growth_has_a_comparison_of_its_own(bodega: Client) -> None:
    DailyTotal.objects.create(
        agency_id=bodega.agency_id, client=bodega, family="sales", day=date(2025, 3, 9), order_value=10000,
        currency="EUR",
    )  # fmt: skip
    total(bodega, "sales", 9, order_value="12000")
    assert one(bodega, "sales_growth").value == Decimal("0.2")


def test_agency_costs_are_not_among_a_viewers_inputs(bodega: Client) -> None:
    total(bodega, "costs", 1, people_cost="700", agency_fees="100")
    total(bodega, "sales", 1, new_customers=10)
    seen = answer(bodega, Question(("cac",), MARCH), sees_costs=False).only.values["cac"]
    assert seen.value == 80
    assert seen.inputs == {"ad_spend": Decimal(0), "new_customers": Decimal(10)}
    assert "people_cost" in one(bodega, "cac").inputs


def test_campaigns_have_names(bodega: Client) -> None:
    campaign = Campaign.objects.create(
        agency_id=bodega.agency_id, client=bodega, external_id="x", name="Verano"
    )
    total(bodega, "leads", 1, leads=1, campaign_id=campaign.pk)
    total(bodega, "leads", 1, leads=2)
    reply = answer(bodega, Question(("leads",), MARCH, split="campaign"), sees_costs=True)
    assert [(row.split, row.label, row.values["leads"].value) for row in reply.rows] == [
        (str(campaign.pk), "Verano", 1),
        ("", "", 2),
    ]
