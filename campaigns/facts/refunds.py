"""Refunds: facts of their own day, with their sale's dimensions. A credit note may name no sale."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from accounts.models import Client
from campaigns.facts.copies import COPIED
from campaigns.facts.holding import hold_buyers_of_refunds
from campaigns.facts.named import look_for_sales
from campaigns.facts.rows import (
    Fault,
    Row,
    lay_channel,
    lay_moment,
    lay_texts,
    lay_values,
    local_day,
    too_large,
)
from campaigns.facts.upsert import Days, Kind, Pending
from campaigns.firsts import firsts_keep
from campaigns.models import Campaign, Customer, Product, Refund, Sale, Salesperson

REFUND_TEXTS = ("utm_source", "utm_medium", "device", "country", "currency")


def refund_lay(refund: Refund, row: Row, client: Client) -> Iterator[Fault]:
    lay_texts(refund, row, REFUND_TEXTS)
    lay_values(refund, row, ("amount", "units", "cost_of_goods"))
    lay_moment(refund, row, "refunded")
    lay_channel(refund, row)
    if refund.amount is None or refund.amount <= 0:
        code = "required" if refund.amount is None else "min_value"
        yield Fault("amount", code, _("A refund needs an amount above 0."))
    if not (refund.refunded_at or refund.refunded_date):
        message = _("A refund needs refunded_at or refunded_on.")
        yield Fault("refunded_at", "required", message)


def _settle(client: Client, good: list[Pending]) -> None:
    """Copies of the sale, whose customer is the refund's; and what the goods cost that came back."""
    sales = _sales_of(client, good)
    for one in good:
        refund, sale = one.fact, sales.get(one.fact.sale_id)
        if "sale" in one.row:
            sale = one.found.get("sale")
            refund.sale_id = sale.pk if sale else None
        if sale:
            refund.customer_id = None
            refund.is_first = sale.is_first
            for name in (*COPIED, "salesperson_id"):
                setattr(refund, name, getattr(sale, name))
        refund.currency = refund.currency or (sale.currency if sale else client.currency)
        if sale is None and one.was("sale_id"):
            refund.is_first = False
    _cost(client, good)


def _sales_of(client: Client, good: Sequence[Pending]) -> dict[int, Sale]:
    """The sales of refunds that say nothing of theirs."""
    ids = {one.fact.sale_id for one in good if "sale" not in one.row} - {None}
    return Sale.objects.in_bulk(ids) if ids else {}


def _cost(client: Client, good: Sequence[Pending]) -> None:
    """Units times what one costs, where nobody says it."""
    open_ones = [
        one for one in good
        if one.fact.cost_of_goods is None and one.fact.product_id and one.fact.units is not None
        and {"product", "units", "cost_of_goods"} & set(one.row)
    ]  # fmt: skip
    if not open_ones:
        return
    products = Product.objects.in_bulk({one.fact.product_id for one in open_ones})
    for one in open_ones:
        product = products[one.fact.product_id]
        if product.unit_cost is not None and product.currency == one.fact.currency:
            one.fact.cost_of_goods = one.fact.units * product.unit_cost
            one.faults = tuple(too_large("units", one.fact.cost_of_goods))


def _record(client: Client, written: Sequence[Pending]) -> Days:
    """A first sale that is wholly given back was none."""
    sales = {one.fact.sale_id for one in written} | {one.was("sale_id") for one in written}
    if sales := sales - {None}:
        buyers = Sale.objects.filter(agency_id=client.agency_id, client=client, pk__in=sales)
        firsts_keep(client, {*buyers.values_list("customer_id", flat=True)} - {None})
    return {"sales": min(day for one in written if (day := local_day(one.fact, "refunded")))}


REFUNDS = Kind(
    model=Refund,
    lay=refund_lay,
    constraint="refund_once",
    hold=hold_buyers_of_refunds,
    look=look_for_sales,
    references={
        "campaign": Campaign,
        "salesperson": Salesperson,
        "product": Product,
        "customer": Customer,
    },
    settle=_settle,
    record=_record,
)
