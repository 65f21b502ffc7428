"""Leads by hand: their stages, owners, sale, and what is told to the engine."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.errors import DomainError
from accounts.models import Client, Membership
from accounts.tenancy import tenant_scope
from campaigns.lead_services import (
    Move,
    lead_create,
    lead_move,
    lead_reopen,
    leads_change,
)
from campaigns.models import Campaign, Customer, Lead, Sale, Salesperson, SourceSync, StageChange
from campaigns.queries import own_counts
from campaigns.signals import facts_changed
from tests.cast import Cast


@pytest.fixture
def bodega(cast: Cast) -> Iterator[Client]:
    """Bodega, Madrid, on 20 March 2026 at noon, inside its agency's scope."""
    with (
        time_machine.travel(datetime(2026, 3, 20, 12, tzinfo=UTC), tick=False),
        tenant_scope(cast.aurora.pk),
    ):
        yield cast.bodega


@pytest.fixture
def seller(bodega: Client) -> Salesperson:
    return salesperson(bodega, "Sergio")


def salesperson(client: Client, name: str, **columns: Any) -> Salesperson:
    return Salesperson.objects.create(
        agency_id=client.agency_id, client=client, external_id=name, name=name, **columns
    )


def lead(client: Client, **fields: Any) -> Lead:
    fields = {"name": "Nora", "created_date": date(2026, 3, 2), "channel": "email"} | fields
    return lead_create(client, None, fields)


def dates(row: Lead) -> tuple[Any, ...]:
    return (row.created_on, row.mql_on, row.sql_on, row.opp_on, row.closed_on, row.outcome)


def steps(row: Lead) -> list[tuple[str, date | None]]:
    rows = StageChange.objects.filter(lead=row).order_by("pk")
    return [(step.stage, step.on_date) for step in rows]


MARCH_2, MARCH_9, MARCH_12 = date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 12)


def test_a_lead_without_a_time_gets_no_invented_instant(bodega: Client) -> None:
    made = lead(bodega)
    assert (made.created_at, made.created_on, made.tz) == (None, MARCH_2, "Europe/Madrid")
    assert (made.source, len(made.external_id), made.stage) == ("manual", 32, "lead")


def test_a_time_is_by_the_clients_clock(bodega: Client) -> None:
    made = lead(bodega, created_time=time(0, 30))
    # Half past midnight in Madrid (UTC+1 in winter) is still the day before in UTC.
    assert made.created_at == datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    assert made.created_on == MARCH_2


def test_source_and_medium_decide_the_channel(bodega: Client) -> None:
    made = lead(bodega, utm_source="google", utm_medium="cpc", channel="email")
    assert made.channel == "paid_search"


def test_a_later_stage_fills_the_earlier_ones_and_first_dates_stand(
    bodega: Client, seller: Salesperson
) -> None:
    made = lead(bodega)
    lead_move(made, bodega, None, Move("mql", MARCH_9))
    moved = lead_move(made, bodega, None, Move("opp", MARCH_12, salesperson=seller))
    assert dates(moved) == (MARCH_2, MARCH_9, MARCH_12, MARCH_12, None, "")
    # The owner then: nobody at the first step, Sergio from the second on.
    owners = (moved.mql_salesperson, moved.sql_salesperson, moved.opp_salesperson)
    assert owners == (None, seller, seller)
    assert (moved.first_salesperson, moved.salesperson) == (seller, seller)
    assert steps(moved) == [
        ("lead", MARCH_2),
        ("mql", MARCH_9),
        ("sql", MARCH_12),
        ("opp", MARCH_12),
    ]


def test_a_reassigned_lead_keeps_its_past(bodega: Client, seller: Salesperson) -> None:
    made = lead(bodega, salesperson=seller)
    lead_move(made, bodega, None, Move("mql", MARCH_9))
    other = salesperson(bodega, "Sara")
    leads_change(bodega, [made], {"salesperson": other})
    made.refresh_from_db()
    assert made.first_salesperson == made.mql_salesperson == seller
    assert made.salesperson == other


def test_won_makes_one_customer_and_one_sale(bodega: Client, seller: Salesperson) -> None:
    campaign = Campaign.objects.create(
        agency_id=bodega.agency_id, client=bodega, external_id="c1", name="Spring"
    )
    made = lead(bodega, salesperson=seller, campaign=campaign, country="ES")
    won = lead_move(made, bodega, None, Move("customer", MARCH_12, amount=Decimal("120.50")))
    assert dates(won) == (MARCH_2, MARCH_12, MARCH_12, MARCH_12, MARCH_12, "won")
    sale = Sale.objects.get()
    assert (sale.sold_on, sale.amount, sale.currency) == (MARCH_12, Decimal("120.50"), "EUR")
    assert (sale.channel, sale.campaign, sale.country) == ("email", campaign, "ES")
    assert (sale.salesperson, sale.lead, sale.is_first) == (seller, won, True)
    assert Customer.objects.get() == won.customer == sale.customer
    assert (won.first_sale_on, won.was_customer) == (MARCH_12, False)


