"""The lines of a sale by hand: written with it, each changed in its place, and undone."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from accounts.errors import DomainError
from accounts.models import Client, Membership
from campaigns.models import Product, Sale, SaleLine
from campaigns.records import act_undo, record_create, records_change, records_remove
from tests.campaigns.records.tables import table

MARCH = date(2026, 3, 10)
RIOJA = {"product_name": "Rioja", "units": 3, "unit_price": Decimal("4.10"), "cost_of_goods": 6}
BOX = {"amount": Decimal("2.70"), "cost_of_goods": Decimal("0.50")}


def everything() -> list[Any]:
    return [table(model) for model in (Sale, SaleLine, Product)]


def sold(client: Client, actor: Membership, *lines: dict[str, Any], **more: Any) -> Any:
    said = {"sold_date": MARCH, "lines": lines, **more}
    return record_create("sales", client, said, actor)


def said_now() -> list[dict[str, Any]]:
    """Its lines as a form sends them back."""
    return [
        {
            "id": line.pk, "product": line.product_id, "units": line.units, "amount": line.amount,
            "cost_of_goods": line.cost_of_goods,
        }
        for line in SaleLine.objects.order_by("pk")
    ]  # fmt: skip


def test_a_sale_is_the_sum_of_its_lines(bodega: Client, marta: Membership) -> None:
    """3 x 4.10 + 2.70 = 15.00; the goods cost 6 + 0.50."""
    empty = everything()
    done = sold(bodega, marta, RIOJA, BOX)
    sale = done.row
    assert (sale.amount, sale.cost_of_goods, sale.has_lines) == (15, Decimal("6.5"), True)
    lines = SaleLine.objects.order_by("pk").values_list(
        "product__name", "units", "amount", "sold_on"
    )
    assert list(lines) == [
        ("Rioja", 3, Decimal("12.30"), MARCH), (None, 0, Decimal("2.70"), MARCH),
    ]  # fmt: skip
    full = everything()
    undone = act_undo(bodega, done.act.pk, marta)
    assert everything() == empty  # the product that was made in passing is gone, too
    act_undo(bodega, undone.pk, marta)
    assert everything() == full


def test_a_line_is_changed_in_its_place_one_goes_and_one_comes(
    bodega: Client, marta: Membership
) -> None:
    """12.30 becomes 10, 2.70 goes, 1.25 comes: 11.25."""
    sale = sold(bodega, marta, RIOJA, BOX).row
    start = everything()
    first, _box = said_now()
    lines = [{**first, "amount": Decimal(10)}, {"product_name": "Cork", "amount": Decimal("1.25")}]
    done = records_change("sales", bodega, [sale.pk], {"lines": lines}, marta)
    assert done.row.amount == Decimal("11.25")
    assert done.row.cost_of_goods is None  # nobody knows what the cork cost
    keys = SaleLine.objects.order_by("pk").values_list("pk", "external_id")
    assert [(pk == first["id"], key.rpartition("#")[2]) for pk, key in keys] == [
        (True, "1"), (False, "3"),
    ]  # fmt: skip
    act_undo(bodega, done.act.pk, marta)
    assert everything() == start


def test_the_same_lines_again_change_nothing(bodega: Client, marta: Membership) -> None:
    sale = sold(bodega, marta, RIOJA, BOX).row
    start = everything()
    assert records_change("sales", bodega, [sale.pk], {"lines": said_now()}, marta).act.count == 0
    assert everything() == start


def test_without_lines_a_sale_has_an_amount_of_its_own(bodega: Client, marta: Membership) -> None:
    sale = sold(bodega, marta, RIOJA).row
    start = everything()
    done = records_change("sales", bodega, [sale.pk], {"lines": [], "amount": Decimal(9)}, marta)
    assert (done.row.amount, done.row.has_lines, SaleLine.objects.count()) == (9, False, 0)
    act_undo(bodega, done.act.pk, marta)
    assert everything() == start


def test_a_product_knows_what_its_units_cost(bodega: Client, marta: Membership) -> None:
    """In the sale's currency: 2 x 4; a product in dollars says nothing of a sale in euros."""
    costs = {"unit_cost": Decimal(4), "currency": "EUR"}
    wine = record_create("products", bodega, {"name": "Malbec", **costs}, marta).row
    line = {"product": wine, "units": 2, "amount": Decimal(20)}
    assert sold(bodega, marta, line).row.cost_of_goods == 8
    assert sold(bodega, marta, line, currency="USD").row.cost_of_goods is None


def test_a_product_made_in_passing_stays_if_something_else_names_it_now(
    bodega: Client, marta: Membership
) -> None:
    done = sold(bodega, marta, RIOJA)
    wine = Product.objects.get()
    sold(bodega, marta, {"product": wine, "amount": Decimal(1)})
    act_undo(bodega, done.act.pk, marta)
    assert Product.objects.get() == wine


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"lines": [BOX, {"units": 1}]}, "lines.1.amount", "required"),
        ({"lines": [{"amount": Decimal(-1)}]}, "lines", "negative"),
        ({"lines": [{**BOX, "units": -1}]}, "lines.0.units", "negative"),
        ({"lines": [{"amount": Decimal(10) ** 12}]}, "lines", "too_large"),
        ({"lines": [BOX] * 201}, "lines", "too_many"),
        ({"lines": [BOX], "amount": 3}, "amount", "sum_of_lines"),
        ({"lines": []}, "amount", "required"),
        ({"lines": [{**BOX, "product": 10**9}]}, None, "not_found"),
        ({"lines": [{**BOX, "id": 10**9}]}, None, "not_found"),
    ],
)
def test_what_cannot_be_is_refused_where_it_is_and_nothing_is_written(
    bodega: Client, marta: Membership, fields: dict[str, Any], field: str | None, code: str
) -> None:
    with pytest.raises(DomainError) as refused:
        record_create("sales", bodega, {"sold_date": MARCH, **fields}, marta)
    assert (refused.value.data.get("field"), refused.value.code) == (field, code)
    assert everything() == [[], [], []]


def test_another_clients_product_is_not_there(bodega: Client, marta: Membership, cast: Any) -> None:
    own = {"agency": cast.aurora, "client": cast.cafe}
    theirs = Product.objects.create(**own, external_id="x")
    with pytest.raises(DomainError) as refused:
        sold(bodega, marta, {"product": theirs, "amount": Decimal(1)})
    assert refused.value.status == 404


def test_removing_a_sale_takes_its_lines_and_undo_brings_them_back(
    bodega: Client, marta: Membership
) -> None:
    sale = sold(bodega, marta, RIOJA, BOX).row
    start = everything()
    done = records_remove("sales", bodega, [sale.pk], marta)
    assert (done.along, SaleLine.objects.count()) == ({"lines": 2}, 0)
    act_undo(bodega, done.act.pk, marta)
    assert everything() == start
