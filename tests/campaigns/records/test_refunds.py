"""Refunds by hand: with their sale's dimensions, never more than was paid; a first sale given back."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from accounts.errors import DomainError
from accounts.models import Client, Membership
from campaigns.models import Refund, Sale
from campaigns.records import act_undo, record_create, records_change, records_remove
from tests.campaigns.records.tables import table

JANUARY, FEBRUARY = date(2026, 1, 10), date(2026, 2, 10)


@pytest.fixture
def sales(bodega: Client, marta: Membership) -> tuple[Sale, Sale]:
    """Paula's first and second."""
    paula = record_create("customers", bodega, {"name": "Paula"}, marta).row
    said = {"customer": paula, "amount": 100, "channel": "email", "country": "ES"}
    first = record_create("sales", bodega, {**said, "sold_date": JANUARY}, marta).row
    return first, record_create("sales", bodega, {**said, "sold_date": FEBRUARY}, marta).row


def back(client: Client, actor: Membership, sale: Sale, **fields: Any) -> Any:
    said = {"sale": sale, "refunded_date": FEBRUARY, **fields}
    return record_create("refunds", client, said, actor)


def firsts() -> list[bool]:
    return list(Sale.objects.order_by("sold_on").values_list("is_first", flat=True))


def test_what_is_left_is_given_back_with_the_sales_dimensions(
    bodega: Client, marta: Membership, sales: tuple[Sale, Sale]
) -> None:
    part = back(bodega, marta, sales[0], amount=Decimal("30.50")).row
    rest = back(bodega, marta, sales[0]).row
    assert (part.amount, rest.amount) == (Decimal("30.50"), Decimal("69.50"))
    assert (rest.channel, rest.country, rest.currency, rest.is_first) == (
        "email",
        "ES",
        "EUR",
        True,
    )


def test_a_first_sale_given_back_was_none_until_that_is_undone(
    bodega: Client, marta: Membership, sales: tuple[Sale, Sale]
) -> None:
    start = (table(Sale), table(Refund))
    whole = back(bodega, marta, sales[0], refunded_date=date(2026, 2, 9))  # the thirtieth day
    assert firsts() == [False, True]
    later = {"refunded_date": date(2026, 2, 10)}  # the thirty-first: it was a first sale
    moved = records_change("refunds", bodega, [whole.row.pk], later, marta)
    assert firsts() == [True, False]
    act_undo(bodega, moved.act.pk, marta)
    assert firsts() == [False, True]
    with_it = (table(Sale), table(Refund))
    removed = records_remove("refunds", bodega, [whole.row.pk], marta)
    assert (table(Sale), table(Refund)) == start
    act_undo(bodega, removed.act.pk, marta)
    assert (table(Sale), table(Refund)) == with_it
    act_undo(bodega, whole.act.pk, marta)
    assert (table(Sale), table(Refund)) == start


def test_removing_a_sale_takes_its_refunds_and_says_so(
    bodega: Client, marta: Membership, sales: tuple[Sale, Sale]
) -> None:
    back(bodega, marta, sales[0], amount=5)
    start = (table(Sale), table(Refund))
    done = records_remove("sales", bodega, [sales[0].pk], marta)
    assert (done.along, table(Refund), firsts()) == ({"refunds": 1}, [], [True])
    act_undo(bodega, done.act.pk, marta)
    assert (table(Sale), table(Refund)) == start


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"amount": Decimal("100.01")}, "more_than_paid", "amount"),
        ({"amount": 5, "refunded_date": date(2026, 1, 9)}, "before_the_sale", "refunded_date"),
        ({"amount": 5, "refunded_date": date(2026, 3, 21)}, "in_the_future", "refunded_date"),
        ({"amount": 5, "channel": "direct"}, "of_its_sale", "channel"),
        ({"amount": 5, "currency": "USD"}, "of_its_sale", "currency"),
    ],
)
def test_what_cannot_be_is_refused(
    bodega: Client, marta: Membership, sales: tuple[Sale, Sale],
    fields: dict[str, Any], code: str, field: str,
) -> None:  # fmt: skip
    with pytest.raises(DomainError) as refused:
        back(bodega, marta, sales[0], **fields)
    assert (refused.value.code, refused.value.data["field"]) == (code, field)
    assert table(Refund) == []


def test_a_credit_note_names_no_sale(bodega: Client, marta: Membership) -> None:
    note = record_create("refunds", bodega, {"amount": 3, "channel": "direct"}, marta)
    assert (note.row.sale_id, note.row.channel, note.row.refunded_on) == (
        None, "direct", date(2026, 3, 20),
    )  # fmt: skip
    act_undo(bodega, note.act.pk, marta)
    assert table(Refund) == []