def test_a_changed_channel_goes_along_to_the_sale(bodega: Client) -> None:
    won = lead_move(lead(bodega), bodega, None, Move("customer", MARCH_12))
    leads_change(bodega, [won], {"channel": "referral"})
    assert Sale.objects.get().channel == "referral"


def test_lost_fills_no_stage_that_was_not_reached(bodega: Client) -> None:
    lost = lead_move(lead(bodega), bodega, None, Move("lost", MARCH_12, reason="Price"))
    assert dates(lost) == (MARCH_2, None, None, None, MARCH_12, "lost")
    assert (lost.lost_reason, lost.stage) == ("Price", "lost")


def test_reopening_takes_the_outcome_and_its_sale_back(bodega: Client) -> None:
    won = lead_move(lead(bodega), bodega, None, Move("customer", MARCH_12, amount=Decimal(9)))
    opened = lead_reopen(won, bodega, None)
    assert dates(opened) == (MARCH_2, MARCH_12, MARCH_12, MARCH_12, None, "")
    assert (Sale.objects.count(), opened.customer, opened.first_sale_on) == (0, None, None)
    again = lead_move(opened, bodega, None, Move("customer", date(2026, 3, 15)))
    assert (again.closed_on, Sale.objects.count()) == (date(2026, 3, 15), 1)


@pytest.mark.parametrize(
    ("move", "code"),
    [
        (Move("opp", date(2026, 3, 21)), "in_the_future"),
        (Move("opp", date(2026, 3, 1)), "before_creation"),
        (Move("mql", MARCH_12), "reached"),
        (Move("lead", MARCH_12), "unknown_stage"),
        (Move("nonsense", MARCH_12), "unknown_stage"),
    ],
)
def test_a_step_that_cannot_be_is_refused(bodega: Client, move: Move, code: str) -> None:
    made = lead_move(lead(bodega), bodega, None, Move("mql", MARCH_9))
    with pytest.raises(DomainError) as error:
        lead_move(made, bodega, None, move)
    assert error.value.code == code


def test_a_closed_lead_is_reopened_first(bodega: Client) -> None:
    lost = lead_move(lead(bodega), bodega, None, Move("lost", MARCH_12))
    for move in (Move("customer", MARCH_12), Move("lost", MARCH_12)):
        with pytest.raises(DomainError) as error:
            lead_move(lost, bodega, None, move)
        assert error.value.code == "closed"


def test_a_sellers_own_counts(bodega: Client, cast: Cast) -> None:
    membership = Membership.objects.get(agency=cast.aurora, user=cast.sergio)
    own = salesperson(bodega, "Sergio", membership=membership)
    lead(bodega)
    lead(bodega, salesperson=own)
    lead_move(lead(bodega, salesperson=own), bodega, None, Move("customer", MARCH_12))
    counts = own_counts(cast.aurora, membership)
    assert [(each.client.slug, each.open, each.own_open, each.own_won) for each in counts] == [
        ("bodega", 2, 1, 1),
        ("cafe", 0, 0, 0),
    ]


def test_a_source_that_people_write_to_is_live_from_its_first_day(bodega: Client) -> None:
    lead(bodega, created_date=MARCH_9)
    lead(bodega, created_date=MARCH_2)
    lead(bodega, created_date=MARCH_12)
    sync = SourceSync.objects.get()
    assert (sync.family, sync.source, sync.is_live) == ("leads", "manual", True)
    assert (sync.complete_from, sync.complete_through) == (MARCH_2, None)


def test_the_engine_is_told_on_commit_and_the_days_are_marked(
    bodega: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    told: list[int] = []

    def listen(client_id: int, **kwargs: Any) -> None:
        told.append(client_id)

    facts_changed.connect(listen)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            lead(bodega)
            assert told == []
        assert told == [bodega.pk]
    finally:
        facts_changed.disconnect(listen)
    with connection.cursor() as cursor:
        cursor.execute("SELECT family, day, reason FROM kpis_dirtyday")
        assert cursor.fetchall() == [("leads", MARCH_2, "manual")]
