"""Leads as records: many at once, along their stages and back, and what removing one takes along."""

from datetime import date
from typing import Any

import pytest

from accounts.errors import DomainError
from accounts.models import Client, Membership
from campaigns.lead_services import Move
from campaigns.models import Customer, Interaction, Lead, Refund, Sale, Salesperson, StageChange
from campaigns.records import (
    RecordConflict,
    act_undo,
    lead_note,
    leads_move,
    leads_reopen,
    record_create,
    records_change,
    records_remove,
)
from tests.campaigns.records.tables import table

JANUARY, FEBRUARY, MARCH = date(2026, 1, 10), date(2026, 2, 10), date(2026, 3, 10)
ALL = (Customer, Lead, StageChange, Sale, Refund, Interaction)


def everything() -> dict[str, Any]:
    return {model.__name__: table(model) for model in ALL}


@pytest.fixture
def ids(bodega: Client, marta: Membership) -> list[int]:
    return [
        record_create("leads", bodega, {"name": name, "created_date": JANUARY}, marta).row.pk
        for name in ("Nora", "Olga", "Pia")
    ]


@pytest.fixture
def seller(bodega: Client, marta: Membership) -> Salesperson:
    row: Salesperson = record_create("salespeople", bodega, {"name": "Iker"}, marta).row
    return row


def stages() -> list[str]:
    return [lead.stage for lead in Lead.objects.order_by("pk")]


def test_many_leads_are_assigned_in_one_act(
    bodega: Client, marta: Membership, ids: list[int], seller: Salesperson
) -> None:
    start = everything()
    done = records_change("leads", bodega, ids, {"salesperson": seller}, marta)
    assert {(lead.salesperson_id, lead.first_salesperson_id) for lead in done.rows} == {
        (seller.pk, seller.pk)
    }
    act_undo(bodega, done.act.pk, marta)
    assert everything() == start


def test_source_and_medium_decide_each_leads_channel(
    bodega: Client, marta: Membership, ids: list[int]
) -> None:
    fields = {"utm_source": "google", "utm_medium": "cpc"}
    records_change("leads", bodega, ids[:1], fields, marta)
    done = records_change("leads", bodega, ids[:2], {"utm_source": "newsletter"}, marta)
    # The first keeps its medium, which decides; the second has none.
    assert [(lead.utm_medium, lead.channel) for lead in done.rows] == [
        ("cpc", "paid_other"), ("", "unassigned"),
    ]  # fmt: skip


def test_many_leads_are_won_and_that_is_undone(
    bodega: Client, marta: Membership, ids: list[int]
) -> None:
    start = everything()
    done = leads_move(bodega, ids, Move("customer", FEBRUARY, amount=90), marta)
    assert (stages(), done.act.verb, done.act.count) == (["customer"] * 3, "move", 3)
    assert [(sale.amount, sale.is_first) for sale in Sale.objects.all()] == [(90, True)] * 3
    won = everything()
    opened = leads_reopen(bodega, ids[:1], marta)
    assert (stages(), Sale.objects.count()) == (["opp", "customer", "customer"], 2)
    act_undo(bodega, opened.act.pk, marta)
    assert everything() == won
    act_undo(bodega, done.act.pk, marta)
    assert everything() == start


def test_one_that_cannot_go_there_stops_all(
    bodega: Client, marta: Membership, ids: list[int]
) -> None:
    leads_move(bodega, ids[:1], Move("lost", FEBRUARY), marta)
    with pytest.raises(DomainError) as refused:
        leads_move(bodega, ids, Move("sql", MARCH), marta)
    assert refused.value.code == "closed"
    assert stages() == ["lost", "lead", "lead"]


def test_a_customer_who_bought_again_stays_when_the_win_is_undone(
    bodega: Client, marta: Membership, ids: list[int]
) -> None:
    won = leads_move(bodega, ids[:1], Move("customer", FEBRUARY, amount=90), marta)
    customer = Customer.objects.get()
    later = {"customer": customer, "sold_date": MARCH, "amount": 5}
    record_create("sales", bodega, later, marta)
    act_undo(bodega, won.act.pk, marta)
    assert stages()[0] == "lead"
    sale = Sale.objects.get()
    assert (sale.customer_id, sale.sold_on, sale.is_first) == (customer.pk, MARCH, True)


