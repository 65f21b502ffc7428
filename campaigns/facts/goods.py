"""What the client sells, and the contracts of its customers, under their own names.

A product's cost is for lines to come that do not say theirs: those that are there keep what they cost.
"""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from accounts.models import Client
from campaigns.facts.rows import Fault, Row, lay_texts, lay_values
from campaigns.facts.upsert import Kind
from campaigns.models import Customer, CustomerTerm, Product


def product_lay(product: Product, row: Row, client: Client) -> Iterator[Fault]:
    """Its cost has a currency; without a cost there is none."""
    lay_texts(product, row, ("name", "currency"))
    lay_values(product, row, ("unit_cost",))
    if product.unit_cost is None:
        product.currency = ""
    else:
        product.currency = product.currency or client.currency
    yield from ()


def term_lay(term: CustomerTerm, row: Row, client: Client) -> Iterator[Fault]:
    lay_values(term, row, ("starts_on", "ends_on"))
    if not row.get("customer") and (term.customer_id is None or "customer" in row):
        yield Fault("customer", "required", _("A contract needs its customer."))
    if term.starts_on is None:
        yield Fault("starts_on", "required", _("It needs the day it starts on."))
    elif term.ends_on and term.ends_on < term.starts_on:
        yield Fault("ends_on", "wrong_way_round", _("It ends before it starts."))


PRODUCTS = Kind(model=Product, lay=product_lay, constraint="product_once", has_source=False)
TERMS = Kind(
    model=CustomerTerm,
    lay=term_lay,
    constraint="customer_term_once",
    references={"customer": Customer},
)
