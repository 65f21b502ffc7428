"""The history of a row in words: by hand, by import, undone; of people who have left, too."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from accounts.models import Client, Membership
from accounts.tenancy import tenant_scope, writing_because
from campaigns.lead_services import Move
from campaigns.models import Cost, ImportBatch, Lead, ReplacedRow
from campaigns.records import (
    RecordNotFound,
    act_undo,
    history_of,
    lead_note,
    leads_move,
    record_create,
    records_change,
    records_remove,
)
from tests.cast import Cast

MARCH = {"starts_on": date(2026, 3, 1), "ends_on": date(2026, 3, 31)}


def told(kind: str, client: Client, row_id: int) -> list[Any]:
    return [
        (change.who, change.what, [(line.label, line.before, line.after) for line in change.lines])
        for change in history_of(kind, client, row_id)
    ]


def test_it_names_who_what_and_from_what_to_what(bodega: Client, marta: Membership) -> None:
    campaign = record_create("campaigns", bodega, {"name": "Spring"}, marta).row
    said = {"layer": "fee", "amount": Decimal("12345.50"), "campaign": campaign, **MARCH}
    cost = record_create("costs", bodega, said, marta).row
    fields = {"amount": 7, "campaign": None, "channel": "email", "is_shared": False}
    done = records_change("costs", bodega, [cost.pk], fields, marta)
    act_undo(bodega, done.act.pk, marta)
    records_remove("costs", bodega, [cost.pk], marta)
    removed, undone, changed, added = told("costs", bodega, cost.pk)
    assert removed[:2] == ("Marta", "Removed")
    assert undone == (
        "Marta", "Undone", [
            ("The client sees this row", "no", "yes"), ("Amount", "7", "12,345.5"),
            ("Channel", "Email", ""), ("Campaign", "", "Spring"),
        ],
    )  # fmt: skip
    assert changed == (
        "Marta", "Changed",
        [(label, after, before) for label, before, after in undone[2]],
    )  # fmt: skip
    assert added == (
        "Marta", "Added", [
            ("Layer", "", "Agency fee"), ("The client sees this row", "", "yes"),
            ("From", "", "03/01/2026"), ("To", "", "03/31/2026"), ("Amount", "", "12,345.5"),
            ("Currency", "", "EUR"), ("Campaign", "", "Spring"),
        ],
    )  # fmt: skip
    assert [change.is_undone for change in history_of("costs", bodega, cost.pk)] == [
        False, False, True, False,
    ]  # fmt: skip


def test_a_member_who_leaves_keeps_the_name(bodega: Client, marta: Membership) -> None:
    lead = record_create("leads", bodega, {"name": "Nora"}, marta).row
    Membership.objects.filter(pk=marta.pk).update(ended_on=date(2026, 3, 20))
    assert {change.who for change in history_of("leads", bodega, lead.pk)} == {"Marta (has left)"}


def test_a_lead_tells_its_stages_and_notes(bodega: Client, marta: Membership) -> None:
    lead = record_create(
        "leads", bodega, {"name": "Nora", "created_date": MARCH["starts_on"]}, marta
    )
    leads_move(bodega, [lead.row.pk], Move("sql", date(2026, 3, 5)), marta)
    lead_note(bodega, lead.row.pk, "Rings on Monday", marta)
    changes = told("leads", bodega, lead.row.pk)
    assert ("Marta", "Noted", [("Note", "", "Rings on Monday")]) in changes
    assert (
        "Marta", "Changed",
        [("Qualified by marketing", "", "03/05/2026"), ("Qualified by sales", "", "03/05/2026")],
    ) in changes  # fmt: skip


def test_what_the_house_keeps_itself_is_no_change_of_a_sale(
    bodega: Client, marta: Membership
) -> None:
    paula = record_create("customers", bodega, {"name": "Paula"}, marta).row
    said = {"customer": paula, "amount": 5}
    sale = record_create("sales", bodega, {**said, "sold_date": date(2026, 3, 2)}, marta).row
    record_create("sales", bodega, {**said, "sold_date": date(2026, 3, 1)}, marta)
    assert [change.verb for change in history_of("sales", bodega, sale.pk)] == ["create"]


def test_imports_are_in_it_with_their_files(bodega: Client, marta: Membership) -> None:
    def batch(name: str, day: int) -> ImportBatch:
        return ImportBatch.objects.create(
            agency_id=bodega.agency_id, client=bodega, kind="costs", source="csv", state="done",
            file_name=name, finished_at=datetime.fromisoformat(f"2026-03-{day:02}T10:00Z"),
            written_by=marta.pk,
        )  # fmt: skip

    first, second = batch("january.csv", 1), batch("again.csv", 2)
    with writing_because("import", first.pk):
        cost = Cost.objects.create(
            agency_id=bodega.agency_id, client=bodega, source="csv", external_id="1", tz="UTC",
            layer="fee", amount=5, currency="EUR", batch=first, **MARCH,
        )  # fmt: skip
    before = {"amount": 5, "layer": "fee", "batch_id": first.pk, "currency": "EUR"}
    before |= {"starts_on": "2026-03-01", "ends_on": "2026-03-31", "is_shared": True}
    with writing_because("import", second.pk):
        ReplacedRow.objects.create(
            agency_id=bodega.agency_id, client=bodega, batch=second,
            table_name="campaigns_cost", row_id=cost.pk, before=before,
        )  # fmt: skip
        Cost.objects.update(amount=6, batch=second)
    records_change("costs", bodega, [cost.pk], {"amount": 7}, marta)
    changes = history_of("costs", bodega, cost.pk)
    assert [(change.verb, change.file) for change in changes] == [
        ("change", ""), ("import", "again.csv"), ("import", "january.csv"),
    ]  # fmt: skip
    assert [(line.label, line.before, line.after) for line in changes[1].lines] == [
        ("Amount", "5", "6")
    ]


def test_it_speaks_the_readers_language(bodega: Client, marta: Membership) -> None:
    lead = record_create("leads", bodega, {"name": "Nora"}, marta).row
    records_change("leads", bodega, [lead.pk], {"amount": Decimal("12345.5")}, marta)
    with translation.override("es"):
        (change, _added) = history_of("leads", bodega, lead.pk)
    assert tuple(line.after for line in change.lines) == ("12.345,5", "EUR")


def test_malena_and_the_next_client_find_none(
    cast: Cast, bodega: Client, marta: Membership
) -> None:
    lead = record_create("leads", bodega, {"name": "Nora"}, marta).row
    with pytest.raises(RecordNotFound):
        history_of("leads", cast.cafe, lead.pk)
    with pytest.raises(RecordNotFound):
        history_of("costs", bodega, lead.pk)


def test_malena_finds_none(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        lead: Lead = record_create("leads", cast.bodega, {"name": "Nora"}, None).row
    with tenant_scope(cast.boreal.pk), pytest.raises(RecordNotFound):
        history_of("leads", cast.bodega, lead.pk)
