"""Closed days: what their totals became afterwards, by how much, since when and why."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db.models import Sum

from accounts.models import Client
from accounts.tenancy import tenant_scope, writing_because
from campaigns.models import Lead
from kpis.calendar import Period
from kpis.closing import closed_by, closed_days, restated_after
from kpis.models import DailyTotal, DayClose, DirtyDay, Restatement
from tests.cast import Cast
from tests.kpis.facts import new_cost, new_lead, new_sale, refresh

MARCH_10 = date(2026, 3, 10)
DAY = Period(MARCH_10, MARCH_10)


@pytest.fixture
def bodega(cast: Cast) -> Iterator[Client]:
    with tenant_scope(cast.aurora.pk):
        yield cast.bodega


def close(client: Client, family: str, day: date, on: date) -> None:
    DayClose.objects.create(
        agency_id=client.agency_id, client=client, family=family, day=day, closed_at=noon(on)
    )


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def ledger(client: Client) -> list[tuple[object, ...]]:
    rows = Restatement.objects.filter(client=client).order_by("measure", "channel", "day")
    return list(rows.values_list("measure", "channel", "day", "difference"))


def leads_now(client: Client) -> int:
    return DailyTotal.objects.filter(client=client, day=MARCH_10).aggregate(n=Sum("leads"))["n"]


def test_the_example_of_the_definition(bodega: Client) -> None:
    """KPIS G.3: closed on the 12th with 40; +3 on the 13th, −1 on the 20th."""
    leads = [new_lead(bodega, MARCH_10) for _ in range(40)]
    refresh(bodega)
    assert ledger(bodega) == []  # provisional: nothing to restate
    close(bodega, "leads", MARCH_10, date(2026, 3, 12))
    with writing_because("import", 7):
        for _ in range(3):
            new_lead(bodega, MARCH_10)
    refresh(bodega)
    Restatement.objects.update(recorded_at=noon(date(2026, 3, 13)))
    with writing_because("spam"):
        Lead.objects.filter(pk=leads[0].pk).update(status="spam")
    refresh(bodega)
    latest = Restatement.objects.filter(reasons=["spam"])
    latest.update(recorded_at=noon(date(2026, 3, 20)))

    of_leads = Restatement.objects.filter(measure="leads").order_by("recorded_at")
    assert list(of_leads.values_list("difference", "reasons", "batch_ids")) == [
        (Decimal(3), ["import"], [7]),
        (Decimal(-1), ["spam"], []),
    ]
    now = leads_now(bodega)
    assert now == 42
    as_of = {
        day: now - restated_after(bodega, "leads", DAY, noon(date(2026, 3, day)))
        for day in (12, 16, 25)
    }
    assert as_of == {12: 40, 16: 43, 25: 42}
    # Before it was closed there is nothing to go back to.
    assert closed_by(bodega, "leads", DAY, noon(date(2026, 3, 12)))
    assert not closed_by(bodega, "leads", DAY, noon(date(2026, 3, 11)))


def test_every_measure_that_moved_is_in_the_ledger_and_no_other(bodega: Client) -> None:
    new_lead(bodega, MARCH_10, channel="email")
    refresh(bodega)
    close(bodega, "leads", MARCH_10, date(2026, 3, 12))
    new_lead(bodega, MARCH_10, channel="email", was_customer=True)
    refresh(bodega)
    assert ledger(bodega) == [
        ("lead_cohort", "email", MARCH_10, 1),
        ("leads", "email", MARCH_10, 1),
    ]


def test_a_fact_that_moves_to_another_channel_is_two_lines_that_add_to_nothing(
    bodega: Client,
) -> None:
    sale = new_sale(bodega, MARCH_10, "10.50", channel="email")
    refresh(bodega)
    close(bodega, "sales", MARCH_10, date(2026, 3, 12))
    sale.channel = "direct"
    sale.save()
    refresh(bodega)
    assert ledger(bodega) == [
        ("order_value", "direct", MARCH_10, Decimal("10.50")),
        ("order_value", "email", MARCH_10, Decimal("-10.50")),
        ("orders", "direct", MARCH_10, 1),
        ("orders", "email", MARCH_10, -1),
        ("uncosted_value", "direct", MARCH_10, Decimal("10.50")),
        ("uncosted_value", "email", MARCH_10, Decimal("-10.50")),
    ]
    assert restated_after(bodega, "orders", DAY, noon(MARCH_10)) == 0


def test_a_mark_that_changes_no_total_writes_no_line(bodega: Client) -> None:
    new_lead(bodega, MARCH_10)
    refresh(bodega)
    close(bodega, "leads", MARCH_10, date(2026, 3, 12))
    for day in (MARCH_10, None):
        DirtyDay.objects.create(
            agency_id=bodega.agency_id, client=bodega, day=day, until=day, reason="rebuilt"
        )
        refresh(bodega)
    # Another dimension that the ledger does not tell apart changes no total either.
    Lead.objects.filter(client=bodega).update(device="mobile")
    refresh(bodega)
    assert ledger(bodega) == []


def test_only_closed_days_of_the_same_family_are_restated(bodega: Client) -> None:
    close(bodega, "leads", MARCH_10, date(2026, 3, 12))
    new_lead(bodega, date(2026, 3, 11))
    new_cost(bodega, MARCH_10, MARCH_10, 10)
    refresh(bodega)
    assert ledger(bodega) == []
    assert closed_days(bodega, "leads", Period(MARCH_10, date(2026, 3, 31))) == {MARCH_10}
    assert closed_days(bodega, "costs", DAY) == frozenset()


def test_a_rebuild_names_its_reason_on_every_day(bodega: Client) -> None:
    new_lead(bodega, MARCH_10, first_sale_on=date(2026, 5, 30))
    refresh(bodega)
    close(bodega, "leads", MARCH_10, date(2026, 3, 12))
    Client.objects.filter(pk=bodega.pk).update(cohort_days=30)
    bodega.refresh_from_db()
    refresh(bodega)
    (row,) = Restatement.objects.filter(client=bodega)
    assert (row.measure, row.difference, row.reasons) == ("prospect_cohort_won", -1, ["parameters"])


def test_a_stock_of_a_closed_day_is_restated_too(bodega: Client) -> None:
    new_lead(bodega, MARCH_10, opp_date=MARCH_10)
    refresh(bodega)
    close(bodega, "leads", MARCH_10, date(2026, 3, 12))
    new_lead(bodega, date(2026, 4, 1), opp_date=date(2026, 3, 9), amount=5, currency="EUR")
    refresh(bodega)
    assert ledger(bodega) == [
        ("open_opps", "unassigned", MARCH_10, 1),
        ("open_pipeline_amount", "unassigned", MARCH_10, 5),
    ]


def test_what_is_counted_for_the_first_time_restates_nothing(bodega: Client) -> None:
    """A measure that an upgrade brings is empty everywhere until the client is rebuilt."""
    for _ in range(3):
        new_lead(bodega, MARCH_10, mql_date=MARCH_10)
    refresh(bodega)
    close(bodega, "leads", MARCH_10, date(2026, 3, 12))
    DailyTotal.objects.filter(client=bodega).update(mqls=None, leads=2)
    DirtyDay.objects.create(agency_id=bodega.agency_id, client=bodega, reason="rebuilt")
    refresh(bodega)
    # mqls were nowhere before; one lead more than what stood there is a restatement as ever.
    assert ledger(bodega) == [("leads", "unassigned", MARCH_10, Decimal(1))]
