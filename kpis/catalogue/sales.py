"""KPIs of sales: volume, growth, ticket, and what is still open."""

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
)

WIN_RATE = Kpi(
    key="win_rate",
    name=_("Win rate"),
    meaning=_("Of the deals that came to a decision, those that were won."),
    pitfall=_("Open deals are on neither side: leaving dead ones open flatters the rate."),
    group="sales",
    formula=a.OPPS_WON / (a.OPPS_WON + a.OPPS_LOST),
    unit="percent",
    better="higher",
    goal=("increase", "level"),
    dated_by=_("The local day on which the deal was decided."),
    source=_("Salesforce opportunity fields"),
    example=example("3/10", "30.0 %", opps_won="18", opps_lost="42"),
)

OPEN_PIPELINE_VALUE = Kpi(
    key="open_pipeline_value",
    name=_("Open pipeline"),
    meaning=_("The worth of the deals that are still being worked on."),
    pitfall=_(
        "A stock, like a bank balance: the period shows its last day, days are never added. "
        "Sellers and campaigns do add up."
    ),
    group="sales",
    formula=a.OPEN_PIPELINE_AMOUNT,
    unit="money",
    better="higher",
    goal=("increase", "level"),
    dated_by=_("The end of the period's last day."),
    source=_("Salesforce opportunity fields"),
    example=example("126000", "126,000.00", open_pipeline_amount="120000 126000"),
)

KPIS = (
    REVENUE,
    SALES_COUNT,
    SALES_GROWTH,
    AOV,
    REVENUE_PER_CUSTOMER,
    WIN_RATE,
    OPEN_PIPELINE_VALUE,
)
