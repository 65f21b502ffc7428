"""The nightly audit: closed days recounted from the facts; what differs is reported, not mended."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection

from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import SourceSync
from kpis.audit import Differing, differing, sampled_days
from kpis.families import PARTS
from kpis.models import DailySnapshot, DailyTotal, DayClose, DirtyDay, Restatement
from kpis.night import night_work
from kpis.parameters import sql_versions
from tests.cast import Cast
from tests.kpis.facts import new_cost, new_daily, new_lead, new_refund, new_sale, refresh

FIRST = date(2026, 1, 1)
NIGHT = date(2026, 4, 15)


def day(step: int) -> date:
    return FIRST + timedelta(days=step)


@pytest.fixture
def bodega(cast: Cast) -> Iterator[Client]:
    """Thirty days of facts of every family, refreshed and closed long ago."""
    with (
        time_machine.travel(datetime(2026, 4, 15, 1, tzinfo=UTC), tick=False),
        tenant_scope(cast.aurora.pk),
    ):
        client = cast.bodega
        for family in ("web", "ads", "leads", "sales", "costs"):
            SourceSync.objects.create(
                agency=cast.aurora, client=client, family=family, source="test",
                complete_from=FIRST, complete_through=day(29),
            )  # fmt: skip
        for step in range(30):
            new_lead(
                client, day(step), channel="email", opp_date=day(step), amount=7, currency="EUR"
            )
            sale = new_sale(client, day(step), 10 + step, channel="email")
            new_refund(sale, day(step), 1)
            new_daily(client, day(step), channel="paid_search", ad_spend=3, clicks=5)
            new_daily(client, day(step), family="web", channel="email", sessions=9, device="mobile")
        new_cost(client, FIRST, day(29), 100)
        refresh(client)
        DayClose.objects.bulk_create(
            DayClose(agency=cast.aurora, client=client, family=family, day=day(step))
            for family in ("web", "ads", "leads", "sales", "costs")
            for step in range(30)
        )
        yield client


def all_days() -> list[date]:
    return [day(step) for step in range(30)]


def test_what_follows_from_its_facts_does_not_differ(bodega: Client) -> None:
    for part in PARTS.values():
        assert differing(bodega, part, all_days(), sql_versions(bodega)) == [], part.name


def test_a_spoilt_total_is_found_in_either_grain(bodega: Client) -> None:
    for grain in (DailyTotal, DailySnapshot):
        rows = grain.objects.filter(client=bodega, day=day(4), orders__gt=0)
        rows.update(orders=3)
        # One sale in the facts, three in this grain.
        found = differing(bodega, PARTS["sales"], [day(3), day(4)], sql_versions(bodega))
        assert found == [Differing("sales", day(4), "orders", Decimal(-2))], grain
        rows.update(orders=1)
    assert differing(bodega, PARTS["sales"], [day(4)], sql_versions(bodega)) == []


def test_what_stands_at_the_wrong_channel_is_found_though_the_day_adds_up(bodega: Client) -> None:
    DailyTotal.objects.filter(client=bodega, day=day(4), leads=1).update(channel="direct")
    found = differing(bodega, PARTS["leads"], [day(4)], sql_versions(bodega))
    assert {(each.measure, each.difference) for each in found} >= {("leads", Decimal(2))}


def test_the_same_night_draws_the_same_days_and_another_others(bodega: Client) -> None:
    drawn = sampled_days(bodega, NIGHT)
    assert drawn == sampled_days(bodega, NIGHT)
    assert {len(drawn[name]) for name in ("web", "ads", "leads", "sales")} == {3}
    assert len(drawn["stock"]) == 1
    assert set().union(*drawn.values()) <= set(all_days())
    nights = {sampled_days(bodega, NIGHT + timedelta(days=step))["sales"] for step in range(10)}
    assert len(nights) > 5
    assert sampled_days(bodega, day(0)) == {}  # nothing is old enough


def test_the_night_reports_what_differs_and_a_rebuild_puts_it_into_the_ledger(
    bodega: Client,
) -> None:
    drawn = sampled_days(bodega, NIGHT)["sales"][0]
    DailyTotal.objects.filter(client=bodega, day=drawn, orders=1).update(orders=4)
    DailySnapshot.objects.filter(client=bodega, day=drawn, orders=1).update(orders=4)
    found = night_work(bodega, NIGHT)
    assert found.differing == [
        {"part": "sales", "day": drawn.isoformat(), "measure": "orders", "difference": "-3"}
    ]
    assert drawn.isoformat() in found.audited["sales"]
    assert DailyTotal.objects.get(client=bodega, day=drawn, orders__gt=0).orders == 4
    assert not Restatement.objects.filter(client=bodega).exists()
    DirtyDay.objects.create(agency_id=bodega.agency_id, client=bodega, reason="rebuilt")
    refresh(bodega)
    row = Restatement.objects.get(client=bodega)
    assert (row.day, row.measure, row.difference, row.reasons) == (drawn, "orders", -3, ["rebuilt"])
    assert night_work(bodega, NIGHT).differing == []


def test_a_day_with_a_mark_is_not_reported(bodega: Client) -> None:
    """A writer that commits while the night is at work leaves marks, and a refresh will come."""
    drawn = sampled_days(bodega, NIGHT)["sales"][0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM kpis_dirtyday WHERE client_id = %s", [bodega.pk])
        assert cursor.fetchone() == (0,)
    new_sale(bodega, drawn, 5)
    assert differing(bodega, PARTS["sales"], [drawn], sql_versions(bodega)) != []
    assert night_work(bodega, NIGHT).differing == []  # refreshed first


def test_the_rebuild_command_is_there(committed_cast: Cast) -> None:
    out = StringIO()
    call_command("refresh", agency="aurora", client="bodega", all=True, stdout=out)
    assert "bodega" in out.getvalue()
