"""A client that moved: its old instants by the new zone, on request, with everything copied from them."""

from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Client
from accounts.tenancy import tenant_scope, tenant_transaction
from campaigns.firsts import firsts_keep
from campaigns.models import Lead, Sale, SaleLine
from campaigns.rezoning import facts_rezone
from tests.cast import Cast
from tests.kpis.facts import new_customer, new_lead, new_sale, refresh
from tests.kpis.recompute import assert_snapshot_is_recomputed

#: 28 February in Córdoba, 1 March in Madrid.
NIGHT = datetime(2026, 3, 1, 2, 30, tzinfo=UTC)


def in_cordoba(client: Client) -> Client:
    client.time_zone = "America/Argentina/Cordoba"
    client.save()
    return client


def moved(client: Client) -> Client:
    client.time_zone = "Europe/Madrid"
    client.save()
    return client


def test_days_follow_the_new_zone_and_the_snapshot_them(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        client = in_cordoba(cast.bodega)
        lead = new_lead(client, created_at=NIGHT)
        dated = new_lead(client, date(2026, 2, 28))
        elsewhere = new_lead(cast.cafe, created_at=NIGHT, tz="America/Argentina/Cordoba")
        refresh(client)
        assert facts_rezone(moved(client)) == 1
        for each in (lead, dated, elsewhere):
            each.refresh_from_db()
        # What came as a date stays a date; another client's facts are its own.
        assert [each.created_on for each in (lead, dated, elsewhere)] == [
            date(2026, 3, 1),
            date(2026, 2, 28),
            date(2026, 2, 28),
        ]
        refresh(client)
        assert_snapshot_is_recomputed(client)
        assert facts_rezone(client) == 0


def test_the_first_sale_may_become_another_one(cast: Cast) -> None:
    """A sale of the night is the day before by Córdoba; by Madrid it is after one of the 28th."""
    with tenant_scope(cast.aurora.pk):
        client = in_cordoba(cast.bodega)
        customer = new_customer(client)
        night = new_sale(client, None, 10, customer=customer, sold_at=NIGHT, has_lines=True)
        line = SaleLine.objects.create(
            agency_id=client.agency_id, client=client, source="test", external_id="l1",
            tz=client.time_zone, sale=night, units=1, amount=10, sold_on=date(2026, 2, 28),
        )  # fmt: skip
        dated = new_sale(client, date(2026, 2, 28), 20, customer=customer)
        firsts_keep(client, [customer.pk])
        before = set(Sale.objects.filter(is_first=True).values_list("pk", flat=True))
        facts_rezone(moved(client))
        after = set(Sale.objects.filter(is_first=True).values_list("pk", flat=True))
        line.refresh_from_db()
        assert (before, after) == ({night.pk}, {dated.pk})
        assert line.sold_on == date(2026, 3, 1)
        refresh(client)
        assert_snapshot_is_recomputed(client)


def test_by_command(committed_cast: Cast) -> None:
    cast = committed_cast
    with tenant_transaction(cast.aurora.pk):
        lead = new_lead(in_cordoba(cast.bodega), created_at=NIGHT)
        moved(cast.bodega)
    said = StringIO()
    for _ in range(2):
        call_command("rezone", agency="aurora", client="bodega", stdout=said)
    assert said.getvalue().splitlines() == [
        "bodega: 1 facts now count by Europe/Madrid",
        "bodega: 0 facts now count by Europe/Madrid",
    ]
    with tenant_transaction(cast.aurora.pk):
        assert Lead.objects.get(pk=lead.pk).created_on == date(2026, 3, 1)
    for agency, client in (("boreal", "bodega"), ("nobody", "bodega")):
        with pytest.raises(CommandError):
            call_command("rezone", agency=agency, client=client, stdout=said)
