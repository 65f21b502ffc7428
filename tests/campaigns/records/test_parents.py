"""Campaigns, salespeople and customers by hand: archived or emptied, never removed under their facts."""

from datetime import date

import pytest
from django.apps import apps
from django.db.models import ForeignKey
from django.utils.functional import Promise

from accounts.models import Client, ClientModel, Membership
from campaigns.models import Campaign, Salesperson
from campaigns.records import (
    KINDS,
    RecordConflict,
    act_undo,
    record_create,
    records_change,
    records_remove,
)
from tests.campaigns.records.tables import table

COST = {"layer": "fee", "amount": 5, "starts_on": date(2026, 3, 1), "ends_on": date(2026, 3, 2)}


def test_a_campaign_comes_goes_and_comes_back(bodega: Client, marta: Membership) -> None:
    done = record_create("campaigns", bodega, {"name": "Spring", "platform": "google_ads"}, marta)
    start = table(Campaign)
    archived = records_change("campaigns", bodega, [done.row.pk], {"is_archived": True}, marta)
    assert archived.row.archived_at is not None
    act_undo(bodega, archived.act.pk, marta)
    assert table(Campaign) == start
    removed = records_remove("campaigns", bodega, [done.row.pk], marta)
    assert table(Campaign) == []
    act_undo(bodega, removed.act.pk, marta)
    assert table(Campaign) == start
    act_undo(bodega, done.act.pk, marta)
    assert table(Campaign) == []


def test_what_has_facts_is_not_removed_and_the_facts_are_named(
    bodega: Client, marta: Membership
) -> None:
    campaign = record_create("campaigns", bodega, {"name": "Spring"}, marta)
    for _ in range(2):
        record_create("costs", bodega, {**COST, "campaign": campaign.row}, marta)
    with pytest.raises(RecordConflict) as refused:
        records_remove("campaigns", bodega, [campaign.row.pk], marta)
    assert (refused.value.code, refused.value.data) == ("in_use", {"hanging": {"costs": 2}})
    assert str(refused.value) == (
        "It cannot be removed: 2 costs name it."
        " Archive it instead: then nobody can choose it, and its numbers stay."
    )
    with pytest.raises(RecordConflict) as kept:  # neither by undoing that it was added
        act_undo(bodega, campaign.act.pk, marta)
    assert (kept.value.code, kept.value.data) == ("in_use", {"hanging": {"costs": 2}})
    assert Campaign.objects.count() == 1


def test_whatever_hangs_on_a_row_has_words_for_a_reader() -> None:
    """Of any app: a table's own name, "daily facts", is nobody's word and in no translation."""
    records = {kind.model for kind in KINDS.values()}
    for model in apps.get_models():
        if issubclass(model, ClientModel) and model not in records:
            for field in model._meta.concrete_fields:
                if isinstance(field, ForeignKey) and field.related_model in records:
                    assert isinstance(model.called, Promise), (
                        f"say what many {model.__name__} are called"
                    )


def test_a_salesperson_leaves_and_keeps_the_name(bodega: Client, marta: Membership) -> None:
    seller = record_create("salespeople", bodega, {"name": "Iker", "membership": marta}, marta)
    left = records_change(
        "salespeople", bodega, [seller.row.pk], {"ended_on": date(2026, 3, 9)}, marta
    )
    assert (left.row.name, left.row.ended_on) == ("Iker", date(2026, 3, 9))
    act_undo(bodega, left.act.pk, marta)
    assert Salesperson.objects.get().ended_on is None
