"""The lines of a sale by hand. Each keeps its place, so that an undo finds what the act changed.

A sale with lines is their sum. A line is a mapping: `id` of one that is there, `product` (a row or its
id) or the `product_name` of a new one, `units`, `amount` or `unit_price`, `cost_of_goods`. What it does
not name of a line that is there stays.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext as _

from accounts.models import Client
from campaigns.facts.lines import MOST_LINES, line_amount
from campaigns.facts.rows import MOST_MONEY
from campaigns.models import Product, Sale, SaleLine
from campaigns.records.errors import RecordNotFound, field_error
from campaigns.records.values import Values, lay

_LONGEST_ID = 200
Said = Mapping[str, Any]


def lines_taken(client: Client, sale: Sale, said: Sequence[Said]) -> tuple[list[SaleLine], Values]:
    """The lines as they will be, nothing of them written; and what the sale becomes by them.

    Raises DomainError at `lines`, or at `lines.<place>.<field>`.
    """
    if len(said) > MOST_LINES:
        message = _("A sale has at most %(most)s lines.") % {"most": MOST_LINES}
        raise field_error("lines", "too_many", message)
    standing = {line.pk: line for line in _lines_of(client, sale)} if sale.pk else {}
    made = [_line(client, sale, standing, place, line) for place, line in enumerate(said)]
    if not made:
        return [], {"has_lines": False}
    amount = sum((line.amount for line in made), Decimal(0))
    if amount < 0:
        message = _("The lines add up to less than 0: write a refund instead.")
        raise field_error("lines", "negative", message)
    costs = [line.cost_of_goods for line in made]
    cost = None if None in costs else sum(costs, Decimal(0))
    if amount >= MOST_MONEY or (cost is not None and cost >= MOST_MONEY):
        raise field_error("lines", "too_large", _("It adds up to more than can be kept."))
    return made, {"has_lines": True, "amount": amount, "cost_of_goods": cost}


def lines_write(client: Client, sale: Sale, made: Sequence[SaleLine]) -> int:
    """Write them for a sale that is written; those that are not among them go. How many became others."""
    standing = {line.pk: line for line in _lines_of(client, sale)}
    kept = {line.pk for line in made if line.pk is not None}
    gone = [number for number in standing if number not in kept]
    if gone:
        mine = SaleLine.objects.filter(agency_id=client.agency_id, client=client)
        mine.filter(pk__in=gone).delete()
    changed, number = len(gone), max((_number(line) for line in standing.values()), default=0)
    for line in made:
        if line.pk is None:
            number += 1
            line.external_id = f"{sale.external_id}#{number}"
            if len(line.external_id) > _LONGEST_ID:
                raise field_error("external_id", "too_long", _("Too long for a sale with lines."))
            line.sale, line.sold_on, line.tz = sale, sale.sold_on, sale.tz
            line.source = sale.source
            line.save(force_insert=True)
            changed += 1
        elif names := lay(standing[line.pk], {name: getattr(line, name) for name in _COLUMNS}):
            standing[line.pk].save(update_fields=names)
            changed += 1
    return changed


_COLUMNS = ("product_id", "units", "amount", "cost_of_goods")


def _lines_of(client: Client, sale: Sale) -> list[SaleLine]:
    mine = SaleLine.objects.filter(agency_id=client.agency_id, client=client, sale=sale)
    return list(mine.select_related("product").order_by("pk"))


def _number(line: SaleLine) -> int:
    text = line.external_id.rpartition("#")[2]
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _line(
    client: Client, sale: Sale, standing: Mapping[int, SaleLine], place: int, said: Said
) -> SaleLine:
    number = said.get("id")
    if number is not None and number not in standing:
        raise RecordNotFound("sales", [number])
    line = standing[number] if number is not None else _new(client)
    if "product" in said or said.get("product_name"):
        line.product = _product(client, said)
    units = said.get("units")
    amount = line_amount(said)
    if amount is None:
        message = _("A line needs an amount, or the price of a unit.")
        raise field_error(f"lines.{place}.amount", "required", message)
    cost = said.get("cost_of_goods")
    of_unit = line.product.unit_cost if line.product else None
    if cost is None and of_unit is not None and units is not None and number is None:
        cost = units * of_unit if line.product.currency == sale.currency else None
    for name, value in (("units", units), ("cost_of_goods", cost)):
        if value is not None and value < 0:
            message = _("Less than nothing is not possible here.")
            raise field_error(f"lines.{place}.{name}", "negative", message)
    line.units, line.amount, line.cost_of_goods = units or 0, Decimal(amount), cost
    return line


def _new(client: Client) -> SaleLine:
    return SaleLine(agency_id=client.agency_id, client=client)


def _product(client: Client, said: Said) -> Product | None:
    """One of the client's, or a new one by its name."""
    named = said.get("product")
    if named is None:
        name = (said.get("product_name") or "").replace("\0", "").strip()
        own = {"agency_id": client.agency_id, "client": client}
        return Product.objects.create(**own, external_id=uuid4().hex, name=name) if name else None
    number = named.pk if isinstance(named, Product) else named
    mine = Product.objects.filter(agency_id=client.agency_id, client=client)
    found: Product | None = mine.filter(pk=number).first()
    if found is None:
        raise RecordNotFound("products", [number])
    return found
