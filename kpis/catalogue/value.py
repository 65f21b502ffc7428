"""KPIs of customers and of return: what winning them cost and what marketing earned."""

from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from campaigns.measures import DIMENSIONS
from kpis.catalogue import atoms as a
from kpis.catalogue.kpi import Example, Kpi, Parameters, example

A16Z = _("Andreessen Horowitz, 16 Startup Metrics")
_COST_AND_FIRST_SALE = _("Cost on its own day, customers on the day of their first sale.")

NEW_CUSTOMERS = Kpi(
    key="new_customers",
    name=_("New customers"),
    meaning=_("People or companies whose first purchase ever falls in the period."),
    pitfall=_(
        "Each customer is new once, so periods add up. If the first sale is wholly refunded "
        "within 30 days, the next one counts as first."
    ),
    group="customers",
    formula=a.NEW_CUSTOMERS,
    unit="count",
    better="higher",
    goal=("increase", "cumulative"),
    dated_by=_("The local day of the customer's first sale."),
    source=_("House definition"),
    example=example("40", "40", new_customers="22 13 5"),
)

CPA = Kpi(
    key="cpa",
    name=_("Cost per sale (CPA)"),
    meaning=_("Ad spend behind every sale that came through a paid channel."),
    pitfall=_(
        "Sales to returning buyers count as well, so it is lower than the CAC. "
        "What Google Ads calls CPA is the cost per conversion."
    ),
    group="customers",
    formula=a.PAID_AD_SPEND / a.PAID_ORDERS,
    unit="money",
    better="lower",
    goal=("decrease", "level"),
    dated_by=_("Spend on its own day, sales on the sale's day."),
    source=_("Standard of the field"),
    example=Example(
        {"ad_spend[channel=paid]": ("2000",), "orders[channel=paid]": ("50",)},
        Fraction(40),
        "40.00",
    ),
    parameters=("paid_channels",),
)

CAC = Kpi(
    key="cac",
    name=_("Customer acquisition cost (CAC)"),
    meaning=_("All the marketing money of the period, per customer won in it."),
    pitfall=_(
        "Ads, fees, tools, people and the rest, over first-time buyers only. "
        "Fewer than ten new customers make it jump: such values carry a mark."
    ),
    group="customers",
    formula=a.MARKETING_COST / a.NEW_CUSTOMERS,
    unit="money",
    better="lower",
    goal=("decrease", "level"),
    dated_by=_COST_AND_FIRST_SALE,
    source=A16Z,
    example=example(
        "80", "80.00", ad_spend="2000", agency_fees="800", tool_cost="150",
        people_cost="200", other_marketing_cost="50", new_customers="40",
    ),
)  # fmt: skip

CAC_TO_TICKET = Kpi(
    key="cac_to_ticket",
    name=_("CAC to average ticket"),
    meaning=_("How many average sales it takes to pay for winning a customer."),
    pitfall=_(
        "Above 1 the first sale does not cover the cost: worth a review, not an alarm, "
        "since customers may come back."
    ),
    group="customers",
    formula=(a.MARKETING_COST / a.NEW_CUSTOMERS) / (a.ORDER_VALUE / a.ORDERS),
    unit="ratio",
    better="lower",
    goal=("decrease", "level"),
    dated_by=_("The same period on both sides."),
    source=_("House definition"),
    example=example(
        "32/25", "1.28", ad_spend="2000", agency_fees="800", tool_cost="150",
        people_cost="200", other_marketing_cost="50", new_customers="40",
        order_value="12500", orders="200",
    ),
)  # fmt: skip

ROI = Kpi(
    key="roi",
    name=_("Marketing ROI"),
    meaning=_("What marketing brought in beyond its own cost, as a share of that cost."),
    pitfall=_(
        "0 % breaks even, −100 % means that nothing came back. Direct and unassigned sales are "
        "not credited to marketing. Without a margin it is computed on revenue, and says so."
    ),
    group="return",
    formula=lambda parameters: (
        (a.credited_profit(parameters) - a.MARKETING_COST) / a.MARKETING_COST
    ),
    unit="percent",
    better="higher",
    goal=("increase", "level"),
    dated_by=_("Sales on the sale's day, refunds on the refund's day, cost on its own day."),
    source=_("Standard of the field"),
    example=Example(
        {
            "gross_profit[channel=credited]": ("4800",),
            "ad_spend": ("2000",),
            "agency_fees": ("800",),
            "tool_cost": ("150",),
            "people_cost": ("200",),
            "other_marketing_cost": ("50",),
        },
        Fraction(1, 2),
        "50.0 %",
        Parameters(profit_basis="cost_of_goods"),
    ),
    parameters=("credited_channels", "profit_basis"),
)

MER = Kpi(
    key="mer",
    name=_("Marketing efficiency ratio (MER)"),
    meaning=_("All sales of the client for each unit of money put into marketing."),
    pitfall=_("It credits nobody: everything sold over everything spent, for the whole client."),
    group="return",
    formula=a.REVENUE / a.MARKETING_COST,
    unit="ratio",
    better="higher",
    goal=("increase", "level"),
    dated_by=_("Sales on the sale's day, refunds on the refund's day, cost on its own day."),
    source=_("Standard of the field"),
    example=example(
        "15/4", "3.75", order_value="12500", refunds="500", ad_spend="2000", agency_fees="800",
        tool_cost="150", people_cost="200", other_marketing_cost="50",
    ),
    hidden_dimensions=DIMENSIONS,
)  # fmt: skip

KPIS = (NEW_CUSTOMERS, CPA, CAC, CAC_TO_TICKET, ROI, MER)
