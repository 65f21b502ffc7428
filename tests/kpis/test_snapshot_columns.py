"""Snapshot = recompute after a change of any one column of a fact: each marks the days that it moves."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import (
    Budget,
    Campaign,
    Cost,
    CustomerTerm,
    DailyFact,
    Interaction,
    LandingPage,
    Lead,
    ManualMonth,
    Refund,
    Sale,
    SaleLine,
    Salesperson,
)
from tests.cast import Cast
from tests.kpis.drawn_facts import FIRST, Desk
from tests.kpis.facts import new_customer, new_product, new_sale, refresh
from tests.kpis.recompute import ADS, MAIL, SOCIAL, WEB, assert_snapshot_is_recomputed, stored


@pytest.fixture
def bodega(cast: Cast) -> Iterator[Client]:
    with tenant_scope(cast.aurora.pk):
        yield cast.bodega


# Every stage on a day of its own, or the mark of one would do for another.
FULL_LEAD = {
    **{
        f"{stage}_date": FIRST + timedelta(days=number)
        for number, stage in enumerate(("created", "mql", "sql", "opp"))
    },
    "closed_date": FIRST + timedelta(days=7), "outcome": "won", "amount": Decimal(5),
    "currency": "EUR", "first_sale_on": FIRST,
}  # fmt: skip
LATER = FIRST + timedelta(days=40)
CHANGES: dict[type, dict[str, Any]] = {
    Lead: {
        "created_date": LATER, "mql_date": LATER, "sql_date": LATER, "opp_date": LATER,
        "closed_date": LATER, "outcome": "lost", "amount": Decimal(6), "currency": "JPY",
        "first_sale_on": LATER + timedelta(days=90), "was_customer": True, "status": "spam",
        "channel": "email", "campaign_id": 0, "device": "mobile", "landing_page_id": 0,
        "country": "ES", "first_salesperson_id": 0, "mql_salesperson_id": 0,
        "sql_salesperson_id": 0, "opp_salesperson_id": 0, "closed_salesperson_id": 0,
        "utm_source": "x", "utm_medium": "y",
    },
    Sale: {
        "sold_date": LATER, "amount": Decimal(7), "currency": "JPY", "is_first": True,
        "channel": "email", "campaign_id": 0, "device": "mobile", "country": "ES",
        "salesperson_id": 0, "utm_source": "x", "utm_medium": "y", "customer_id": None,
        "cost_of_goods": Decimal(2), "has_lines": True,
    },
    Refund: {
        "refunded_date": LATER, "amount": Decimal(7), "currency": "JPY", "is_first": True,
        "channel": "email", "campaign_id": 0, "device": "mobile", "country": "ES",
        "salesperson_id": 0, "utm_source": "x", "utm_medium": "y", "product_id": 0,
        "cost_of_goods": Decimal(2), "sale_id": None,
    },
    SaleLine: {
        "product_id": 0, "units": 9, "amount": Decimal(7), "cost_of_goods": Decimal(2), "sale_id": 0,
    },
    Budget: {
        "starts_on": FIRST - timedelta(days=1), "ends_on": LATER, "amount": Decimal(7),
        "currency": "JPY", "channel": "email", "campaign_id": 0,
    },
    Interaction: {
        "happened_date": LATER, "kind": "meeting", "is_bulk": True, "salesperson_id": 0,
        "customer_id": None,
    },
    CustomerTerm: {
        "starts_on": FIRST - timedelta(days=1), "ends_on": LATER, "customer_id": 0,
    },
    ManualMonth: {
        "month": date(2026, 4, 1), "net_profit": Decimal(-3), "total_revenue": Decimal(4),
        "currency": "JPY",
    },
    Cost: {
        "starts_on": FIRST - timedelta(days=1), "ends_on": LATER, "amount": Decimal(7),
        "currency": "JPY", "layer": "tools", "channel": "email", "campaign_id": 0,
    },
    DailyFact: {
        "family": "web", "day": LATER, "currency": "JPY", "channel": "email", "campaign_id": 0,
        "device": "mobile", "landing_page_id": 0, "country": "ES", "utm_source": "x",
        "utm_medium": "y", "platform": "other",
        **dict.fromkeys((*WEB, *ADS, *MAIL, *SOCIAL, "followers"), 3),
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "column"), [(kind, column) for kind, values in CHANGES.items() for column in values]
)
def test_a_change_of_any_one_column_reaches_the_snapshot(
    bodega: Client, kind: type, column: str
) -> None:
    desk = Desk(bodega)
    families = {"mail": MAIL, "social": (*SOCIAL, "followers"), "web": WEB}
    family = next((name for name, columns in families.items() if column in columns), "ads")
    firsts: dict[type, dict[str, Any]] = {
        Lead: FULL_LEAD,
        Sale: {"sold_date": FIRST, "amount": 5},
        Refund: {"refunded_date": FIRST, "amount": 5},
        Cost: {"starts_on": FIRST, "ends_on": FIRST, "amount": 5},
        DailyFact: {"day": FIRST, "clicks": 1, "sessions": 1, "family": family},
        SaleLine: {"amount": 5},
        Budget: {"starts_on": FIRST, "ends_on": FIRST, "amount": 5},
        Interaction: {"happened_date": FIRST},
        CustomerTerm: {"starts_on": FIRST, "ends_on": FIRST},
        ManualMonth: {"total_revenue": 3},
    }
    desk.write(kind, firsts[kind])
    refresh(bodega)
    before = stored(bodega)
    value = CHANGES[kind][column]
    if value == 0:
        value = _parent(bodega, column)
    kind.objects.filter(pk=desk.facts[kind][0]).update(**{column: value})  # type: ignore[attr-defined]
    refresh(bodega)
    assert_snapshot_is_recomputed(bodega)
    assert stored(bodega) != before


def _parent(client: Client, column: str) -> int:
    own = {"agency_id": client.agency_id, "client": client}
    if column == "landing_page_id":
        return LandingPage.objects.create(**own, path="/new").pk
    if column == "product_id":
        return new_product(client).pk
    if column == "customer_id":
        customer = new_customer(client)
        customer.country = "FR"
        customer.save()
        return customer.pk
    if column == "sale_id":
        return new_sale(client, FIRST, 0, country="FR").pk
    model = Campaign if column == "campaign_id" else Salesperson
    return model.objects.create(**own, external_id="new", name="New").pk
