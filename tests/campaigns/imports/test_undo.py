"""Undoing an import: what it replaced comes back, what it added goes, and nothing else."""

from datetime import date
from typing import Any

import pytest
from django.db import connection

from accounts.errors import DomainError
from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import (
    BatchLines,
    Cost,
    Customer,
    ImportBatch,
    Lead,
    ReplacedRow,
    Sale,
    SaleLine,
    SourceSync,
)
from campaigns.services import batch_undo, batch_undo_plan
from campaigns.undoing.applying import Deeds
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


def test_an_earlier_one_is_taken_out_of_the_chain(cast: Cast) -> None:
    first = send(cast.bodega, FIRST[2][1], COSTS)  # March, fee: 100
    second = send(cast.bodega, SECOND[2][1], COSTS)  # March, fee: 150; April, fee: 100
    other = send(cast.cafe, FIRST[2][1], COSTS)
    undo(cast.bodega, first)

    def costs() -> list[tuple[Any, ...]]:
        with tenant_scope(cast.aurora.pk):
            rows = Cost.objects.order_by("client", "starts_on")
            return list(rows.values_list("client", "starts_on__month", "amount", "batch"))

    of_cafe = (cast.cafe.pk, 3, 100, other.pk)
    assert costs() == [
        (cast.bodega.pk, 3, 150, second.pk), (cast.bodega.pk, 4, 100, second.pk), of_cafe,
    ]  # fmt: skip
    with pytest.raises(DomainError, match="not done"):
        undo(cast.bodega, first)
    undo(cast.bodega, second)
    assert costs() == [of_cafe], "nothing that the first had said comes back with the second's undo"


def test_what_the_same_file_said_before_comes_back_with_the_later_one_gone(cast: Cast) -> None:
    first = send(cast.bodega, FIRST[0][1], LEADS)
    before = everything(cast.bodega)
    same = send(cast.bodega, FIRST[0][1], LEADS)
    assert same.counts["same"] == 2
    undo(cast.bodega, first)
    with tenant_scope(cast.aurora.pk):
        assert set(Lead.objects.values_list("batch", flat=True)) == {same.pk}
    undo(cast.bodega, same)
    assert everything(cast.bodega) == {table: [] for table in TABLES} != before


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_sale_that_a_later_one_moved_takes_its_lines_along(
    cast: Cast, order: tuple[int, int]
) -> None:
    """The lines stay the first file's: the second moved their sale, and said nothing else of them."""
    lines = {"kind": "lines", "source": "erp", "dates": "ymd", "decimal": "."} | {
        "columns": {name: name for name in ("sale", "sold", "customer", "amount")}
    }
    done = [
        send(cast.bodega, f"sale,sold,customer,amount\no1,{day},c1,5\n", lines)
        for day in ("2026-03-02", "2026-03-01")
    ]
    undo(cast.bodega, done[order[0]])
    with tenant_scope(cast.aurora.pk):
        line = SaleLine.objects.select_related("sale").get()
        assert line.batch_id == line.sale.batch_id == done[order[1]].pk
        assert line.sold_on == line.sale.sold_on == date(2026, 3, 2 - order[1])
    undo(cast.bodega, done[order[1]])
    with tenant_scope(cast.aurora.pk):
        for model in (SaleLine, Sale, Customer):
            assert not model.objects.exists()


def test_what_others_rest_on_stays(cast: Cast) -> None:
    """A customer of the import has bought by hand since: the customer stays, its import's win goes."""
    batch = send(cast.bodega, FIRST[0][1], LEADS)
    with tenant_scope(cast.aurora.pk):
        Sale.objects.create(
            agency=cast.aurora, client=cast.bodega, source="manual", external_id="m", tz="UTC",
            customer=Customer.objects.get(), sold_date=date(2026, 4, 1), amount=5, currency="EUR",
        )  # fmt: skip
    undo(cast.bodega, batch)
    with tenant_scope(cast.aurora.pk):
        assert (Customer.objects.get().batch_id, Lead.objects.count()) == (None, 0)
        sale = Sale.objects.get()
        assert (sale.external_id, sale.is_first) == ("m", True), "it is the first one now"


