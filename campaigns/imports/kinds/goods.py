"""Files of what was sold: the lines of orders and credit notes, and what products cost."""

from django.utils.translation import gettext_lazy as _

from campaigns.imports.columns import (
    CodeColumn,
    Column,
    IdColumn,
    MomentColumn,
    MoneyColumn,
    NumberColumn,
    SignedColumn,
    SignedCountColumn,
)
from campaigns.imports.kinds.known import (
    BOOLEANS,
    COUNTRY,
    CURRENCY,
    DEVICE,
    SALE_KINDS,
    SELLER,
    TOUCH,
    Kind,
)

PRODUCT = (
    Column("product", _("Product id")),
    Column("product_name", _("Product's name")),
)

LINES = Kind(
    "lines",
    _("Lines of sales"),
    (
        Column("sale", _("Sale id"), is_required=True),
        CURRENCY,
        MomentColumn("sold", _("Sold"), is_required=True),
        Column("customer", _("Customer id"), remembers=False),
        Column("customer_name", _("Customer's name"), remembers=False, longest=150),
        *PRODUCT,
        SignedCountColumn("units", _("Units")),
        SignedColumn("unit_price", _("Price of a unit")),
        SignedColumn("amount", _("Amount")),
        NumberColumn("unit_cost", _("Cost of a unit")),
        NumberColumn("cost_of_goods", _("Cost of the goods")),
        CodeColumn("line_kind", _("Upsell or cross-sell"), codes=SALE_KINDS),
        CodeColumn("is_refund", _("It is given back"), codes=BOOLEANS),
        IdColumn("refund_of", _("Sale that is given back")),
        IdColumn("lead", _("Lead id")),
        *TOUCH,
        DEVICE,
        COUNTRY,
        *SELLER,
    ),
    needs=(("sale",), ("sold",), ("amount", "unit_price")),
    is_numbered=True,
)

PRODUCTS = Kind(
    "products",
    _("Products and their cost"),
    (
        Column("product", _("Product id"), is_required=True),
        Column("product_name", _("Product's name")),
        CURRENCY,
        MoneyColumn("unit_cost", _("Cost of a unit")),
    ),
    needs=(("product",), ("unit_cost", "product_name")),
    identity=("product",),
)
