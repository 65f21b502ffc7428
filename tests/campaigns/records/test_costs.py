"""Costs by hand: added, changed, removed, each undone; and what is refused."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from accounts.errors import DomainError
from accounts.models import AuditEntry, Client, Membership
from accounts.tenancy import tenant_scope
from campaigns.models import Act, Campaign, Cost, SourceSync
from campaigns.records import (
    RecordConflict,
    RecordNotFound,
    act_undo,
    record_create,
    records_change,
    records_remove,
)
from tests.campaigns.records.tables import table
from tests.cast import Cast

MARCH = {"starts_on": date(2026, 3, 1), "ends_on": date(2026, 3, 31)}
FEE = {"layer": "fee", "amount": Decimal("300.10"), **MARCH}


def test_a_cost_is_added_with_what_follows_from_the_rest(bodega: Client, marta: Membership) -> None:
    done = record_create("costs", bodega, FEE, marta)
    cost = Cost.objects.get()
    assert (cost.layer, cost.amount, cost.currency) == ("fee", Decimal("300.10"), "EUR")
    assert (cost.starts_on, cost.ends_on, cost.is_shared) == (*MARCH.values(), True)
    assert (cost.source, cost.tz) == ("manual", "Europe/Madrid")
    assert (done.act.verb, done.act.count, done.act.actor_id) == ("create", 1, marta.pk)
    assert list(AuditEntry.objects.filter(act_id=done.act.pk).values_list("table_name", "action")) == [
        ("campaigns_cost", "insert"),
        ("campaigns_sourcesync", "insert"),
    ]  # fmt: skip


def test_people_and_tools_are_the_agencys_own_unless_it_is_said(
    bodega: Client, marta: Membership
) -> None:
    own = record_create("costs", bodega, {**FEE, "layer": "people"}, marta).row
    said = record_create("costs", bodega, {**FEE, "layer": "tools", "is_shared": True}, marta).row
    assert (own.is_shared, said.is_shared) == (False, True)


def test_undoing_an_addition_leaves_nothing_and_undoing_that_brings_it_back(
    bodega: Client, marta: Membership
) -> None:
    done = record_create("costs", bodega, FEE, marta)
    added, live = table(Cost), table(SourceSync)
    undone = act_undo(bodega, done.act.pk, marta)
    assert (table(Cost), table(SourceSync)) == ([], [])
    again = act_undo(bodega, undone.pk, marta)
    assert table(Cost) == added
    assert [row["complete_from"] for row in table(SourceSync)] == [live[0]["complete_from"]]
    act_undo(bodega, again.pk, marta)
    assert table(Cost) == []
    assert [(act.verb, act.count) for act in Act.objects.order_by("pk")] == [
        ("create", 1), ("undo", 1), ("undo", 1), ("undo", 1),
    ]  # fmt: skip


def test_a_change_and_a_removal_are_undone_to_the_last_digit(
    bodega: Client, marta: Membership
) -> None:
    amount = Decimal("123456789012.123456")  # more digits than a float has
    cost = record_create("costs", bodega, {**FEE, "amount": amount}, marta).row
    start = table(Cost)
    changed = records_change("costs", bodega, [cost.pk], {"amount": 1, "description": "x"}, marta)
    assert (changed.act.count, changed.row.amount, changed.row.description) == (1, 1, "x")
    act_undo(bodega, changed.act.pk, marta)
    assert table(Cost) == start
    removed = records_remove("costs", bodega, [cost.pk], marta)
    assert table(Cost) == []
    act_undo(bodega, removed.act.pk, marta)
    assert table(Cost) == start


def test_a_change_to_the_same_is_no_change(bodega: Client, marta: Membership) -> None:
    cost = record_create("costs", bodega, FEE, marta).row
    done = records_change("costs", bodega, [cost.pk], {"amount": Decimal("300.1")}, marta)
    assert done.act.count == 0
    assert not AuditEntry.objects.filter(act_id=done.act.pk).exists()


def test_many_rows_are_changed_in_one_act_and_undone_as_one(
    bodega: Client, marta: Membership
) -> None:
    ids = [record_create("costs", bodega, FEE, marta).row.pk for _ in range(3)]
    start = table(Cost)
    campaign = record_create("campaigns", bodega, {"name": "Spring"}, marta).row
    done = records_change("costs", bodega, ids, {"campaign": campaign, "channel": "email"}, marta)
    assert done.act.count == 3
    assert {(row.campaign_id, row.channel) for row in Cost.objects.all()} == {
        (campaign.pk, "email")
    }
    act_undo(bodega, done.act.pk, marta)
    assert table(Cost) == start


def test_undone_twice_is_undone_once(bodega: Client, marta: Membership) -> None:
    done = record_create("costs", bodega, FEE, marta)
    act_undo(bodega, done.act.pk, marta)
    with pytest.raises(RecordConflict) as refused:
        act_undo(bodega, done.act.pk, marta)
    assert refused.value.code == "undone_already"


def test_what_was_changed_since_is_not_undone_and_it_is_said_by_whom(
    bodega: Client, marta: Membership, cast: Cast
) -> None:
    cost = record_create("costs", bodega, FEE, marta).row
    first = records_change("costs", bodega, [cost.pk], {"amount": 5}, marta)
    second = records_change("costs", bodega, [cost.pk], {"description": "later"}, marta)
    with pytest.raises(RecordConflict) as refused:
        act_undo(bodega, first.act.pk, marta)
    assert refused.value.code == "changed_since"
    assert str(refused.value).startswith("It has been changed since by Marta, on ")
    assert refused.value.data["by"] == "Marta"
    act_undo(bodega, second.act.pk, marta)
    act_undo(bodega, first.act.pk, marta)  # it stands as it did
    assert Cost.objects.get().amount == FEE["amount"]


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"starts_on": date(2026, 3, 21), "ends_on": None}, "in_the_future", "starts_on"),
        ({"ends_on": date(2026, 2, 1)}, "ends_before", "ends_on"),
        ({"amount": -1}, "negative", "amount"),
        ({"amount": None}, "required", "amount"),
        ({"amount": "much"}, "invalid", "amount"),
        ({"currency": "euro"}, "invalid", "currency"),
        ({"layer": "bribes"}, "invalid", "layer"),
        ({"channel": "pigeons"}, "unknown_channel", "channel"),
        ({"description": "x" * 201}, "invalid", "description"),
        ({"description": "a\0b"}, "invalid", "description"),
        ({"client": 7}, "unknown_field", "client"),
        ({"batch": 7}, "unknown_field", "batch"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    bodega: Client, marta: Membership, fields: dict[str, Any], code: str, field: str
) -> None:
    with pytest.raises(DomainError) as refused:
        record_create("costs", bodega, {**FEE, **fields}, marta)
    assert (refused.value.code, refused.value.data["field"]) == (code, field)
    assert (table(Cost), table(Act)) == ([], [])


def test_foreign_rows_are_not_there(bodega: Client, marta: Membership, cast: Cast) -> None:
    cost = record_create("costs", bodega, FEE, marta)
    sibling = Campaign.objects.create(
        agency=cast.aurora, client=cast.cafe, external_id="1", name="x"
    )
    for campaign in (sibling, sibling.pk):
        with pytest.raises(RecordNotFound):
            record_create("costs", bodega, {**FEE, "campaign": campaign}, marta)
    for act in (
        lambda: records_change("costs", cast.cafe, [cost.row.pk], {"amount": 1}, marta),
        lambda: records_remove("costs", cast.cafe, [cost.row.pk], marta),
        lambda: act_undo(cast.cafe, cost.act.pk, marta),
    ):
        with pytest.raises(RecordNotFound) as refused:
            act()
        assert refused.value.status == 404
    assert Cost.objects.count() == 1


def test_malena_finds_none_of_it(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        done = record_create(
            "costs", cast.bodega, {**FEE, **dict.fromkeys(MARCH, date(2026, 1, 1))}, None
        )
    with tenant_scope(cast.boreal.pk):
        for client in (cast.dulce, cast.bodega):
            with pytest.raises(RecordNotFound):
                act_undo(client, done.act.pk, None)
            with pytest.raises(RecordNotFound):
                records_remove("costs", client, [done.row.pk], None)
