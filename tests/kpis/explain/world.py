"""A client whose cost per lead goes from 10.00 to 16.25 between February and March 2026."""

from datetime import date
from typing import Any

from accounts.models import Client
from campaigns.models import SourceSync
from kpis.models import DailyTotal

FEBRUARY, MARCH = date(2026, 2, 10), date(2026, 3, 10)
PAID = {"channel": "paid_search"}


def total(client: Client, family: str, day: date, **columns: Any) -> None:
    DailyTotal.objects.create(
        agency_id=client.agency_id,
        client=client,
        family=family,
        day=day,
        **{"currency": client.currency, **columns},
    )


def sources(client: Client, *families: str) -> None:
    for family in families:
        SourceSync.objects.create(
            agency_id=client.agency_id, client=client, family=family, source="crm", is_live=True
        )


def tell(client: Client) -> None:
    """February against March. In a scope.

    Ads: 500.00 and 1,000 clicks bring 50 leads; then 650.00 and 1,000 clicks bring 40: CPL 10.00
    and 16.25. Sales of paid search: 10 for 1,000.00; then 12 for 1,500.00, 300.00 given back.
    """
    sources(client, "ads", "leads", "sales", "costs")
    ads = {"clicks": 1000, "impressions": 20000, **PAID}
    total(client, "ads", FEBRUARY, ad_spend=500, **ads)
    total(client, "ads", MARCH, ad_spend=650, **ads)
    total(client, "leads", FEBRUARY, leads=50, **PAID)
    total(client, "leads", MARCH, leads=40, **PAID)
    total(client, "sales", FEBRUARY, orders=10, order_value=1000, new_customers=5, **PAID)
    total(client, "sales", MARCH, orders=12, order_value=1500, refunds=300, **PAID)
    total(client, "costs", FEBRUARY, agency_fees=500)
