"""Undoing the newest import: what it replaced comes back, what it added goes, and nothing else."""

from datetime import date
from typing import Any

import pytest
from django.db import connection

from accounts.errors import DomainError
from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import Cost, Customer, ImportBatch, ReplacedRow, Sale, SourceSync
from campaigns.services import batch_undo
from tests.campaigns.imports.sending import send
from tests.cast import Cast

LEADS = {"kind": "leads", "preset": "generic_leads", "source": "crm"}
SALES = {"kind": "sales", "preset": "generic_sales", "source": "shop"}
COSTS = {"kind": "costs", "preset": "generic_costs"}
DAILY = {"kind": "daily", "preset": "generic_daily"}
TABLES = (
    "campaigns_lead", "campaigns_sale", "campaigns_cost", "campaigns_dailyfact", "campaigns_customer",
    "campaigns_refund", "campaigns_sourcesync",
)  # fmt: skip


def everything(client: Client) -> dict[str, list[Any]]:
    """Every fact of the client, column by column."""
    with tenant_scope(client.agency_id), connection.cursor() as cursor:
        found = {}
        for table in TABLES:
            cursor.execute(f"SELECT (to_jsonb(t) - 'updated_at')::text FROM {table} t ORDER BY id")
            found[table] = [row[0] for row in cursor.fetchall()]
        return found


def undo(client: Client, batch: ImportBatch) -> ImportBatch:
    with tenant_scope(client.agency_id):
        return batch_undo(client, batch)


FIRST = [
    (LEADS, "id,created,channel,won,amount,customer\n1,2026-03-01,email,2026-03-05,10,acme\n2,2026-03-02,email,,,\n"),
    (SALES, "id,date,amount,customer\no1,2026-03-09,20,acme\n"),
    (COSTS, "month,layer,amount\n2026-03,fee,100\n"),
    (DAILY, "day,campaign,clicks,cost\n2026-03-01,A,5,1.50\n"),
]  # fmt: skip
SECOND = [
    # changes one, takes a win back, adds a customer whose first sale is earlier
    (LEADS, "id,created,channel,won,amount,customer\n1,2026-03-01,display,,10,\n"
            "3,2026-02-01,email,2026-02-05,30,acme\n4,2026-03-01,email,2026-03-02,1,new one\n"),
    (SALES, "id,date,amount,customer\no1,2026-03-09,25,acme\no2,2026-01-01,20,acme\n"),
    (COSTS, "month,layer,amount\n2026-03,fee,150\n2026-04,fee,100\n"),
    (DAILY, "day,campaign,clicks,cost\n2026-03-01,A,6,1.50\n2026-03-02,B,1,0.10\n"),
]  # fmt: skip


@pytest.mark.parametrize(("mapping", "file"), SECOND, ids=["leads", "sales", "costs", "daily"])
def test_everything_is_as_it_was(cast: Cast, mapping: dict[str, str], file: str) -> None:
    for each in FIRST:
        assert send(cast.bodega, each[1], each[0]).state == "done"
    before = everything(cast.bodega)
    batch = send(cast.bodega, file, mapping)
    assert batch.state == "done", batch.error
    assert everything(cast.bodega) != before
    undone = undo(cast.bodega, batch)
    assert everything(cast.bodega) == before
    assert undone.state == "undone" and undone.undone_at is not None
    with tenant_scope(cast.aurora.pk):
        assert not ReplacedRow.objects.filter(batch=batch).exists()


def test_a_first_import_leaves_nothing(cast: Cast) -> None:
    batches = [send(cast.bodega, file, mapping) for mapping, file in FIRST]
    for batch in reversed(batches):
        undo(cast.bodega, batch)
    assert everything(cast.bodega) == {table: [] for table in TABLES}


def test_it_can_be_sent_again_afterwards(cast: Cast) -> None:
    mapping, file = FIRST[0]
    undo(cast.bodega, send(cast.bodega, file, mapping))
    again = send(cast.bodega, file, mapping)
    assert (again.counts["new"], again.counts["sales_new"]) == (2, 1)


def test_days_are_marked_with_the_reason(cast: Cast) -> None:
    batch = send(cast.bodega, *reversed(FIRST[3]))
    undo(cast.bodega, batch)
    with tenant_scope(cast.aurora.pk), connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT day, reason, batch_id FROM kpis_dirtyday ORDER BY reason")
        assert cursor.fetchall() == [
            (date(2026, 3, 1), "import", batch.pk), (date(2026, 3, 1), "undo", batch.pk),
        ]  # fmt: skip


def test_only_the_newest_can_be_undone(cast: Cast) -> None:
    first = send(cast.bodega, FIRST[2][1], COSTS)
    second = send(cast.bodega, SECOND[2][1], COSTS)
    other = send(cast.cafe, FIRST[2][1], COSTS)
    with pytest.raises(DomainError, match="newest first"):
        undo(cast.bodega, first)
    undo(cast.bodega, second)
    undo(cast.bodega, first)
    with pytest.raises(DomainError, match="not done"):
        undo(cast.bodega, first)
    with tenant_scope(cast.aurora.pk):
        assert Cost.objects.get().batch_id == other.pk, "another client's import is another matter"


def test_what_others_rest_on_is_not_taken_away(cast: Cast) -> None:
    batch = send(cast.bodega, FIRST[0][1], LEADS)
    with tenant_scope(cast.aurora.pk):
        Sale.objects.create(
            agency=cast.aurora, client=cast.bodega, source="manual", external_id="m", tz="UTC",
            customer=Customer.objects.get(), sold_date=date(2026, 4, 1), amount=5, currency="EUR",
        )  # fmt: skip
    before = everything(cast.bodega)
    with pytest.raises(DomainError, match="Something written later"):
        undo(cast.bodega, batch)
    assert everything(cast.bodega) == before


def test_the_source_is_as_complete_as_before(cast: Cast) -> None:
    send(cast.bodega, FIRST[3][1], DAILY)
    batch = send(cast.bodega, SECOND[3][1], DAILY | {"complete_through": "2026-03-31"})

    def through() -> date | None:
        with tenant_scope(cast.aurora.pk):
            return SourceSync.objects.get().complete_through

    assert through() == date(2026, 3, 31)
    undo(cast.bodega, batch)
    assert through() == date(2026, 3, 1)