def test_a_lead_with_a_sale_goes_only_with_it(
    bodega: Client, marta: Membership, ids: list[int]
) -> None:
    leads_move(bodega, ids[:1], Move("customer", FEBRUARY, amount=90), marta)
    sale = Sale.objects.get()
    record_create("refunds", bodega, {"sale": sale, "amount": 5}, marta)
    record_create("interactions", bodega, {"lead": ids[0], "kind": "call"}, marta)
    both = {"lead": ids[0], "customer": sale.customer_id, "kind": "meeting"}
    record_create("interactions", bodega, both, marta)
    start = everything()
    with pytest.raises(RecordConflict) as refused:
        records_remove("leads", bodega, ids, marta)
    assert (refused.value.code, refused.value.data) == (
        "in_use", {"hanging": {"interactions": 2, "sales": 1}},
    )  # fmt: skip
    done = records_remove("leads", bodega, ids, marta, with_hanging=True)
    assert done.along == {"sales": 1, "refunds": 1, "interactions": 1}
    assert [(row.kind, row.lead_id) for row in Interaction.objects.all()] == [("meeting", None)]
    assert not Lead.objects.exists() and not StageChange.objects.exists()
    act_undo(bodega, done.act.pk, marta)
    assert everything() == start


def test_a_lead_without_anything_just_goes(
    bodega: Client, marta: Membership, ids: list[int]
) -> None:
    start = everything()
    done = records_remove("leads", bodega, ids[1:], marta)
    assert (done.along, Lead.objects.count()) == ({}, 1)
    act_undo(bodega, done.act.pk, marta)
    assert everything() == start


def test_a_note_is_a_line_of_the_history(bodega: Client, marta: Membership, ids: list[int]) -> None:
    start = everything()
    done = lead_note(bodega, ids[0], "Rings on Monday", marta)
    step = StageChange.objects.order_by("-pk")[0]
    assert (step.stage, step.note, step.written_by) == ("lead", "Rings on Monday", marta.pk)
    act_undo(bodega, done.act.pk, marta)
    assert everything() == start
    with pytest.raises(DomainError) as refused:
        lead_note(bodega, ids[0], " ", marta)
    assert refused.value.data == {"field": "note"}


def test_it_cannot_have_come_in_after_it_went_further(
    bodega: Client, marta: Membership, ids: list[int]
) -> None:
    leads_move(bodega, ids[:1], Move("sql", FEBRUARY), marta)
    with pytest.raises(DomainError) as refused:
        records_change("leads", bodega, ids[:1], {"created_date": MARCH}, marta)
    assert (refused.value.code, refused.value.data["field"]) == ("after_a_stage", "created_date")


def test_whether_it_was_a_customer_already_follows_the_day_it_came_in(
    bodega: Client, marta: Membership, ids: list[int]
) -> None:
    leads_move(bodega, ids[:1], Move("customer", MARCH, amount=90), marta)
    early = {"customer": Customer.objects.get(), "sold_date": FEBRUARY, "amount": 5}
    record_create("sales", bodega, early, marta)
    start = everything()
    lead = Lead.objects.get(pk=ids[0])
    assert (lead.first_sale_on, lead.was_customer) == (FEBRUARY, False)
    moved = records_change("leads", bodega, ids[:1], {"created_date": date(2026, 3, 9)}, marta)
    assert moved.row.was_customer is True  # it bought on 10 February and came in on 9 March
    act_undo(bodega, moved.act.pk, marta)
    assert everything() == start


def test_set_aside_is_counted_nowhere_and_comes_back(
    bodega: Client, marta: Membership, ids: list[int]
) -> None:
    start = everything()
    done = records_change("leads", bodega, ids, {"status": "spam"}, marta)
    assert {lead.status for lead in done.rows} == {"spam"}
    act_undo(bodega, done.act.pk, marta)
    assert everything() == start
