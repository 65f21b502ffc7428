"""Sales, refunds, and the customers who buy."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.lists.columns import Column
from campaigns.lists.declared import Empty, ListKind, Order
from campaigns.lists.filters import ChoiceFilter, InForceFilter
from campaigns.lists.kinds.shared import (
    BY_CAMPAIGN,
    BY_CHANNEL,
    BY_SALESPERSON,
    CAMPAIGN,
    CHANNEL,
    COUNTRY,
    SALESPERSON,
    SOURCE,
    amount,
    days,
    rows_of,
)
from campaigns.lists.searching import own_words, words_of
from campaigns.models import Customer, CustomerTerm, Product, Refund, Sale
from campaigns.models.sales import SaleKind

TABS = ("sales", "refunds", "customers", "products", "terms")


def _buyer(row: Any) -> str:
    return str(row.customer or row.external_id)


def _order_number(row: Any) -> str:
    return row.external_id if row.customer_id else ""


def _refunded(row: Any) -> str:
    """Whose money it was: of the sale's customer, or the credit note's own."""
    customer = row.sale.customer if row.sale_id and row.sale else row.customer
    return str(customer or row.external_id)


SALES = ListKind(
    key="sales",
    one="sale",
    title=_("Sales"),
    new=_("New sale"),
    icon="coin",
    see="see_data",
    edit="edit_data",
    rows=lambda client: rows_of(Sale, client, "customer", "campaign", "salesperson"),
    columns=(
        Column("customer", _("Customer"), "strong", read=_buyer, phone="title", under=_order_number),
        Column("sold", _("Sold on"), "day", read="sold_on"),
        Column("amount", _("Amount"), "money", read=amount, phone="end"),
        Column("first", _("First sale"), "flag", read="is_first", phone="away"),
        Column("kind", _("Kind"), read="get_kind_display", phone="away"),
        CHANNEL,
        CAMPAIGN,
        SALESPERSON,
        COUNTRY,
        SOURCE,
    ),
    orders={
        "sold": Order("sold_on", is_down_first=True),
        "amount": Order("amount", is_down_first=True),
    },
    order="-sold",
    filters=(
        BY_CHANNEL,
        BY_CAMPAIGN,
        BY_SALESPERSON,
        ChoiceFilter("kind", _("Kind"), choices=SaleKind.choices),
        ChoiceFilter(
            "first",
            _("Customer"),
            choices=[("yes", _("First sale")), ("no", _("Bought before"))],
            means={"yes": Q(is_first=True), "no": Q(is_first=False)},
        ),
        *days("sold_on"),
    ),
    search=words_of(("customer", Customer)),
    searched=_("Customer or order number"),
    sums=("amount", "currency"),
    empty=Empty(
        "coin",
        _("No sales yet"),
        _("Add one by hand, win a lead, or import a file on the data page."),
    ),
    tabs=TABS,
)  # fmt: skip

REFUNDS = ListKind(
    key="refunds",
    one="refund",
    title=_("Refunds"),
    new=_("New refund"),
    icon="arrows-exchange",
    see="see_data",
    edit="edit_data",
    rows=lambda client: rows_of(Refund, client, "sale__customer", "customer", "salesperson"),
    columns=(
        Column(
            "customer",
            _("Customer"),
            "strong",
            read=_refunded,
            phone="title",
            under=lambda row: row.sale.external_id if row.sale_id and row.sale else "",
        ),
        Column("refunded", _("Refunded on"), "day", read="refunded_on"),
        Column("amount", _("Amount"), "money", read=amount, phone="end"),
        CHANNEL,
        SALESPERSON,
        SOURCE,
    ),
    orders={
        "refunded": Order("refunded_on", is_down_first=True),
        "amount": Order("amount", is_down_first=True),
    },
    order="-refunded",
    filters=(
        BY_CHANNEL,
        BY_SALESPERSON,
        ChoiceFilter(
            "of",
            _("Of"),
            choices=[("sale", _("A sale")), ("none", _("No sale named"))],
            means={"sale": Q(sale__isnull=False), "none": Q(sale__isnull=True)},
        ),
        *days("refunded_on"),
    ),
    search=words_of(("customer", Customer), ("sale__customer", Customer), ("sale", Sale)),
    searched=_("Order or credit note"),
    sums=("amount", "currency"),
    empty=Empty(
        "arrows-exchange",
        _("No refunds yet"),
        _("Write down here what was given back: net revenue and refund rate follow."),
    ),
    tabs=TABS,
)

CUSTOMERS = ListKind(
    key="customers",
    one="customer",
    title=_("Customers"),
    new=_("New customer"),
    icon="users",
    see="see_data",
    edit="edit_data",
    rows=lambda client: rows_of(Customer, client, "salesperson"),
    columns=(
        Column("name", _("Name"), "strong", read=str, phone="title"),
        Column("identity", _("Identity"), "quiet", read="external_id"),
        SALESPERSON,
        Column("country", _("Country"), phone="end"),
    ),
    orders={"name": Order("words"), "added": Order("id", is_down_first=True)},
    order="name",
    filters=(BY_SALESPERSON,),
    search=own_words,
    searched=_("Name or identity"),
    empty=Empty(
        "users",
        _("No customers yet"),
        _("They come with sales: add a sale, win a lead, or import a file."),
    ),
    tabs=TABS,
)

PRODUCTS = ListKind(
    key="products",
    one="product",
    title=_("Products"),
    new=_("New product"),
    icon="list",
    see="see_data",
    edit="edit_data",
    rows=lambda client: rows_of(Product, client),
    columns=(
        Column("name", _("Name"), "strong", read=str, phone="title"),
        Column("identity", _("Identity"), "quiet", read="external_id"),
        Column(
            "cost",
            _("Cost of one unit"),
            "money",
            read=lambda row: (row.unit_cost, row.currency),
            phone="end",
        ),
    ),
    orders={
        "name": Order("words"),
        "cost": Order("unit_cost", is_down_first=True, has_gaps=True),
    },
    order="name",
    filters=(
        ChoiceFilter(
            "costed",
            _("Cost of one unit"),
            choices=[("yes", _("Known")), ("no", _("Not known"))],
            means={"yes": Q(unit_cost__isnull=False), "no": Q(unit_cost=None)},
        ),
    ),
    search=own_words,
    searched=_("Name or identity"),
    empty=Empty(
        "list",
        _("No products yet"),
        _("They come with the lines of sales; with the cost of a unit, gross profit has a value."),
    ),
    tabs=TABS,
)

TERMS = ListKind(
    key="terms",
    one="term",
    title=_("Contracts"),
    new=_("New contract"),
    icon="calendar",
    see="see_data",
    edit="edit_data",
    rows=lambda client: rows_of(CustomerTerm, client, "customer"),
    columns=(
        Column("customer", _("Customer"), "strong", read=lambda row: str(row.customer), phone="title"),
        Column("starts", pgettext_lazy("day", "From"), "day", read="starts_on"),
        Column("ends", pgettext_lazy("day", "To"), "day", read="ends_on", phone="end"),
        SOURCE,
    ),
    orders={
        "starts": Order("starts_on", is_down_first=True),
        "ends": Order("ends_on", is_down_first=True, has_gaps=True),
    },
    order="-starts",
    filters=(
        ChoiceFilter(
            "open",
            _("State"),
            choices=[("yes", _("Until further notice")), ("no", _("With an end"))],
            means={"yes": Q(ends_on=None), "no": Q(ends_on__isnull=False)},
        ),
        InForceFilter("on", _("In force on")),
    ),
    search=words_of(("customer", Customer), own=False),
    searched=_("Customer"),
    empty=Empty(
        "calendar",
        _("No contracts yet"),
        _("A customer with a contract counts as active from its first day to its last."),
    ),
    tabs=TABS,
)  # fmt: skip
