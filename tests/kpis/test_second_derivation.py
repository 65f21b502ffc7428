"""Every KPI of the catalogue, computed twice: by `answer` and by a query of its own over the facts."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection

from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import Sale
from kpis.calendar import Period, buckets
from kpis.catalogue import KPIS
from kpis.question import Question, Row
from kpis.rates.services import RateRow, rates_put
from kpis.services import answer
from kpis.snapshots import snapshot_refresh
from tests.cast import Cast
from tests.kpis import more_derivations, second_derivation
from tests.kpis.varied_facts import CHANNELS, write_facts
from tests.kpis.varied_ranges import report_ranges

FACTS = (date(2024, 11, 20), date(2026, 4, 20))
#: Whole months and parts of months, with a 29 February a year before part of it.
RANGES = (
    Period(date(2025, 1, 11), date(2026, 3, 20)),
    Period(date(2025, 12, 1), date(2026, 2, 28)),
)
ALL = tuple(KPIS)
QUERIES = second_derivation.QUERIES | more_derivations.QUERIES
NOT_BY_CHANNEL = second_derivation.NOT_BY_CHANNEL | more_derivations.NOT_BY_CHANNEL
#: For which platforms reported: one of the whole ranges, and two of the months.
REPORTED = (
    RANGES[1],
    Period(date(2025, 5, 1), date(2025, 5, 31)),
    Period(date(2025, 8, 1), date(2025, 8, 31)),
)

#: What a client chose changes numbers: bases, window, zone, and a currency without cents.
CLIENTS: tuple[dict[str, Any], ...] = (
    {"time_zone": "America/Sao_Paulo", "currency": "EUR"},
    {
        "time_zone": "America/Santiago", "currency": "CLP", "cost_basis": "full",
        "profit_basis": "margin", "margin": Decimal("0.35"), "cohort_days": 45,
        "active_days": 60, "repeat_days": 40, "sla_minutes": 30,
    },
    {
        "time_zone": "Europe/Madrid", "currency": "EUR", "cost_basis": "media_fees",
        "profit_basis": "cost_of_goods", "margin": Decimal("0.4"), "active_days": 200,
    },
)  # fmt: skip


@pytest.fixture(params=range(len(CLIENTS)), ids=["media", "full", "fees"])
def client_of_facts(cast: Cast, request: pytest.FixtureRequest) -> Iterator[Client]:
    """A client with facts and a fresh snapshot, beside another one with other facts."""
    with (
        time_machine.travel(datetime(2026, 7, 1, 12, tzinfo=UTC), tick=False),
        tenant_scope(cast.aurora.pk),
    ):
        for name, value in CLIENTS[request.param].items():
            setattr(cast.bodega, name, value)
        cast.bodega.save()
        world = write_facts(cast.bodega, 20260301 + request.param, *FACTS)
        report_ranges(world, REPORTED)
        write_facts(cast.cafe, 7, *FACTS, leads=40)
        snapshot_refresh(cast.bodega)
        yield cast.bodega


def test_every_kpi_has_a_query_and_every_query_a_kpi() -> None:
    assert set(QUERIES) == set(KPIS)


def test_whole_ranges(client_of_facts: Client) -> None:
    for period in RANGES:
        assert len(_answered_twice(client_of_facts, Question(ALL, period))) == 1


def test_by_month(client_of_facts: Client) -> None:
    rows = _answered_twice(client_of_facts, Question(ALL, RANGES[0], by="month"))
    assert [row.bucket for row in rows] == [part.period for part in buckets(RANGES[0], "month")]


def test_by_channel(client_of_facts: Client) -> None:
    for period in RANGES:
        rows = _answered_twice(client_of_facts, Question(ALL, period, split="channel"))
        assert {row.split for row in rows} == {*CHANNELS, ""}  # costs may be tagged to none


def test_one_channel_by_quarter(client_of_facts: Client) -> None:
    filters = {"channel": ("paid_search",)}
    _answered_twice(client_of_facts, Question(ALL, RANGES[0], by="quarter", filters=filters))


def test_a_sale_in_another_currency_counts_with_its_days_rate_and_without_one_costs_the_day(
    client_of_facts: Client,
) -> None:
    own = Sale.objects.filter(
        client=client_of_facts, channel="paid_search", sold_on__gte=RANGES[0].first
    )
    sale = own.order_by("sold_on").first()
    assert sale and sale.sold_on <= RANGES[0].last
    sale.currency = "USD"
    sale.save()
    snapshot_refresh(client_of_facts)
    values = answer(client_of_facts, Question(ALL, RANGES[0]), sees_costs=True).only.values
    day = (sale.sold_on, sale.sold_on)
    lacking = {
        key
        for key, value in values.items()
        if any(("rates", *day) == (gap.family, gap.first, gap.last) for gap in value.missing)
    }
    assert {
        "revenue", "sales_growth", "aov", "revenue_per_customer", "roas", "roi", "mer",
        "cac_to_ticket",
    } <= lacking  # fmt: skip
    assert {values[key].state for key in lacking} == {"partial"}
    # What is added up over a customer's whole life has no day to leave out.
    unknown = {key for key, value in values.items() if value.reason == "rate_missing"}
    for key in unknown:
        assert "cohort_value" in {each.key for each in KPIS[key].measures()}, key
    of_no_money_of_sales = {"leads", "cpl", "sales_count", "new_customers", "cac", "ad_spend"}
    assert not (lacking | unknown) & of_no_money_of_sales
    for key in set(ALL) - lacking - unknown:
        assert _is_equal(values[key].value, _derived(client_of_facts, key, RANGES[0])), key
    # The queries below know no currencies: at 1 to 1 they say what converting must give.
    rates_put(
        client_of_facts.agency,
        [RateRow(sale.sold_on, "USD", client_of_facts.currency, Decimal(1))],
        "test",
    )
    for row in _answered_twice(client_of_facts, Question(ALL, RANGES[0])):
        assert {value.state for key, value in row.values.items() if key in lacking} == {"final"}


def _answered_twice(client: Client, question: Question) -> tuple[Row, ...]:
    """The rows of the answer, each of whose values equals the query's to the twentieth decimal."""
    rows = answer(client, question, sees_costs=True).rows
    pairs = {}
    for row in rows:
        channel = row.split if question.split else question.filters.get("channel", (None,))[0]
        for key, value in row.values.items():
            is_asked_in_vain = channel is not None and key in NOT_BY_CHANNEL
            derived = None if is_asked_in_vain else _derived(client, key, row.bucket, channel)
            pairs[key, row.bucket_key, channel] = value.value, derived
    assert {name: pair for name, pair in pairs.items() if not _is_equal(*pair)} == {}
    # The facts are varied enough: more is known than not.
    assert sum(given is not None for given, _derived_value in pairs.values()) > len(pairs) / 2
    return rows


def _derived(
    client: Client, key: str, period: Period, channel: str | None = None
) -> Decimal | None:
    with connection.cursor() as cursor:
        cursor.execute(
            QUERIES[key],
            {
                "client": client.pk, "channel": channel,
                "first": period.first, "last": period.last, "through": date(2026, 6, 30),
            },
        )  # fmt: skip
        return cursor.fetchone()[0]


def _is_equal(given: Decimal | None, derived: Decimal | None) -> bool:
    if given is None or derived is None:
        return given is derived
    return abs(given - derived) <= Decimal("1e-20")
