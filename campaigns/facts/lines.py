"""The lines of a sale, sent with it and replaced with it: products, units, amounts, what they cost.

Lines are numbered in their order; a line below 0 is a discount. The sale is their sum.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, cast

from django.utils.translation import gettext_lazy as _

from accounts.models import Client
from campaigns.facts.parents import parents_named
from campaigns.facts.queries import lines_of_sales
from campaigns.facts.rows import Fault, Row, local_day, too_large
from campaigns.facts.tables import facts_insert
from campaigns.facts.upsert import Pending
from campaigns.models import Product, Sale, SaleLine

MOST_LINES = 200
LINE_DIFFERS = (
    "of_lines",
    _("The sale is the sum of its lines: send other lines, or leave it out."),
)
_LONGEST_ID = 200
_COLUMNS = ("product_id", "units", "amount", "cost_of_goods", "kind")


def line_amount(line: Row) -> Decimal | None:
    """As said, else units (1, if unsaid) times the price of one."""
    amount: Decimal | None = line.get("amount")
    price: Decimal | None = line.get("unit_price")
    if amount is None and price is not None:
        units = line.get("units")
        amount = price * (1 if units is None else units)
    return amount


def lines_lay(sale: Sale, row: Row) -> Iterator[Fault]:
    """The sale becomes the sum of the row's lines; of none, it is what the row says itself."""
    sale.has_lines = bool(row["lines"])
    if not sale.has_lines:
        for name in ("amount", "cost_of_goods"):
            if name in row:
                setattr(sale, name, row[name])
        return
    amounts = [line_amount(line) for line in row["lines"]]
    for place, amount in enumerate(amounts):
        if amount is None:
            message = _("A line needs an amount, or the price of a unit.")
            yield Fault(f"lines.{place}.amount", "required", message)
    sale.amount = sum((amount for amount in amounts if amount is not None), Decimal(0))
    yield from too_large("lines", sale.amount, *amounts)
    if sale.amount < 0:
        yield Fault(
            "lines", "negative", _("The lines add up to less than 0: send a refund instead.")
        )
    if len(f"{sale.external_id}#{len(amounts)}") > _LONGEST_ID:
        yield Fault("external_id", "too_long", _("Too long for a sale with lines."))


def lines_settle(client: Client, good: Sequence[Pending]) -> None:
    """Find or make the products, cost the lines, and notice the sales whose lines will be others."""
    sent = [one for one in good if one.row.get("lines") is not None]
    if not sent:
        return
    products = _products(client, sent)
    standing = lines_of_sales(client, [one.fact for one in sent if one.was("has_lines")])
    for one in sent:
        lines = [_line(one, line, products) for line in one.row["lines"]]
        one.found["lines"] = lines
        one.is_touched = lines != [
            {name: getattr(line, name) for name in _COLUMNS}
            for line in standing.get(one.fact.pk, [])
        ]
        if lines:
            costs = [line["cost_of_goods"] for line in lines]
            one.fact.cost_of_goods = None if None in costs else sum(costs)
            one.faults = tuple(too_large("lines", one.fact.cost_of_goods, *costs))
            said = one.row.get("cost_of_goods")
            if said is not None and said != one.fact.cost_of_goods:
                one.faults = (Fault("cost_of_goods", *LINE_DIFFERS),)


def _products(client: Client, sent: Sequence[Pending]) -> dict[str, Product]:
    wanted: dict[str, str] = {}
    for one in sent:
        for line in one.row["lines"]:
            if own := line.get("product"):
                wanted[own] = line.get("product_name") or wanted.get(own, "")
    ids = parents_named(Product, client, wanted)
    if not ids:
        return {}
    found = Product.objects.filter(agency_id=client.agency_id, client=client, pk__in=ids.values())
    return {product.external_id: product for product in found}


def _line(one: Pending, line: Row, products: dict[str, Product]) -> dict[str, Any]:
    """A line's own columns. Its cost: as said, else its units times what one costs."""
    product = products.get(line.get("product") or "")
    units, unit_cost = line.get("units"), line.get("unit_cost")
    if unit_cost is None and product and product.currency == one.fact.currency:
        unit_cost = product.unit_cost
    cost = line.get("cost_of_goods")
    if cost is None and units is not None and unit_cost is not None:
        cost = units * unit_cost
    return {
        "product_id": product.pk if product else None,
        "units": units or 0,
        "amount": line_amount(line),
        "cost_of_goods": cost,
        "kind": line.get("kind") or "",
    }


def lines_keep(client: Client, written: Sequence[Pending]) -> None:
    """Write the lines of sales just written, in place of those that were there."""
    touched = [one for one in written if one.is_touched]
    former = [one.fact.pk for one in touched if one.before]
    if former:
        SaleLine.objects.filter(agency_id=client.agency_id, client=client, sale__in=former).delete()
    lines = [
        SaleLine(
            agency_id=client.agency_id, client_id=client.pk, source=one.fact.source,
            tz=one.fact.tz, external_id=f"{one.fact.external_id}#{number}", sale_id=one.fact.pk,
            sold_on=cast(date, local_day(one.fact, "sold")), **line,
        )
        for one in touched
        for number, line in enumerate(one.found["lines"], 1)
    ]  # fmt: skip
    facts_insert(SaleLine, lines)
