"""Sales by hand: firsts, copies, refunds and leads follow, and follow back."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from accounts.errors import DomainError
from accounts.models import Client, Membership
from campaigns.lead_services import Move, lead_create, lead_move
from campaigns.models import Customer, Lead, Refund, Sale, SaleLine, SourceSync, StageChange
from campaigns.records import act_undo, record_create, records_change, records_remove
from tests.campaigns.records.tables import table

JANUARY, FEBRUARY, MARCH = date(2026, 1, 10), date(2026, 2, 10), date(2026, 3, 10)
ALL = (Customer, Lead, StageChange, Sale, SaleLine, Refund)


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row and column of what sales touch, and from when the sources are live."""
    tables = {model.__name__: table(model) for model in ALL}
    syncs = SourceSync.objects.order_by("family").values("family", "source", "complete_from")
    return {**tables, "syncs": list(syncs)}


def sold(client: Client, actor: Membership, day: date, customer: Customer, **fields: Any) -> Sale:
    said = {"customer": customer, "sold_date": day, "amount": 100, **fields}
    sale: Sale = record_create("sales", client, said, actor).row
    return sale


@pytest.fixture
def paula(bodega: Client, marta: Membership) -> Customer:
    customer: Customer = record_create("customers", bodega, {"name": "Paula"}, marta).row
    return customer


def firsts() -> list[tuple[date, bool, date | None]]:
    rows = Sale.objects.order_by("sold_on", "pk")
    return list(rows.values_list("sold_on", "is_first", "second_on"))


def test_the_first_sale_is_known_through_every_act_and_its_undoing(
    bodega: Client, marta: Membership, paula: Customer
) -> None:
    second = sold(bodega, marta, FEBRUARY, paula)
    assert firsts() == [(FEBRUARY, True, None)]
    start = everything()
    early = record_create(
        "sales", bodega, {"customer": paula, "sold_date": JANUARY, "amount": 5}, marta
    )
    assert firsts() == [(JANUARY, True, FEBRUARY), (FEBRUARY, False, None)]
    with_both = everything()

    moved = records_change("sales", bodega, [early.row.pk], {"sold_date": MARCH}, marta)
    assert firsts() == [(FEBRUARY, True, MARCH), (MARCH, False, None)]
    act_undo(bodega, moved.act.pk, marta)
    assert everything() == with_both

    removed = records_remove("sales", bodega, [early.row.pk], marta)
    assert firsts() == [(FEBRUARY, True, None)]
    act_undo(bodega, removed.act.pk, marta)
    assert everything() == with_both

    act_undo(bodega, early.act.pk, marta)
    assert everything() == start
    assert Sale.objects.get().pk == second.pk


def test_a_sale_of_nobody_is_nobodys_first(
    bodega: Client, marta: Membership, paula: Customer
) -> None:
    sale = sold(bodega, marta, JANUARY, paula)
    start = everything()
    done = records_change("sales", bodega, [sale.pk], {"customer": None}, marta)
    assert firsts() == [(JANUARY, False, None)]
    act_undo(bodega, done.act.pk, marta)
    assert everything() == start


def won(client: Client, actor: Membership) -> tuple[Lead, Sale]:
    fields = {"name": "Nora", "created_date": JANUARY, "channel": "email"}
    lead = lead_create(client, actor, fields)
    lead = lead_move(lead, client, actor, Move("customer", FEBRUARY, amount=Decimal(900)))
    return lead, Sale.objects.get(lead=lead)


def test_the_sale_of_a_won_lead_and_its_lead_say_the_same(
    bodega: Client, marta: Membership, paula: Customer
) -> None:
    lead, sale = won(bodega, marta)
    start = everything()
    fields = {"amount": Decimal("950.50"), "sold_date": MARCH, "customer": paula}
    done = records_change("sales", bodega, [sale.pk], fields, marta)
    lead.refresh_from_db()
    assert (lead.amount, lead.closed_on, lead.customer_id) == (Decimal("950.50"), MARCH, paula.pk)
    assert (lead.outcome, lead.first_sale_on) == ("won", MARCH)
    act_undo(bodega, done.act.pk, marta)
    assert everything() == start


def test_removing_the_sale_of_a_won_lead_opens_the_lead_again(
    bodega: Client, marta: Membership
) -> None:
    lead, sale = won(bodega, marta)
    start = everything()
    done = records_remove("sales", bodega, [sale.pk], marta)
    assert done.along == {"reopened": 1}
    lead.refresh_from_db()
    assert (lead.stage, lead.closed_on, lead.customer_id, lead.first_sale_on) == (
        "opp", None, None, None,
    )  # fmt: skip
    assert StageChange.objects.filter(is_reopening=True).count() == 1
    act_undo(bodega, done.act.pk, marta)
    assert everything() == start


def test_the_channel_of_a_leads_sale_is_its_leads(bodega: Client, marta: Membership) -> None:
    _lead, sale = won(bodega, marta)
    with pytest.raises(DomainError) as refused:
        records_change("sales", bodega, [sale.pk], {"channel": "direct"}, marta)
    assert (refused.value.code, refused.value.data) == ("of_its_lead", {"field": "channel"})
    records_change("sales", bodega, [sale.pk], {"channel": "email", "kind": "upsell"}, marta)
    sale.refresh_from_db()
    assert sale.kind == "upsell"  # saying what is so already is no harm


def test_an_open_lead_gets_no_sale_but_by_moving_it(bodega: Client, marta: Membership) -> None:
    lead = lead_create(bodega, marta, {"name": "Nora", "created_date": JANUARY})
    with pytest.raises(DomainError) as refused:
        record_create("sales", bodega, {"lead": lead, "amount": 5, "sold_date": MARCH}, marta)
    assert refused.value.code == "lead_open"


def test_a_sale_ahead_of_today_is_refused(
    bodega: Client, marta: Membership, paula: Customer
) -> None:
    with pytest.raises(DomainError) as refused:
        sold(bodega, marta, date(2026, 3, 21), paula)
    assert (refused.value.code, refused.value.data["field"]) == ("in_the_future", "sold_date")
