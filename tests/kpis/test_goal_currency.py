"""A goal in money keeps the currency in which it was set (KPIS G.6)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser

from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import SourceSync
from kpis.calendar import Period
from kpis.goal_setting.services import GoalWish, goal_set
from kpis.goal_standing.progress import progress_of
from kpis.models import DailyTotal, Goal, SnapshotState
from kpis.rates.services import RateRow, rates_put
from tests.cast import Cast

HALF = Period(date(2026, 1, 1), date(2026, 6, 30))


@pytest.fixture
def goal(cast: Cast) -> Iterator[Goal]:
    """Revenue of 300 EUR in the first half of 2026; 100 EUR and 100 USD are in by 15 April."""
    with (
        time_machine.travel(datetime(2026, 4, 15, 12, tzinfo=UTC), tick=False),
        tenant_scope(cast.aurora.pk),
    ):
        own: dict[str, Any] = {"agency": cast.aurora, "client": cast.bodega}
        for family in ("web", "ads", "leads", "sales", "costs"):
            SourceSync.objects.create(**own, family=family, source=family, is_live=True)
        SnapshotState.objects.create(**own, stock_through=date(2026, 4, 14))
        for currency in ("EUR", "USD"):
            DailyTotal.objects.create(
                **own, family="sales", day=date(2026, 3, 3), currency=currency, order_value=100
            )
        rows = [
            RateRow(date(2026, 3, 3), "USD", "EUR", Decimal("0.9")),
            RateRow(date(2026, 3, 3), "EUR", "USD", Decimal("1.1")),
        ]
        rates_put(cast.aurora, rows, "test")
        wish = GoalWish("revenue", HALF, "increase", "cumulative", Decimal(300))
        yield goal_set(cast.bodega, wish)


def test_a_switch_of_the_reports_does_not_change_the_status(goal: Goal, cast: Cast) -> None:
    (before,) = progress_of(cast.bodega, [goal])
    assert before.actual == 190  # 100 + 100 × 0.9
    Client.objects.filter(pk=cast.bodega.pk).update(currency="USD")
    switched = Client.objects.get(pk=cast.bodega.pk)
    (after,) = progress_of(switched, [goal])
    assert (after.actual, after.status, after.attainment) == (
        before.actual,
        before.status,
        before.attainment,
    )


def test_the_page_keeps_its_currency(cast: Cast) -> None:
    with time_machine.travel(datetime(2026, 4, 15, 12, tzinfo=UTC), tick=False):
        with tenant_scope(cast.aurora.pk):
            wish = GoalWish("revenue", HALF, "increase", "cumulative", Decimal(300))
            number = goal_set(cast.bodega, wish).pk
            Client.objects.filter(pk=cast.bodega.pk).update(currency="USD")
        browser = Browser()
        browser.force_login(cast.alicia)
        page = browser.get(f"/a/aurora/c/bodega/goals/{number}/").content.decode()
        assert "300,00\xa0€" in page
        assert "300,00\xa0US$" not in page
        told = browser.get(
            f"/api/v1/clients/bodega/goals/{number}/", headers={"rumbo-agency": "aurora"}
        ).json()
        assert (told["currency"], told["target"]) == ("EUR", "300.00")
