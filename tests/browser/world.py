"""What there is to see in the browser tests: a client with sixty days of numbers and three goals."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import Campaign, SourceSync
from kpis.calendar import Period
from kpis.goal_setting.services import GoalWish, goal_set
from kpis.models import DailyTotal, SnapshotState
from kpis.services import last_complete_of
from tests.cast import Cast

DAYS = 60


def tell(cast: Cast) -> None:
    """In a transaction of its own, for a server to see."""
    with transaction.atomic():
        tell_bodega(cast)


def tell_bodega(cast: Cast) -> None:
    """Bodega: ads and leads every day, a sale every other; Cafe: nothing yet."""
    with tenant_scope(cast.aurora.pk):
        bodega = cast.bodega
        yesterday = last_complete_of(bodega)
        first = yesterday - timedelta(days=DAYS - 1)
        campaigns = [
            Campaign.objects.create(
                agency=cast.aurora, client=bodega, external_id=str(number), name=name
            )
            for number, name in enumerate(("Brand", "Summer wines <b>2026</b>"))
        ]
        for family in ("web", "ads", "leads", "sales", "costs"):
            late = {"complete_from": first, "complete_through": yesterday - timedelta(days=4)}
            SourceSync.objects.create(
                agency=cast.aurora, client=bodega, family=family, source=f"{family}-source",
                **(late if family == "web" else {"is_live": True}),
            )  # fmt: skip
        SnapshotState.objects.update_or_create(
            agency=cast.aurora, client=bodega, defaults={"stock_through": yesterday}
        )
        rows = [
            row
            for offset in range(DAYS)
            for row in _day(bodega, first + timedelta(days=offset), offset, campaigns)
        ]
        DailyTotal.objects.bulk_create(rows)
        _goals(bodega, Period(first, first + timedelta(days=89)))


def _day(client: Client, day: date, offset: int, campaigns: list[Campaign]) -> list[DailyTotal]:
    """Two channels a day. Plain arithmetic, the same in every run."""
    wave = offset % 7

    def row(family: str, channel: str, campaign: Campaign | None, **columns: Any) -> DailyTotal:
        return DailyTotal(
            agency_id=client.agency_id, client=client, family=family, day=day, channel=channel,
            campaign_id=campaign.pk if campaign else None, currency=client.currency, **columns,
        )  # fmt: skip

    brand, summer = campaigns
    rows = [
        row("web", "paid_search", brand, sessions=80 + 5 * wave, sessions_with_lead=3),
        row("web", "organic_search", None, sessions=120 + 9 * wave, sessions_with_lead=4),
        row("ads", "paid_search", brand, ad_spend=Decimal("42.50"), clicks=60, impressions=2400),
        row("ads", "paid_social", summer, ad_spend=Decimal(30 + wave), clicks=25, impressions=4100),
        row("leads", "paid_search", brand, leads=4 + wave % 3, mqls=2, sqls=1),
        row("leads", "organic_search", None, leads=3, mqls=1),
    ]
    if offset % 2:
        rows.append(
            row(
                "sales",
                "paid_search",
                brand,
                orders=1,
                order_value=Decimal("55.00"),
                new_customers=1,
            )
        )
    return rows


def _goals(client: Client, period: Period) -> None:
    goal_set(client, GoalWish("leads", period, "increase", "cumulative", target=Decimal(700)))
    goal_set(client, GoalWish("revenue", period, "increase", "cumulative", target=Decimal(9000)))
    goal_set(client, GoalWish("ad_spend", period, "cap", "cumulative", target=Decimal(7000)))