def test_what_was_changed_by_hand_since_stays_changed(cast: Cast) -> None:
    """Costs of March and April come from one file, a second one raises both."""
    text = "month,layer,amount,description\n2026-03,fee,{0},\n2026-04,fee,{0},\n"
    first = send(cast.bodega, text.format(100), COSTS)
    second = send(cast.bodega, text.format(150), COSTS)
    with tenant_scope(cast.aurora.pk):
        Cost.objects.filter(starts_on__month=3).update(amount=170, is_shared=False)
        found = batch_undo_plan(cast.bodega, second).deeds
    assert found == Deeds(removed=0, restored=1, left=0, edited=1)
    undo(cast.bodega, second)

    def costs() -> list[tuple[Any, ...]]:
        with tenant_scope(cast.aurora.pk):
            rows = Cost.objects.order_by("starts_on")
            return list(rows.values_list("amount", "is_shared", "batch"))

    assert costs() == [(170, False, first.pk), (100, True, first.pk)]
    undo(cast.bodega, first)
    assert costs() == [(170, False, None)], "worked on by hand, it stays; the other one goes"


def test_what_was_changed_between_two_imports_comes_back(cast: Cast) -> None:
    """100 from a file, 130 by hand, 150 from a second file: without the second it is 130 again,
    whatever became of the first meanwhile."""
    first = send(cast.bodega, FIRST[2][1], COSTS)
    with tenant_scope(cast.aurora.pk):
        Cost.objects.update(amount=130)
    second = send(cast.bodega, SECOND[2][1], COSTS)
    third = send(cast.bodega, FIRST[2][1].replace("100", "200"), COSTS)
    undo(cast.bodega, third)
    undo(cast.bodega, second)
    with tenant_scope(cast.aurora.pk):
        cost = Cost.objects.get()
        assert (cost.amount, cost.batch_id) == (130, first.pk)


def test_what_was_removed_by_hand_stays_removed(cast: Cast) -> None:
    send(cast.bodega, FIRST[2][1], COSTS)
    second = send(cast.bodega, SECOND[2][1], COSTS)
    with tenant_scope(cast.aurora.pk):
        Cost.objects.filter(starts_on__month=3).delete()
    undo(cast.bodega, second)
    with tenant_scope(cast.aurora.pk):
        assert not Cost.objects.exists()


def test_a_win_that_a_later_one_took_back(cast: Cast) -> None:
    """The first file's win goes; the second, which took it back, makes the lead by itself."""
    crm = LEADS | {"source": "shop"}
    won = "id,created,won,amount,customer\n1,2026-03-01,2026-03-05,10,acme\n"
    first = send(cast.bodega, won, crm)
    lost = send(cast.bodega, "id,created,won,amount,customer\n1,2026-03-01,,10,\n", crm)
    assert (first.state, lost.counts["sales_removed"]) == ("done", 1)
    undo(cast.bodega, first)
    with tenant_scope(cast.aurora.pk):
        assert (Lead.objects.get().outcome, Sale.objects.count()) == ("", 0)


def test_a_plan_changes_nothing(cast: Cast) -> None:
    for mapping, file in FIRST:
        last = send(cast.bodega, file, mapping)
    before = everything(cast.bodega)
    with tenant_scope(cast.aurora.pk):
        # A row of daily facts; what it points at and how far it goes do not count.
        assert batch_undo_plan(cast.bodega, last).deeds == Deeds(removed=1)
    assert everything(cast.bodega) == before


def test_one_from_before_lines_were_kept_is_refused(cast: Cast) -> None:
    batch = send(cast.bodega, FIRST[2][1], COSTS)
    with tenant_scope(cast.aurora.pk):
        BatchLines.objects.all().delete()
    with pytest.raises(DomainError, match="before Rumbo kept"):
        undo(cast.bodega, batch)


def test_the_source_is_as_complete_as_before(cast: Cast) -> None:
    send(cast.bodega, FIRST[3][1], DAILY)
    batch = send(cast.bodega, SECOND[3][1], DAILY | {"complete_through": "2026-03-31"})

    def through() -> date | None:
        with tenant_scope(cast.aurora.pk):
            return SourceSync.objects.get().complete_through

    assert through() == date(2026, 3, 31)
    undo(cast.bodega, batch)
    assert through() == date(2026, 3, 1)
