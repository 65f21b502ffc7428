"""KPIs of sales: volume, growth, ticket, and how much each buyer and order holds."""

from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from kpis.catalogue import atoms as a
from kpis.catalogue.kpi import Example, Kpi, example

_SALE_DATE = _("The local day of the sale.")
_SALE_AND_REFUND = _("Sales on the sale's day, refunds on the refund's day.")

REVENUE = Kpi(
    key="revenue",
    name=_("Sales revenue"),
    meaning=_("What the client sold, less what was given back to buyers."),
    pitfall=_(
        "Without tax and shipping. A refund lowers the day it is paid, never the day of the sale, "
        "so a day can be negative."
    ),
    group="sales",
    formula=a.REVENUE,
    unit="money",
    better="higher",
    goal=("increase", "cumulative"),
    dated_by=_SALE_AND_REFUND,
    source=_("Shopify: net sales before tax and shipping"),
    example=example("12000", "12,000.00", order_value="12500", refunds="500"),
    related=("sales_count", "aov", "sales_growth"),
)

SALES_COUNT = Kpi(
    key="sales_count",
    name=_("Number of sales"),
    meaning=_("Orders paid and deals won."),
    pitfall=_("An order cancelled before payment is no sale; one refunded later still is."),
    group="sales",
    formula=a.ORDERS,
    unit="count",
    better="higher",
    goal=("increase", "cumulative"),
    dated_by=_SALE_DATE,
    source=_("Standard of the field"),
    example=example("200", "200", orders="180 20"),
    related=("revenue", "aov", "new_customers"),
)

SALES_GROWTH = Kpi(
    key="sales_growth",
    name=_("Sales growth"),
    meaning=_("How far revenue rose or fell against the period it is compared with."),
    pitfall=_(
        "From nothing there is no growth rate, only a beginning. Monthly rates must be compounded, "
        "never averaged."
    ),
    group="sales",
    formula=(a.REVENUE - a.REVENUE.compared()).over_positive(a.REVENUE.compared()),
    unit="percent",
    better="higher",
    goal=("increase", "level"),
    dated_by=_("As revenue; unless said otherwise against the same dates a year before."),
    source=_("Standard of the field"),
    example=Example(
        {
            "order_value": ("12500",),
            "refunds": ("500",),
            "order_value:comparison": ("10000",),
            "refunds:comparison": ("0",),
        },
        Fraction(1, 5),
        "20.0 %",
    ),
    parameters=("comparison",),
    related=("revenue", "projected_revenue"),
)

AOV = Kpi(
    key="aov",
    name=_("Average order value (average ticket)"),
    meaning=_("The worth of a typical sale: all sales shared out over their number."),
    pitfall=_("Per sale, not per buyer. Refunds that come later do not change it."),
    group="sales",
    formula=a.ORDER_VALUE / a.ORDERS,
    unit="money",
    better="higher",
    goal=("increase", "level"),
    dated_by=_SALE_DATE,
    source=_("Shopify: gross sales less discounts, over orders"),
    example=example("125/2", "62.50", order_value="12500", orders="200"),
    related=("revenue_per_customer", "items_per_order", "cac_to_ticket"),
)

REVENUE_PER_CUSTOMER = Kpi(
    key="revenue_per_customer",
    name=_("Revenue per customer"),
    meaning=_("What one buyer left in the period, all their purchases together."),
    pitfall=_(
        "Buyers are counted once per period, so months do not add up to the year. "
        "It is income, not profit."
    ),
    group="sales",
    formula=a.REVENUE / a.CUSTOMERS,
    unit="money",
    better="higher",
    goal=("increase", "level"),
    dated_by=_("Sales on the sale's day; the customers are those who bought in the period."),
    source=_("House definition"),
    example=example("75", "75.00", order_value="12500", refunds="500", customers="160"),
    related=("aov", "orders_per_customer", "cltv_historical"),
)

ORDERS_PER_CUSTOMER = Kpi(
    key="orders_per_customer",
    name=_("Orders per customer"),
    meaning=_("How often the people who bought in the period did so, on average."),
    pitfall=_(
        "Only buyers are counted, so it never falls below 1. "
        "The monthly rate inside the lifetime value divides by all active customers instead."
    ),
    group="sales",
    formula=a.ORDERS / a.CUSTOMERS,
    unit="per",
    better="higher",
    goal=("increase", "level"),
    dated_by=_("The local day of the sale; the customers are those who bought in the period."),
    source=_("House definition"),
    example=example("5/4", "1.25", orders="200", customers="160"),
    related=("revenue_per_customer", "repeat_purchase_rate", "aov"),
)

ITEMS_PER_ORDER = Kpi(
    key="items_per_order",
    name=_("Items per order"),
    meaning=_("How many pieces go into a typical order: all units sold over all orders."),
    pitfall=_(
        "Ten of the same count as ten. Sales written down without their lines have no items: "
        "they lower the figure."
    ),
    group="sales",
    formula=a.UNITS / a.ORDERS,
    unit="per",
    better="higher",
    goal=("increase", "level"),
    dated_by=_SALE_DATE,
    source=_("Standard of the field"),
    example=example("17/10", "1.70", units="340", orders="200"),
    related=("aov", "cross_sell_rate"),
)

PROJECTED_REVENUE = Kpi(
    key="projected_revenue",
    name=_("Projected revenue"),
    meaning=_("What the running month should close at if orders keep coming in as they do."),
    pitfall=_(
        "A projection, not a promise: the orders expected by the end of the range's last month "
        "times what an order leaves after refunds. It never is a goal, it is read beside one."
    ),
    group="sales",
    formula=a.EXPECTED_ORDERS * (a.REVENUE / a.ORDERS),
    unit="money",
    better="higher",
    goal=None,
    dated_by=_("As of the last complete day."),
    source=_("House definition"),
    example=example("14400", "14,400.00", expected_orders="240", order_value="12500",
                    refunds="500", orders="200"),
    related=("revenue", "sales_count", "aov"),
)  # fmt: skip

KPIS = (
    REVENUE,
    SALES_COUNT,
    SALES_GROWTH,
    AOV,
    REVENUE_PER_CUSTOMER,
    ORDERS_PER_CUSTOMER,
    ITEMS_PER_ORDER,
    PROJECTED_REVENUE,
)
